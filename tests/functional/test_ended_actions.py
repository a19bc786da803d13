"""Each action's end is told once, whoever recorded it: runner, API, recorder or reconciler."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Logger

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.api.application import build
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.observability.ended_actions import EndedActions
from functions.observability.metrics import Detail, Metrics
from tests.fakes.aws_stack import SETTINGS
from tests.fakes.embedded_metrics import assert_valid, metrics_of
from tests.fakes.http_api import FakeHttpApi
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from functions.control.clients import Clients
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
ERROR = ErrorRecord(code="E", kind="user", message="m" * 1000)


@dataclass
class Told:
    """What a function printed of ends."""

    texts: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def backend(aws: Clients, clock: FakeClock, executions: FakeExecutions, told: Told) -> Backend:
    made = Backend(SETTINGS, aws, clock, EndedActions(Metrics("Flyte/test", Detail.STACK), told.texts.append))
    made.executions = executions
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=1)), inputs={"message": "hi"})
    made.runs.create("flytesnacks", "development", asked)
    return made


def claim(backend: Backend, attempt: int = 1) -> ClaimedAction:
    claimed = backend.actions.claim(ACTION, attempt, Invoked(f"request-{attempt}"))
    assert isinstance(claimed, ClaimedAction)
    return claimed


def test_times_are_of_all_attempts_and_a_retry_is_no_end(backend: Backend, told: Told, clock: FakeClock) -> None:
    clock.advance(2)
    first = claim(backend)
    clock.advance(3)
    backend.actions.finish_failed(first, Failure(ERROR))
    assert told.lines == []
    clock.advance(5)
    second = claim(backend, 2)
    clock.advance(1)
    backend.actions.finish_succeeded(second, "{}")
    backend.actions.finish_succeeded(second, "{}")  # sent again
    (line,) = told.lines
    assert (line["queue_ms"], line["run_ms"], line["billed_ms"], line["attempt"]) == (2000, 9000, 4000, 2)
    assert (line["phase"], "error" in line) == ("succeeded", False)


def test_a_suspended_time_is_not_billed(backend: Backend, told: Told, clock: FakeClock) -> None:
    claimed = claim(backend)
    clock.advance(1)
    backend.actions.park(claimed, ["c1"], 60, None)
    clock.advance(30)
    claimed = claim(backend)
    clock.advance(1)
    backend.actions.finish_succeeded(claimed, "{}")
    (line,) = told.lines
    assert (line["billed_ms"], line["suspended_ms"], line["suspensions"]) == (2000, 30_000, 1)
    assert (line["run_ms"], metrics_of(line)["BilledTime", ""]) == (32_000, 2000)


def test_an_abort_through_the_api_is_told_with_its_reason(backend: Backend, told: Told) -> None:
    api = FakeHttpApi(build(backend, Logger(service="api", level="CRITICAL")).resolve)
    api.post("runs/r1/abort", {"reason": "enough"})
    (line,) = told.lines
    assert (line["phase"], line["error_message"], line["attempt"]) == ("aborted", "enough", 0)
    assert metrics_of(line) == {("Actions", "phase=aborted"): 1, ("Runs", "phase=aborted"): 1}
    assert line["timestamp"].endswith("Z")


def test_a_death_is_told_once_however_often_it_is_reported(backend: Backend, told: Told) -> None:
    claim(backend)
    backend.deaths.close_attempt(ACTION, 1, "Runtime.OutOfMemory", "signal: killed")
    claim(backend, 2)
    for _ in range(2):
        backend.deaths.close_attempt(ACTION, 2, "Runtime.OutOfMemory", "signal: killed")
    (line,) = told.lines
    assert (line["phase"], line["error"], line["error_kind"]) == ("failed", "OOMError", "user")
    assert_valid(line)


def test_long_messages_are_cut(backend: Backend, told: Told) -> None:
    backend.actions.close(backend.actions.get(ACTION), ActionPhase.FAILED, ERROR)
    assert told.lines[0]["error_message"] == "m" * 500


def test_a_fault_of_who_counts_undoes_no_end(aws: Clients, clock: FakeClock, executions: FakeExecutions) -> None:
    def broken(_item: object) -> None:
        raise OSError("stdout is gone")

    made = Backend(SETTINGS, aws, clock, broken)
    made.executions = executions
    made.runs.create("flytesnacks", "development", RunSpec(name="r1", spec=greet(), inputs={"message": "hi"}))
    made.actions.finish_succeeded(claim(made), "{}")
    assert made.lookup.run(ACTION).phase is ActionPhase.SUCCEEDED


@pytest.mark.parametrize(
    ("environ", "count"),
    [
        ({}, 0),
        ({"FLYTE_METRICS": "off"}, 0),
        ({"FLYTE_METRICS": "stack", "POWERTOOLS_METRICS_NAMESPACE": "Flyte/x"}, 5),
        ({"FLYTE_METRICS": "task", "POWERTOOLS_METRICS_NAMESPACE": "Flyte/x"}, 9),
    ],
)
def test_how_much_is_measured_is_the_deployments_choice(backend: Backend, environ: dict[str, str], count: int) -> None:
    written: list[str] = []
    claimed = claim(backend)
    backend.actions.finish_succeeded(claimed, "{}")
    EndedActions(Metrics.from_environment(environ), written.append)(backend.actions.get(ACTION))
    assert len(metrics_of(json.loads(written[0]))) == count


@pytest.fixture
def reconciler(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The reconciler function, on this backend."""
    ours = logging.getLogger("functions")
    before = (ours.handlers[:], ours.propagate, ours.level)
    for name in ("FLYTE_REGISTRY_TABLE", "FLYTE_RUNS_TABLE", "FLYTE_BUCKET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "reconciler")
    module = importlib.import_module("functions.recorder.reconciler")
    monkeypatch.setattr(module, "_backend", backend)
    monkeypatch.setattr(module, "_metrics", Metrics("Flyte/test"))
    yield module
    ours.handlers[:], ours.propagate, ours.level = before
    del sys.modules["functions.recorder.reconciler"]


def test_what_the_reconciler_finds_is_a_metric_and_nothing_is_none(
    reconciler: ModuleType,
    backend: Backend,
    executions: FakeExecutions,
    clock: FakeClock,
) -> None:
    printed = io.StringIO()
    reconciler.logger.handlers[0].setStream(printed)
    executions.failure = ConnectionError("Step Functions is gone")
    with contextlib.suppress(ConnectionError):
        backend.runs.create("flytesnacks", "development", RunSpec(name="r2", spec=greet(), inputs={"message": "hi"}))
    executions.failure = None
    clock.advance(600)
    lines = []
    for _ in range(2):
        reconciler.handle({}, SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000))
        clock.advance(600)
        said = [json.loads(text) for text in printed.getvalue().splitlines()]
        lines.append([line for line in said if line.get("event") == "reconciled"][-1])
    assert metrics_of(lines[0]) == {("ReconcilerFinds", ""): 1}
    assert_valid(lines[0])
    assert (lines[0]["verdicts"]["started"], lines[0]["service"]) == (1, "reconciler")
    assert metrics_of(lines[1]) == {}
