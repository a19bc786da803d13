"""Tasks as small generators, and a runner function that works on them: its services are the real ones, without threads.

A task yields what it asks for: a list of children, of which it gets all answers, a traced function, or a condition.
Each invocation begins it anew, as a sandbox does that does not know it yet.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.runs import CacheLookup, ErrorRecord, Invocation, Outcome, OutcomeStatus
from flyte.protocol.tasks import RetryPolicy, TaskSpec
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.control.failure import Failure
from functions.runner import failures
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend


@dataclass(frozen=True)
class Child:
    """A call of a task."""

    task: str
    name: str
    retries: int = 0
    cache_key: str | None = None


@dataclass(frozen=True)
class Traced:
    """A call of a traced function, which gives its own name so many times."""

    name: str
    times: int = 1


@dataclass(frozen=True)
class Approval:
    """A condition that is made and waited for."""

    name: str


@dataclass(frozen=True)
class TaskError(Exception):
    """What a task ends with that fails."""

    code: str


Calls = Generator[list[Child] | Traced | Approval, Any, Any]
Task = Callable[[ClaimedAction], Calls]


class Runner:
    """The runner function.

    Args:
        backend: What it records in.
        tasks: The tasks by name.
    """

    def __init__(self, backend: Backend, tasks: dict[str, Task]) -> None:
        self._backend = backend
        self._tasks = tasks
        self.requests = 0
        """How often it was invoked."""
        self.bodies: Counter[str] = Counter()
        """How often each task's body was begun, and each traced function called, by name of its action."""

    def invoke(self, payload: dict[str, Any]) -> dict[str, Any]:
        """One invocation."""
        invocation = Invocation.model_validate(payload)
        self.requests += 1
        invoked = Invoked(f"request-{self.requests}", "group", "stream")
        claim = self._backend.actions.claim(invocation.id, invocation.attempt, invoked)
        if isinstance(claim, Ended):
            outcome = claim.outcome
        elif isinstance(claim, AlreadyClaimed):
            outcome = self._backend.deaths.close(claim)
        else:
            services = BackendServices(claim, self._backend)
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
            outcome = self._backend.actions.finish_failed(claim, result)
        else:
            self._keep(services, result)
            outcome = self._backend.actions.finish_succeeded(claim, result)
        self._after(services, outcome)
        return outcome

    def _keep(self, services: BackendServices, result: str) -> None:
        try:
            services.keep(result)
        except (ClientError, BotoCoreError):
            return  # as in the supervisor: it costs time later, and nothing else

    def _after(self, services: BackendServices, outcome: Outcome) -> None:
        try:
            services.close(has_ended=outcome.status is not OutcomeStatus.RETRY)
        except (ClientError, BotoCoreError):
            return  # as in the supervisor: the end is recorded

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
                    continue
                answers = [self._approval(services, asked)] if isinstance(asked, Approval) else _run(services, asked)
                if not all(each.done() for each in answers):
                    return None
                answer = [_told(each.result()) for each in answers]
        except StopIteration as end:
            return json.dumps({"o0": end.value})
        except TaskError as error:
            return Failure(ErrorRecord(code=error.code, kind="user", message="boom"))

    def _traced(self, claim: ClaimedAction, services: BackendServices, asked: Traced) -> Any:
        found = services.methods["find_trace"]({"name": asked.name}) if claim.may_have_children else None
        if found is not None:
            return json.loads(cast("str", found))
        self.bodies[asked.name] += 1
        value = asked.name * asked.times
        services.methods["keep_trace"]({"name": asked.name, "function": "f", "value": json.dumps(value)})
        return value

    def _approval(self, services: BackendServices, asked: Approval) -> Future[Any]:
        services.methods["new_condition"]({"name": asked.name, "condition": {"name": asked.name}})
        answer = services.methods["wait_condition"]({"name": asked.name, "wait": 0})
        assert isinstance(answer, Future)
        for _ in range(2):  # its thread logs what goes wrong, and looks again
            with suppress(ClientError, BotoCoreError):
                services._children.watch.look([asked.name])  # what its thread does, in this one
                break
        return answer


def spec_of(task: str, retries: int = 0) -> TaskSpec:
    """The specification of one of the tasks."""
    return greet(name=task, retry=RetryPolicy(count=retries))


def _run(services: BackendServices, asked: Sequence[Child]) -> list[Future[Any]]:
    return [services.methods["run_child"](_request(child)) for child in asked]


def _request(child: Child) -> dict[str, Any]:
    cache = None if child.cache_key is None else CacheLookup(key=child.cache_key).to_dict()
    spec = spec_of(child.task, child.retries).to_json()
    return {"name": child.name, "spec": spec, "inputs": {"message": "m"}, "cache": cache}


def _told(ending: dict[str, Any]) -> Any:
    if ending["outputs"]:
        return json.loads(ending["outputs"])["o0"]
    return ending["error"]["code"] if ending["error"] else ending["phase"]
