"""Executions of the action state machine, one state at a time, in an order that a test chooses. No threads, no waiting.

`cdk/action_machine.asl.json` is the machine; `tests/functional/test_state_machine.py` runs that one itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.functional.reliability.faults import Died

if TYPE_CHECKING:
    from tests.fakes.clock import FakeClock

Function = Callable[[dict[str, Any]], dict[str, Any]]
_IDS = ("project", "domain", "run", "action")


@dataclass
class Execution:
    """One execution: the state that it is in, and until when it waits there."""

    name: str
    given: dict[str, Any]
    state: str = "Run"
    attempt: int = 1
    status: str = "RUNNING"
    error: str = ""
    cause: str = ""
    wait_s: int = 0
    waits_until: datetime | None = None
    token: str | None = None

    @property
    def text(self) -> str:
        """Its input."""
        return json.dumps(self.given)

    @property
    def payload(self) -> dict[str, Any]:
        """What its functions get."""
        return {**{name: self.given[name] for name in _IDS}, "attempt": self.attempt}


class FakeStepFunctions:
    """The client's side: what control calls."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.executions: dict[str, Execution] = {}
        self.news: list[str] = []
        """Names of executions that EventBridge is yet to tell of."""
        self.tokens = 0
        """That were given out so far."""

    @property
    def is_busy(self) -> bool:
        """Whether any execution goes on."""
        return any(each.status == "RUNNING" for each in self.executions.values())

    def start_execution(self, *, name: str, input: str, **_: Any) -> None:  # noqa: A002 - AWS's name
        known = self.executions.get(name)
        if known is None:
            given = json.loads(input)
            self.executions[name] = Execution(name, given, attempt=given["attempt"])
        elif known.status != "RUNNING":
            raise _refusal("ExecutionAlreadyExists")

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        known = self.executions.get(executionArn.rpartition(":")[2])
        if known is None:
            raise _refusal("ExecutionDoesNotExist")
        return {"status": known.status, "error": known.error, "cause": known.cause}

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803 - AWS's name
        known = self.executions.get(executionArn.rpartition(":")[2])
        if known is None:
            raise _refusal("ExecutionDoesNotExist")
        if known.status == "RUNNING":
            known.status, known.error, known.cause = "ABORTED", error, cause

    def send_task_success(self, *, taskToken: str, **_: Any) -> None:  # noqa: N803 - AWS's name
        for execution in self.executions.values():
            if execution.status == "RUNNING" and execution.token == taskToken:
                execution.token = execution.waits_until = None
                execution.state = "Run"
                return
        raise _refusal("TaskTimedOut")


class Machine:
    """Steps through executions.

    Args:
        aws: Where they are.
        runner: The runner function.
        recorder: The recorder function.
        newest_first: Which of several executions goes on first.
    """

    def __init__(
        self, aws: FakeStepFunctions, runner: Function, recorder: Function, *, newest_first: bool = False
    ) -> None:
        self._aws = aws
        self._runner = runner
        self._recorder = recorder
        self._newest_first = newest_first

    def step(self) -> bool:
        """One state of one execution, or the news of one that ended, or a wait. False: nothing is left."""
        running = [each for each in self._aws.executions.values() if each.status == "RUNNING"]
        if self._newest_first:
            running.reverse()
        ready = [each for each in running if each.waits_until is None]
        if ready:
            self._enter(ready[0])
        elif self._aws.news:
            self._deliver(self._aws.executions[self._aws.news.pop(0)])
        elif running:
            self._wait(running)
        else:
            return False
        return True

    def tell(self, execution: Execution) -> None:
        """EventBridge has news of an execution."""
        self._aws.news.append(execution.name)

    def _enter(self, execution: Execution) -> None:
        getattr(self, f"_{execution.state.lower()}")(execution)

    def _run(self, execution: Execution) -> None:
        try:
            outcome = self._runner(execution.payload)
        except (Exception, Died) as error:  # noqa: BLE001 - Lambda tells the state machine of any
            execution.error, execution.cause, execution.state = _name(error), str(error), "Close"
        else:
            self._choose(execution, outcome)

    def _close(self, execution: Execution) -> None:
        given = {**execution.payload, "error": execution.error, "cause": execution.cause}
        try:
            outcome = self._recorder({"close": given})
        except (Exception, Died):  # noqa: BLE001 - retried, whatever it is
            self._sleep(execution, 1)
        else:
            execution.error = execution.cause = ""
            self._choose(execution, outcome)

    def _choose(self, execution: Execution, outcome: dict[str, Any]) -> None:
        execution.attempt, execution.wait_s = outcome["attempt"], outcome["wait_s"]
        match outcome["status"]:
            case "succeeded":
                execution.status = "SUCCEEDED"
            case "retry":
                execution.state = "Run"
                self._sleep(execution, execution.wait_s)
            case "suspended":
                execution.state = "Park"
            case _:
                execution.status = "FAILED"
                execution.error, execution.cause = outcome["error"], outcome["cause"]
                self.tell(execution)

    def _park(self, execution: Execution) -> None:
        self._aws.tokens += 1
        token = f"token-{self._aws.tokens}"
        # The token is good from now on: the function may send it itself.
        execution.state, execution.token = "Run", token
        self._sleep(execution, execution.wait_s)
        try:
            self._recorder({"park": {**execution.payload, "token": token}})
        except (Exception, Died):  # noqa: BLE001 - the machine goes on to the next attempt, which looks for itself
            execution.token = execution.waits_until = None

    def _deliver(self, execution: Execution) -> None:
        detail = {"status": execution.status, "input": execution.text, "executionArn": execution.name}
        try:
            self._recorder({"source": "aws.states", "detail": detail})
        except (Exception, Died):  # noqa: BLE001 - Lambda invokes it again
            self.tell(execution)

    def _sleep(self, execution: Execution, seconds: float) -> None:
        execution.waits_until = self._aws.clock() + timedelta(seconds=seconds)

    def _wait(self, running: list[Execution]) -> None:
        first = min(running, key=lambda each: each.waits_until or self._aws.clock())
        assert first.waits_until is not None
        self._aws.clock.moment = max(self._aws.clock(), first.waits_until)
        first.waits_until = first.token = None


def _name(error: BaseException) -> str:
    return "Runtime.ExitError" if isinstance(error, Died) else type(error).__name__


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "StepFunctions")
