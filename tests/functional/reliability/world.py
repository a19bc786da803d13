"""A whole backend around one run at a time, api, state machine, runner, recorder and reconciler, and what befalls it.

All go on in one thread, one after the other, so that a run makes the same calls to AWS each time.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.runs import RunSpec
from functions.api.application import build
from functions.control.attributes import from_attributes
from functions.control.backend import Backend
from functions.recorder.recording import Recorder
from tests.fakes.aws_stack import SETTINGS
from tests.fakes.clock import FakeClock
from tests.fakes.http_api import FakeHttpApi
from tests.functional.reliability.faults import Died, Fault, Faults, FaultyClients
from tests.functional.reliability.moto_table import Table
from tests.functional.reliability.step_functions import Execution, FakeStepFunctions, Machine
from tests.functional.reliability.tasks import Runner, Task, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.control.clients import Clients

RUN = "r1"
_ROOT = RunSpec(name=RUN, spec=spec_of("root"), inputs={"message": "m"}).to_dict()
_LONGEST = 500
"""Steps after which something turns in a circle."""
_RECONCILED_EACH = timedelta(seconds=200)
_REPEATED_AT_MOST = 3
_SHOWN_CHARS = 100
_NEVER = ("aborted", None, None, None)
_LOGGER = Logger(service="api", level="CRITICAL")

State = dict[str, tuple[str, Any, str | None, str | None]]
"""Of each action, by name: phase, output or its length, the error's code, the parent."""


@dataclass(frozen=True)
class Happening:
    """Something that comes from outside, once, as soon as it is due.

    `does` asks the API for something, or does something to executions.
    """

    is_due: Callable[[World], bool]
    does: Callable[[World], None]


@dataclass(frozen=True)
class Program:
    """What is run: the task `root` of these, while something happens."""

    tasks: dict[str, Task]
    happening: Happening | None = None
    cut_off: str | None = None
    """An action that what happens may find not there yet, or ended by itself, if a call has failed before."""


@dataclass
class Memory:
    """What there is beside AWS's tables."""

    clock: datetime
    looked_at: datetime
    executions: dict[str, Execution]
    news: list[str]
    tokens: int
    requests: int
    is_asked_for: bool
    has_happened: bool


@dataclass(frozen=True)
class Moment:
    """All that there is between two steps; `calls` were made until then."""

    calls: int
    memory: Memory
    bodies: Counter[str]
    table: bytes


@dataclass(frozen=True)
class Course:
    """A run to which nothing has happened."""

    calls: list[str]
    moments: list[Moment]
    bodies: Counter[str]
    state: State


class World:
    """A program, which is run once without a fault and then again and again, with a fault at one of its calls.

    What a run has in common with another one is not done again: neither what comes before the fault, nor what comes
    after it once all is as it has been in a run that ended as it should.

    Args:
        clients: AWS; Step Functions is replaced.
        program: What is run.
        newest_first: As in `Machine`.
    """

    def __init__(self, clients: Clients, program: Program, *, newest_first: bool = False) -> None:
        self.clock = FakeClock()
        self.step_functions = FakeStepFunctions(self.clock)
        self._clients = clients
        self._aws = FaultyClients(clients, self.step_functions)
        backend = Backend(SETTINGS, cast("Clients", self._aws), self.clock)
        self._reconciliation = backend.reconciliation
        self._api = FakeHttpApi(build(backend, _LOGGER).resolve)
        self._runner = Runner(backend, program.tasks)
        self.machine = Machine(
            self.step_functions, self._runner.invoke, Recorder(backend).record, newest_first=newest_first
        )
        self._table = Table(SETTINGS.runs_table)
        self._happening, self._cut_off = program.happening, program.cut_off
        self._is_asked_for = self._has_happened = False
        self._looked_at = self.clock()
        self._steps = 0
        self._known: set[bytes] = set()
        """What runs came through that ended as they should."""

    def undisturbed(self) -> Course:
        """The run without a fault."""
        faults = self._aws.faults = Faults()
        moments = [self._now(faults)]
        while self._step():
            moments.append(self._now(faults))
            self._known.add(self._digest())
        return Course(faults.calls, moments, Counter(self._runner.bodies), self._state())

    def disturbed(self, course: Course, fault: Fault, number: int) -> State:
        """The same with a fault at the call of that number: what is recorded in the end."""
        before = next(moment for moment in reversed(course.moments) if moment.calls <= number)
        self._go_back_to(before)
        faults = self._aws.faults = Faults(fault, number - before.calls)
        passed = {self._digest()}
        while self._step():
            if faults.happened:
                digest = self._digest()
                if digest in self._known:
                    self._known |= passed
                    return course.state
                passed.add(digest)
        self._known |= passed
        bodies, state, cut_off = self._runner.bodies, self._state(), self._cut_off
        if cut_off is not None and state.get(cut_off, _NEVER)[0] in {"succeeded", "aborted"}:
            state[cut_off], bodies[cut_off] = course.state[cut_off], course.bodies[cut_off]
        assert (+bodies).keys() == (+course.bodies).keys()
        return state

    def _step(self) -> bool:
        """One thing after the other. False: nothing is left to do."""
        self._steps += 1
        assert self._steps < _LONGEST, "the run goes on for ever"
        if not self._is_asked_for:
            self.ask("runs", _ROOT)
            self._is_asked_for = True
        elif self._happening and not self._has_happened and self._happening.is_due(self):
            self._happening.does(self)
            self._has_happened = True
        else:
            return self._machine_step()
        return True

    def ask(self, path: str, body: dict[str, Any]) -> None:
        """A client's request, which is sent again until it is answered."""
        for _ in range(_REPEATED_AT_MOST):
            try:
                answer = self._api.post(path, body, Idempotency_Key=path)
            except Died:
                continue
            # What got through, and was not answered, may be refused when it is sent again.
            if answer.status < 300 or answer.status == 409:
                return
            assert answer.status in {429, 500}, answer
        raise AssertionError(f"{path} is not answered")

    def _machine_step(self) -> bool:
        goes_on = self.machine.step()
        if not goes_on:
            self.clock.advance(_RECONCILED_EACH.total_seconds())
        if self.clock() - self._looked_at >= _RECONCILED_EACH and self._reconciled():
            self._looked_at = self.clock()
            return goes_on or self.step_functions.is_busy
        return True

    def _reconciled(self) -> bool:
        try:
            self._reconciliation.run(has_time=lambda: True)
        except (ClientError, BotoCoreError, Died):
            return False  # the schedule comes again
        return True

    def _now(self, faults: Faults) -> Moment:
        bodies = Counter(self._runner.bodies)
        return Moment(len(faults.calls), copy.deepcopy(self._memory()), bodies, self._table.content())

    def _memory(self) -> Memory:
        aws = self.step_functions
        return Memory(
            self.clock(),
            self._looked_at,
            aws.executions,
            aws.news,
            aws.tokens,
            self._runner.requests,
            self._is_asked_for,
            self._has_happened,
        )

    def _digest(self) -> bytes:
        # Of what an attempt died is for people to read: nobody acts on it.
        table = self._table.text(without="error")
        return hashlib.sha256(f"{self._memory()}{table}".encode()).digest()

    def _go_back_to(self, moment: Moment) -> None:
        aws, runner, memory = self.step_functions, self._runner, copy.deepcopy(moment.memory)
        self.clock.moment, self._looked_at = memory.clock, memory.looked_at
        aws.executions, aws.news, aws.tokens = memory.executions, memory.news, memory.tokens
        runner.requests, runner.bodies = memory.requests, Counter(moment.bodies)
        self._is_asked_for, self._has_happened = memory.is_asked_for, memory.has_happened
        self._table.put_back(moment.table)
        self._steps = 0

    def _state(self) -> State:
        answer = self._clients.dynamodb.scan(TableName=SETTINGS.runs_table)
        items = [from_attributes(item) for item in answer["Items"] if "phase" in item]
        for item in items:
            assert "open_shard" not in item, item
            assert "owner" not in item, item
            assert [each["phase"] for each in item["transitions"]].count(item["phase"]) == 1
            assert all("ended_at" in attempt for attempt in item.get("attempts", ()))
        return {
            item["sk"]: (item["phase"], self._outputs(item), (item.get("error") or {}).get("code"), item.get("parent"))
            for item in items
        }

    def _outputs(self, item: dict[str, Any]) -> Any:
        text = Backend(SETTINGS, self._clients, self.clock).payloads.outputs(item)
        if text is None or len(text) > _SHOWN_CHARS:
            return text and len(text)
        return json.loads(text)["o0"]
