"""A backend whose tasks are small generators: what they call goes through the real services, and nothing has threads.

A task yields what it calls: a list of children, of which it gets all answers, or a traced function. Each invocation
begins it anew, as a sandbox does that does not know it yet.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, Invocation, Outcome, OutcomeStatus, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.actions import Failure
from functions.control.backend import Backend
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.recorder.recording import Recorder
from functions.runner import failures
from functions.runner.services import BackendServices
from tests.fakes.aws_stack import SETTINGS
from tests.fakes.clock import FakeClock
from tests.fakes.specs import greet
from tests.functional.reliability.faults import Died, Faults, FaultyClients
from tests.functional.reliability.step_functions import FakeStepFunctions, Machine

if TYPE_CHECKING:
    from functions.control.clients import Clients

_LONGEST = 500
"""Steps after which something turns in a circle."""
_RECONCILED_EACH = timedelta(seconds=200)


@dataclass(frozen=True)
class Child:
    """A call of a task."""

    task: str
    name: str
    retries: int = 0


@dataclass(frozen=True)
class Traced:
    """A call of a traced function."""

    name: str


@dataclass(frozen=True)
class TaskError(Exception):
    """What a task ends with that fails."""

    code: str


Calls = Generator["list[Child] | Traced", Any, Any]
Task = Callable[[ClaimedAction], Calls]


class World:
    """One run after the other, on one set of tables.

    Args:
        clients: AWS; Step Functions is replaced.
        tasks: The tasks by name. The run is one of `root`.
        newest_first: As in `Machine`.
    """

    def __init__(self, clients: Clients, tasks: dict[str, Task], *, newest_first: bool = False) -> None:
        self.clock = FakeClock()
        self.step_functions = FakeStepFunctions(self.clock)
        self.aws = FaultyClients(clients, self.step_functions)
        self.backend = Backend(SETTINGS, cast("Clients", self.aws), self.clock)
        self._recorder = Recorder(self.backend)
        self.machine = Machine(self.step_functions, self.invoke, self._recorder.record, newest_first=newest_first)
        self._tasks = tasks
        self._requests = itertools.count()
        self.bodies: Counter[str] = Counter()

    def run(self, name: str, faults: Faults, *, retries: int = 0) -> dict[str, Any]:
        """A run until all of it has ended: what is recorded of each action."""
        self.aws.faults = faults
        self.bodies.clear()
        asked = RunSpec(name=name, spec=spec_of("root", retries), inputs={"message": name})
        for _ in range(2):  # a client sends again what was not answered
            try:
                self.backend.runs.create("flytesnacks", "development", asked, idempotency_key=name)
            except (ClientError, BotoCoreError, Died):
                assert faults.happened
            else:
                break
        self._finish()
        self.aws.faults = Faults()
        return self._state(name)

    def _finish(self) -> None:
        looked_at = self.clock()
        for _ in range(_LONGEST):
            goes_on = self.machine.step()
            if not goes_on:
                self.clock.advance(_RECONCILED_EACH.total_seconds())
            if self.clock() - looked_at >= _RECONCILED_EACH and self._reconciled():
                looked_at = self.clock()
                goes_on = goes_on or self.step_functions.is_busy
                if not goes_on:
                    return
        raise AssertionError("the run goes on for ever")

    def _reconciled(self) -> bool:
        try:
            self.backend.reconciliation.run(has_time=lambda: True)
        except (ClientError, BotoCoreError, Died):
            return False  # the schedule comes again
        return True

    def _state(self, run: str) -> dict[str, Any]:
        root = ActionId(project="flytesnacks", domain="development", run=run)
        records = self.backend.listing.actions(root.run_id, 100, None).actions
        items = {record.id.action: self.backend.actions.get(record.id) for record in records}
        assert all("open_shard" not in item and "owner" not in item for item in items.values())
        for record in records:
            assert [each.phase.is_terminal for each in record.transitions].count(True) == 1
            assert all(attempt.ended_at for attempt in record.attempts)
        return {
            name: (item["phase"], item.get("outputs"), (item.get("error") or {}).get("code"), item.get("parent"))
            for name, item in items.items()
        }

    def invoke(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The runner function, with a task of ours in place of its worker."""
        invocation = Invocation.model_validate(payload)
        claim = self.backend.actions.claim(
            invocation.id, invocation.attempt, Invoked(f"request-{next(self._requests)}", "group", "stream")
        )
        if isinstance(claim, Ended):
            outcome = claim.outcome
        elif isinstance(claim, AlreadyClaimed):
            outcome = self.backend.deaths.close(claim)
        else:
            services = BackendServices(claim, self.backend)
            try:
                outcome = self._attempt(claim, services)
            finally:
                services.close(has_ended=False)  # no sandbox keeps what was parked
        return dict(outcome.model_dump(mode="json"))

    def _attempt(self, claim: ClaimedAction, services: BackendServices) -> Outcome:
        outcome = services.still_waits() if claim.parked else None
        if outcome is not None:
            return outcome
        try:
            result = self._work(claim, services)
        except (ClientError, BotoCoreError) as error:
            result = failures.runner_failed(error)
        if result is None:
            return services.park(claim, only_waits=True)
        if isinstance(result, Failure):
            outcome = self.backend.actions.finish_failed(claim, result)
        else:
            outcome = self.backend.actions.finish_succeeded(claim, result)
        services.close(has_ended=outcome.status is not OutcomeStatus.RETRY)
        return outcome

    def _work(self, claim: ClaimedAction, services: BackendServices) -> str | Failure | None:
        """Outputs, a failure, or None for a task that only waits."""
        self.bodies[claim.id.action] += 1
        task = self._tasks[claim.spec.short_name](claim)
        answer: Any = None
        try:
            while True:
                asked = task.send(answer)
                if isinstance(asked, Traced):
                    answer = self._traced(claim, services, asked)
                else:
                    answer = self._children(services, asked)
                    if answer is None:
                        return None
        except StopIteration as end:
            return json.dumps({"o0": end.value})
        except TaskError as error:
            return Failure(ErrorRecord(code=error.code, kind="user", message="boom"))

    def _traced(self, claim: ClaimedAction, services: BackendServices, asked: Traced) -> Any:
        found = services.methods["find_trace"]({"name": asked.name}) if claim.may_have_children else None
        if found is not None:
            return json.loads(cast("str", found))
        self.bodies[asked.name] += 1
        services.methods["keep_trace"]({"name": asked.name, "function": "f", "value": json.dumps(asked.name)})
        return asked.name

    def _children(self, services: BackendServices, asked: Sequence[Child]) -> list[Any] | None:
        answers = [
            services.methods["run_child"](
                {"name": child.name, "spec": spec_of(child.task, child.retries).to_json(), "inputs": {"message": "m"}}
            )
            for child in asked
        ]
        if not all(answer.done() for answer in answers):
            return None
        return [_told(answer.result()) for answer in answers]


def spec_of(task: str, retries: int) -> Any:
    """The specification of one of the tasks."""
    return greet(name=task, retry=RetryPolicy(count=retries))


def _told(ending: dict[str, Any]) -> Any:
    return json.loads(ending["outputs"])["o0"] if ending["outputs"] else ending["error"]["code"]
