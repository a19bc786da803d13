"""Whoever comes in whatever order, as often as they like: an action ends once, and its record never contradicts it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ActionRecord, ChildRequest, ErrorRecord, Outcome, OutcomeStatus, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.action_items import to_record
from functions.control.claims import AlreadyClaimed, ClaimedAction, Invoked
from functions.control.errors import RunAlreadyEndedError
from functions.control.executions import ExecutionState
from functions.control.failure import Failure
from functions.control.run_names import new_run_name
from functions.recorder.recording import Recorder
from tests.fakes.specs import greet
from tests.functional.reliability.moto_table import answer_attributes_as_they_are

if TYPE_CHECKING:
    import pytest

    from functions.control.attributes import Item
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

RETRIES = 2
SYSTEM_RETRIES = 3
ERROR = ErrorRecord(code="ValueError", kind="user", message="boom")
CHILD = "child"
WHICH = st.integers(min_value=0, max_value=7)


class Lifecycle(RuleBasedStateMachine):
    """A root action with a child that it may wait for. Claims are kept for ever, so that each can come back late."""

    backend: Backend
    clock: FakeClock
    sent: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.claims: list[ClaimedAction] = []
        self.child_claims: list[ClaimedAction] = []
        self.events: list[dict[str, Any]] = []
        self.outcomes: list[Outcome] = []
        self.invocations = self.tokens = 0
        self.ended: dict[str, ActionRecord] = {}

    @initialize()
    def start(self) -> None:
        name = new_run_name()
        self.action = ActionId(project="flytesnacks", domain="development", run=name)
        self.asked = RunSpec(name=name, spec=greet(retry=RetryPolicy(count=RETRIES)), inputs={"message": "x"})
        self._create()

    @rule()
    def start_again(self) -> None:
        """The client sends its request again: it gets the same run."""
        assert self._create().id == self.action

    @rule()
    def go_on(self) -> None:
        """The state machine invokes the runner with the attempt that is due."""
        self._claim(self.action, self.due, self.claims)

    @rule(which=WHICH)
    def invoke_late(self, which: int) -> None:
        """An invocation of an attempt that was begun before: Lambda, or Step Functions, has tried it again."""
        attempts = self.item["attempt"]
        if attempts:
            self._claim(self.action, 1 + which % attempts, self.claims)

    @rule(which=WHICH)
    def start_child(self, which: int) -> None:
        if self.claims:
            child = ChildRequest(name=CHILD, spec=greet(name="leaf"), inputs={"message": "y"})
            self.backend.runs.start_child(self._of(self.claims, which), child)

    @rule(which=WHICH, sleeps=st.booleans())
    def park(self, which: int, *, sleeps: bool) -> None:
        if self.claims:
            wake_at = self.clock() + timedelta(seconds=30) if sleeps else None
            self.outcomes.append(self.backend.actions.park(self._of(self.claims, which), [CHILD], 60, wake_at))

    @rule()
    def keep_token(self) -> None:
        """`Park` invokes the recorder: in time, twice, or when the action has gone on long ago."""
        self.tokens += 1
        ids = self.action.model_dump()
        Recorder(self.backend).record({"park": {**ids, "attempt": self.due, "token": f"token-{self.tokens}"}})

    @rule()
    def child_ends(self) -> None:
        child = self.action.action_id(CHILD)
        if self._has_child():
            self._claim(child, 1, self.child_claims)
        for claim in self.child_claims:
            self.backend.actions.finish_succeeded(claim, '{"o0":"child"}')

    @rule(which=WHICH)
    def succeed(self, which: int) -> None:
        if self.claims:
            claim = self._of(self.claims, which)
            self.outcomes.append(self.backend.actions.finish_succeeded(claim, f'{{"o0":"{claim.attempt.number}"}}'))

    @rule(which=WHICH, is_ours=st.booleans())
    def fail(self, which: int, *, is_ours: bool) -> None:
        if self.claims:
            failure = Failure(ERROR, is_ours=is_ours)
            self.outcomes.append(self.backend.actions.finish_failed(self._of(self.claims, which), failure))

    @rule(which=WHICH, error=st.sampled_from(["Runtime.ExitError", "Sandbox.Timedout"]))
    def die(self, which: int, error: str) -> None:
        """`Close` tells of an invocation that died, of the last attempt or of an earlier one."""
        attempt = 1 + which % self.due
        self.outcomes.append(self.backend.deaths.close_attempt(self.action, attempt, error, ""))

    @rule(how=st.sampled_from(["abort", "FAILED", "TIMED_OUT", "ABORTED"]))
    def end_from_outside(self, how: str) -> None:
        """Somebody aborts it, or EventBridge tells of its execution's end."""
        if how != "abort":
            self.backend.closing.close(self.action, ExecutionState(how, "E", "c"))
            return
        try:
            self.backend.aborts.abort(self.action, "enough")
        except RunAlreadyEndedError:
            assert self.record.phase.is_terminal

    @rule(quiet_s=st.sampled_from([1, 200, 4000]))
    def reconcile(self, quiet_s: int) -> None:
        self.clock.advance(quiet_s)
        self.backend.closing.reconcile(self.action)

    @invariant()
    def what_is_recorded_is_consistent(self) -> None:
        if not hasattr(self, "action"):
            return
        self.clock.advance(1)
        items = [self.item, *([self.backend.actions.get(self.action.action_id(CHILD))] if self._has_child() else [])]
        for item in items:
            check(item)
            self._check_end(to_record(item))
        for outcome in self.outcomes:
            attempts = RETRIES + SYSTEM_RETRIES + 1
            assert outcome.status is not OutcomeStatus.RETRY or outcome.attempt <= attempts
        self.outcomes.clear()

    @precondition(lambda self: hasattr(self, "action") and self.record.phase.is_terminal)
    @invariant()
    def nothing_is_worked_on_after_the_end(self) -> None:
        claim = self.backend.actions.claim(self.action, self.due, Invoked("too late"))
        assert not isinstance(claim, ClaimedAction)

    @property
    def item(self) -> Item:
        return self.backend.actions.get(self.action)

    @property
    def record(self) -> ActionRecord:
        return to_record(self.item)

    @property
    def due(self) -> int:
        """The attempt that the state machine would run now."""
        attempts = self.record.attempts
        goes_on = bool(attempts) and attempts[-1].ended_at is None
        return len(attempts) if goes_on else len(attempts) + 1

    def _check_end(self, record: ActionRecord) -> None:
        """One terminal phase, and no way out of it."""
        name = record.id.action
        assert self.ended.get(name, record) == record
        if record.phase.is_terminal:
            self.ended[name] = record

    def _create(self) -> ActionRecord:
        return self.backend.runs.create("flytesnacks", "development", self.asked, idempotency_key=self.asked.name)

    def _has_child(self) -> bool:
        return CHILD in self.backend.child_records.look_at(self.action, [CHILD])

    def _claim(self, action: ActionId, attempt: int, claims: list[ClaimedAction]) -> None:
        self.invocations += 1
        claim = self.backend.actions.claim(action, attempt, Invoked(f"request-{self.invocations}"))
        if isinstance(claim, ClaimedAction):
            claims.append(claim)
        elif isinstance(claim, AlreadyClaimed):
            self.outcomes.append(self.backend.deaths.close(claim))

    def _of(self, claims: list[ClaimedAction], which: int) -> ClaimedAction:
        """The last one most of the time."""
        return claims[-1 - which % len(claims) if which > 3 else -1]


def check(item: Item) -> None:
    """What is true of an action at any time."""
    record = to_record(item)
    phase, attempts = record.phase, record.attempts
    is_running, is_parked = phase.value == "running", "parked_at" in item
    assert [attempt.number for attempt in attempts] == list(range(1, len(attempts) + 1))
    assert len(attempts) == item["attempt"] <= RETRIES + SYSTEM_RETRIES + 1
    assert record.transitions[-1].phase is phase
    assert sum(transition.phase.is_terminal for transition in record.transitions) <= 1
    assert ("owner" in item) is (is_running and not is_parked)
    assert is_running or not is_parked
    assert is_parked or not {"wake_token", "tick_s", "wake_at"} & item.keys()
    assert [attempt.ended_at is None for attempt in attempts] == [
        is_running and attempt.number == len(attempts) for attempt in attempts
    ]
    assert ("open_shard" in item) is not phase.is_terminal
    assert (record.ended_at is not None) is phase.is_terminal
    assert "parent" in item or item["scope_phase"] == f"{record.id.scope}#{phase.value}"
    assert ("outputs" in item) is (phase.value == "succeeded")
    assert not phase.is_terminal or ("error" in item) is (phase.value in {"failed", "timed_out"})


def test_an_action_ends_once(backend: Backend, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lifecycle, "backend", backend, raising=False)
    monkeypatch.setattr(Lifecycle, "clock", clock, raising=False)
    # Tokens go to no execution.
    monkeypatch.setattr(backend.clients.step_functions, "send_task_success", lambda **_: {})
    answer_attributes_as_they_are(monkeypatch)
    # An example that fails is as short as the others: to look for a shorter one takes minutes.
    chosen = settings(max_examples=30, stateful_step_count=15, phases=[Phase.generate])
    run_state_machine_as_test(Lifecycle, settings=chosen)
