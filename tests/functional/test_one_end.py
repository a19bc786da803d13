"""Whoever comes in whatever order, as often as they like: an action ends once, and its record never contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ActionRecord, ErrorRecord, Outcome, OutcomeStatus, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.action_items import to_record
from functions.control.actions import Failure
from functions.control.claims import AlreadyClaimed, ClaimedAction, Invoked
from functions.control.errors import RunAlreadyEndedError
from functions.control.executions import ExecutionState
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.attributes import Item
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

RETRIES = 2
ERROR = ErrorRecord(code="ValueError", kind="user", message="boom")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "claim again", "succeed", "fail", "die", "abort", "event", "reconcile"]),
        st.integers(min_value=1, max_value=RETRIES + 1),
    ),
    max_size=14,
)


class World:
    """A backend, and everybody who writes to one action."""

    def __init__(self, backend: Backend, name: str) -> None:
        self.backend = backend
        self.action = ActionId(project="flytesnacks", domain="development", run=name)
        asked = RunSpec(name=name, spec=greet(retry=RetryPolicy(count=RETRIES)), inputs={"message": "x"})
        backend.runs.create("flytesnacks", "development", asked)
        self.claims: dict[int, ClaimedAction] = {}
        self.outcomes: list[Outcome] = []

    @property
    def due(self) -> int:
        """The attempt that the state machine would run now."""
        attempts = self.record.attempts
        running = bool(attempts) and attempts[-1].ended_at is None
        return len(attempts) if running else len(attempts) + 1

    @property
    def record(self) -> ActionRecord:
        return self.backend.lookup.run(self.action)

    def step(self, what: str, attempt: int) -> None:
        backend, claimed = self.backend, self.claims.get(attempt)
        if what in {"claim", "claim again"}:
            self._claim(self.due, f"request-{self.due}" + what.removeprefix("claim"))
        elif what == "succeed" and claimed:
            self.outcomes.append(backend.actions.finish_succeeded(claimed, "{}"))
        elif what == "fail" and claimed:
            self.outcomes.append(backend.actions.finish_failed(claimed, Failure(ERROR)))
        elif what == "die" and attempt <= self.due:
            self.outcomes.append(backend.deaths.close_attempt(self.action, attempt, "Runtime.ExitError", ""))
        elif what == "abort":
            self._abort()
        elif what == "event":
            backend.closing.close(self.action, ExecutionState("FAILED", "E", "c"))
        elif what == "reconcile":
            backend.closing.reconcile(self.action)

    def _claim(self, attempt: int, request_id: str) -> None:
        claim = self.backend.actions.claim(self.action, attempt, Invoked(request_id))
        if isinstance(claim, ClaimedAction):
            self.claims[attempt] = claim
        elif isinstance(claim, AlreadyClaimed):
            self.outcomes.append(self.backend.deaths.close(claim))

    def _abort(self) -> None:
        try:
            self.backend.aborts.abort(self.action, "enough")
        except RunAlreadyEndedError:
            assert self.record.phase.is_terminal


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_an_action_ends_once(backend: Backend, clock: FakeClock, steps: list[tuple[str, int]]) -> None:
    world = World(backend, backend_run_name())
    ended: ActionRecord | None = None
    for what, attempt in steps:
        clock.advance(1)
        world.step(what, attempt)
        item = backend.actions.get(world.action)
        record = to_record(item)
        check(item, record, world.action)
        if ended is not None:
            assert record == ended
        ended = record if record.phase.is_terminal else None
    for outcome in world.outcomes:
        assert outcome.status is not OutcomeStatus.RETRY or outcome.attempt <= RETRIES + 1


def check(item: Item, record: ActionRecord, action: ActionId) -> None:
    is_running = record.phase.value == "running"
    assert [attempt.number for attempt in record.attempts] == list(range(1, len(record.attempts) + 1))
    assert len(record.attempts) <= RETRIES + 1
    assert record.transitions[-1].phase is record.phase
    assert sum(transition.phase.is_terminal for transition in record.transitions) <= 1
    assert ("owner" in item) is is_running
    assert [attempt.ended_at is None for attempt in record.attempts] == [
        is_running and attempt.number == len(record.attempts) for attempt in record.attempts
    ]
    assert ("open_shard" in item) is not record.phase.is_terminal
    assert (record.ended_at is not None) is record.phase.is_terminal
    assert item["scope_phase"] == f"{action.scope}#{record.phase.value}"
    assert ("outputs" in item) is (record.phase.value == "succeeded")


def backend_run_name() -> str:
    """Each example has a run of its own: the tables are made once a test."""
    from functions.control.run_names import new_run_name

    return new_run_name()
