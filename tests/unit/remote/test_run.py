from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.remote
from flyte import _initialize, errors
from flyte._initialize import InitState
from flyte.config import PlatformConfig
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ActionRecord, Attempt, LogLine, PhaseTransition
from flyte.protocol.tasks import Interface, Parameter
from flyte.remote import ActionDetails, Run, TimeFilter
from flyte.remote._polling import LONGEST_DELAY_S, delays
from flyte.remote._records import follow
from flyte.remote._runs import run_url
from tests.fakes.api import NOW
from tests.fakes.programs import GREETING
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program


def record(name: str = "r", phase: ActionPhase = ActionPhase.RUNNING, **fields: Any) -> ActionRecord:
    values: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "task_name": "e.t", "task_version": "v", **fields}
    return ActionRecord(id=ActionId(project="shop", domain="testing", run=name), phase=phase, **values)


@pytest.fixture
def run(api: FakeApi, program: Program) -> Run:
    program.write("greeting.py", GREETING)
    made = flyte.run(program.load("greeting").greet, message="hi")
    assert isinstance(made, Run)
    return made


def test_a_run_is_found_by_its_name(api: FakeApi, run: Run) -> None:
    api.io = ActionIo(outputs={"o0": "plain", "o1": [1]})
    found = Run.get(run.name)
    assert found.name == run.name
    assert tuple(found.outputs()) == ("plain", [1])


def test_a_run_is_read_again_in_place(run: Run) -> None:
    assert run.sync() is run
    assert asyncio.run(run.sync.aio()) is run


def test_outputs_of_a_deployed_task_are_what_its_schema_tells(api: FakeApi) -> None:
    moment, record_of_it = {"type": "string", "format": "date-time"}, {"type": "object", "title": "Sale"}
    outputs = (
        Parameter(name="o0", json_schema=moment),
        Parameter(name="o1", json_schema={**record_of_it, "properties": {"at": moment}}),
    )
    api.tasks = {"sales.total": {"v1": greet(environment="sales", name="total", interface=Interface(outputs=outputs))}}
    api.io = ActionIo(outputs={"o0": "2026-01-02T03:04:05Z", "o1": {"at": "2026-01-02T03:04:05Z"}})
    found = flyte.run(flyte.remote.Task.get("sales.total", version="v1"))
    assert isinstance(found, Run)
    assert found.outputs()[0] == NOW
    assert found.outputs()[1].at == NOW
    assert found.outputs().to_dict() == api.io.outputs


def test_a_run_that_is_not_there_is_told(api: FakeApi) -> None:
    with pytest.raises(errors.RuntimeUserError, match="there is no run nope") as caught:
        Run.get("nope")
    assert caught.value.code == "RunNotFound"


def test_runs_are_listed_newest_first_and_filtered(api: FakeApi) -> None:
    old, new = NOW, NOW + timedelta(hours=1)
    api.runs = {
        "a": record("a", ActionPhase.SUCCEEDED, created_at=old, labels={"team": "blue", "stage": "1"}),
        "b": record("b", ActionPhase.FAILED, created_at=new, labels={"team": "red"}),
        "c": record("c", ActionPhase.RUNNING, created_at=old, updated_at=new),
    }
    listed = lambda **filters: [each.name for each in Run.listall(**filters)]  # noqa: E731 - shorter
    assert listed()[0] == "b"
    assert listed(in_phase=("failed", ActionPhase.SUCCEEDED)) == ["b", "a"]
    assert listed(with_labels={"team": "blue"}, with_label_keys=["stage"]) == ["a"]
    assert listed(updated_at=TimeFilter(after=new)) == ["c"]
    assert listed(limit=1) == ["b"]
    with pytest.raises(ValueError, match="sort_by"):
        listed(sort_by=("name", "asc"))


def test_a_listing_asks_for_what_it_filters_by(api: FakeApi) -> None:
    list(
        Run.listall(
            task_name="e.t",
            task_version="v",
            created_at=TimeFilter(after=NOW),
            in_phase=("running", ActionPhase.FAILED),
        )
    )
    url = api.requests[-1].url
    assert "task=e.t&version=v" in url
    assert "phase=running&phase=failed" in url
    assert "created_after=2026-01-02T" in url


def test_a_listing_can_be_iterated_asynchronously(api: FakeApi) -> None:
    api.runs = {"a": record("a")}

    async def main() -> list[str]:
        return [each.name async for each in Run.listall.aio()]

    assert asyncio.run(main()) == ["a"]


def test_an_aborted_run_is_aborted_once(api: FakeApi, run: Run) -> None:
    run.abort("enough")
    assert run.phase is ActionPhase.ABORTED
    run.abort("again")
    with pytest.raises(errors.ActionAbortedError, match="was aborted: enough"):
        run.raise_for_status()


def test_waiting_for_running_ends_when_it_runs(api: FakeApi, run: Run) -> None:
    api.phases = [ActionPhase.QUEUED, ActionPhase.RUNNING, ActionPhase.SUCCEEDED]
    run.wait(wait_for="running")
    assert run.phase is ActionPhase.RUNNING
    assert not run.done()


@pytest.mark.parametrize(
    ("phase", "cls"),
    [(ActionPhase.TIMED_OUT, errors.TaskTimeoutError), (ActionPhase.FAILED, errors.RuntimeUnknownError)],
)
def test_an_end_without_a_reason_is_still_an_error(
    api: FakeApi, run: Run, phase: ActionPhase, cls: type[Exception]
) -> None:
    api.phases = [phase]
    with pytest.raises(cls):
        run.raise_for_status()


def test_log_lines_are_followed_to_the_end(api: FakeApi, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    api.logs = [LogLine(at=NOW, message=f"line {n}", source="system" if n == 2 else "user") for n in range(5)]
    api.phases = [ActionPhase.RUNNING, ActionPhase.SUCCEEDED]
    assert list(run.get_logs()) == [f"line {n}" for n in range(5)]
    assert list(run.get_logs(filter_system=True, show_ts=True))[-1] == "[2026-01-02T03:04:05.000+00:00] line 4"
    run.show_logs(max_lines=2)
    assert capsys.readouterr().out == "line 3\nline 4\n"


def test_details_tell_times_and_attempts() -> None:
    start = NOW + timedelta(seconds=2)
    details = ActionDetails(
        record(
            phase=ActionPhase.SUCCEEDED,
            started_at=start,
            ended_at=NOW + timedelta(seconds=5),
            attempts=(Attempt(number=1, started_at=start, ended_at=NOW + timedelta(seconds=5), log_stream="s"),),
            transitions=(
                PhaseTransition(phase=ActionPhase.QUEUED, at=NOW),
                PhaseTransition(phase=ActionPhase.RUNNING, at=start),
                PhaseTransition(phase=ActionPhase.SUCCEEDED, at=NOW + timedelta(seconds=5)),
            ),
        )
    )
    assert details.queued_time == timedelta(seconds=2)
    assert details.running_time == details.runtime == timedelta(seconds=3)
    assert details.initializing_time is None
    assert details.attempts == 1
    assert details.logs_available(1)
    assert not details.logs_available(2)
    assert [each.phase for each in details.get_phase_transitions(1)] == [ActionPhase.RUNNING, ActionPhase.SUCCEEDED]
    assert details.get_phase_transitions(2) == []


def test_the_phase_is_printed_as_flytes(run: Run) -> None:
    run.wait()
    assert f"{run.phase} {run.details().action_details.phase}" == "ActionPhase.SUCCEEDED ActionPhase.SUCCEEDED"
    assert repr(run).endswith("phase='succeeded')")


def test_actions_of_a_run_are_listed(api: FakeApi, run: Run) -> None:
    assert [action.name for action in flyte.remote.Action.listall(run.name)] == ["a0"]
    assert flyte.remote.Action.get(f"{run.name}/a0").run_name == run.name
    assert list(flyte.remote.Action.listall(run.name, in_phase=("failed", ActionPhase.ABORTED))) == []
    assert api.requests[-1].url.partition("?")[2].startswith("phase=aborted&phase=failed&")
    with pytest.raises(ValueError, match="give run_name and name"):
        flyte.remote.Action.get()


def test_the_url_is_the_consoles_else_awss_else_the_apis() -> None:
    arn = "arn:aws:states:eu-west-1:1:execution:m:n"
    aws = PlatformConfig(endpoint="https://abc.execute-api.eu-west-1.amazonaws.com")
    local = PlatformConfig(endpoint="http://127.0.0.1:1")
    console = PlatformConfig(endpoint="http://127.0.0.1:1", console_endpoint="https://c/")
    known = record(execution_arn=arn)
    assert run_url(known, InitState(platform=console)) == "https://c/v2/domain/testing/project/shop/runs/r"
    assert run_url(known, InitState(platform=aws)) == (
        "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/"
        "arn%3Aaws%3Astates%3Aeu-west-1%3A1%3Aexecution%3Am%3An"
    )
    assert run_url(known, InitState(platform=local)) == "http://127.0.0.1:1/v1/projects/shop/domains/testing/runs/r"


def test_questions_come_soon_at_first_and_then_seldom() -> None:
    source = delays()
    found = [next(source) for _ in range(40)]
    assert found[0] <= 0.05
    assert found == sorted(found)
    assert found[-1] == LONGEST_DELAY_S


def test_a_time_filter_takes_local_times() -> None:
    assert TimeFilter(after=datetime(2026, 1, 1, tzinfo=UTC)).holds(NOW)
    assert not TimeFilter(before=datetime(2026, 1, 1)).holds(NOW)  # noqa: DTZ001 - what a user may give


def test_without_a_backend_nothing_is_asked() -> None:
    before = _initialize.get_init_state()
    _initialize.set_init_state(InitState())
    try:
        with pytest.raises(errors.InitializationError, match="no backend is configured"):
            Run.get("x")
    finally:
        _initialize.set_init_state(before)


def test_who_waits_for_a_run_outlasts_a_backend_that_is_busy() -> None:
    answers: list[Any] = [errors.RuntimeSystemError("BackendBusy", "later"), record(phase=ActionPhase.SUCCEEDED)]

    async def fetch() -> ActionRecord:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def phases() -> list[ActionPhase]:
        return [seen.phase async for seen in follow(record().id, record(), fetch=fetch)]

    assert asyncio.run(phases()) == [ActionPhase.RUNNING, ActionPhase.SUCCEEDED]
    answers.append(errors.RuntimeSystemError("BackendRefused", "no"))
    with pytest.raises(errors.RuntimeSystemError, match="no"):
        asyncio.run(phases())


def test_a_run_of_this_process_is_a_run_too():
    env = flyte.TaskEnvironment("here")

    @env.task
    def one() -> int:
        return 1

    assert isinstance(flyte.with_runcontext(mode="local").run(one), Run)
    assert not isinstance(object(), Run)
