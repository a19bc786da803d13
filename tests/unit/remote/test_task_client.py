"""The backend as a task sees it: over the channel, whatever its program has initialised."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.errors
import flyte.remote
from flyte import _in_task, _initialize
from flyte._context import ActionID, RawDataPath, TaskContext
from flyte.protocol.api import Health
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from flyte.remote._http import get_client, path_of
from flyte.report import Report
from flyte.runtime.controller import ActionState
from flyte.runtime.task_backend import TaskBackend
from tests.fakes.specs import code, greet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OWN = ActionId(project="shop", domain="staging", run="driver", action="a0")
HEALTH = {"version": "1", "region": "r", "bucket": "b", "state_machine_arn": "a"}
CODE = code("c")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

env = flyte.TaskEnvironment(name="program")


@env.task
async def double(x: int) -> int:
    return 2 * x


class Supervisor:
    """The other end of the channel: keeps what is asked, and answers in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answers: list[Any] = []

    def ask(self, method: str, params: Any) -> Any:
        self.asked.append((method, params))
        return self.answers.pop(0)

    async def ask_async(self, method: str, params: Any) -> Any:
        return self.ask(method, params)

    def answer(self, status: int, body: Any) -> None:
        self.answers.append({"status": status, "body": json.dumps(body)})


def record(name: str, **fields: Any) -> dict[str, Any]:
    known = {"task_name": "greeting_env.greet", "task_version": "v1", "phase": ActionPhase.QUEUED}
    run = OWN.run_id.model_copy(update={"run": name}).action_id()
    return json.loads(ActionRecord(id=run, created_at=NOW, updated_at=NOW, **{**known, **fields}).to_json())


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor()


@pytest.fixture
def attempt(supervisor: Supervisor) -> Callable[[int], TaskBackend]:
    """The backend of one invocation of the task, by the number of the try."""

    def made(number: int) -> TaskBackend:
        context = TaskContext(
            action=ActionID("a0", "driver", "shop", "staging"),
            version="v1",
            raw_data_path=RawDataPath("s3://b/runs/shop/staging/driver/a0/data"),
            output_path="",
            run_base_dir="",
            report=Report("a0"),
            attempt_number=number + 5,
            controller=None,  # type: ignore[arg-type] # nothing here calls tasks
            state=ActionState(),
        )
        spec = greet(version="v1", code=CODE)
        return TaskBackend(supervisor, context, spec, number)  # type: ignore[arg-type] # a part of a channel

    return made


@pytest.fixture
def task(attempt: Callable[[int], TaskBackend]) -> Iterator[TaskBackend]:
    """The process runs this task."""
    backend = attempt(0)
    with _in_task.within_task(backend):
        yield backend


def test_a_tasks_backend_and_scope_are_its_own_whatever_is_initialised(
    task: TaskBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_initialize, "_state", None)  # put back at the end
    before = _initialize.get_init_state()
    flyte.init(endpoint="https://elsewhere.example", project="other", domain="production")
    assert (flyte.current_project(), flyte.current_domain()) == ("shop", "staging")
    assert flyte.is_control_plane_available()
    assert get_client() is task.client
    assert _initialize.get_init_state() is before, "what is initialised has no effect"


def test_requests_go_over_the_channel(task: TaskBackend, supervisor: Supervisor) -> None:
    supervisor.answer(200, {"runs": []})
    assert list(flyte.remote.Run.listall(task_name="e.t", limit=3)) == []
    ((method, asked),) = supervisor.asked
    assert method == "call_api"
    assert asked == {
        "method": "GET",
        "path": "/v1/projects/shop/domains/staging/runs",
        "query": "task=e.t&limit=3",
        "body": None,
        "idempotency_key": None,
    }
    assert task.client.endpoint.host == "backend.invalid"


def test_an_api_that_is_busy_is_asked_again(task: TaskBackend, supervisor: Supervisor) -> None:
    task.client._first_retry_delay_s = 0.0
    supervisor.answers = [{"status": 429, "body": ""}, {"status": 502, "body": ""}]
    supervisor.answer(200, HEALTH)
    assert task.client.call("GET", path_of("health"), Health).bucket == "b"
    supervisor.answers = [{"status": 429, "body": ""}] * 4
    with pytest.raises(flyte.errors.RuntimeSystemError, match="too much to do"):
        task.client.call("GET", path_of("health"), Health)
    assert not supervisor.answers


def test_a_replay_asks_for_the_same_runs_and_a_retry_for_others(attempt: Callable[[int], TaskBackend]) -> None:
    def asked(number: int, *inputs: int) -> list[str]:
        backend = attempt(number)
        return [backend.run_name("e.t", "v1", {"x": x}, None)[0] for x in inputs]

    first = asked(0, 1, 1, 2)
    assert len(set(first)) == 3, "equal calls are told apart"
    assert asked(0, 1, 1, 2) == first
    assert asked(0, 2, 1, 1) == [first[2], first[0], first[1]], "their order among others does not matter"
    assert not set(asked(1, 1, 1, 2)) & set(first)


@pytest.mark.usefixtures("task")
def test_a_task_of_the_program_is_run_with_the_code_that_is_there(supervisor: Supervisor) -> None:
    supervisor.answer(201, record("new"))
    asyncio.run(flyte.run.aio(double, x=3))
    ((_, asked),) = supervisor.asked
    assert (asked["method"], asked["path"]) == ("POST", "/v1/projects/shop/domains/staging/runs")
    body = json.loads(asked["body"])
    assert body["inputs"] == {"x": 3}
    spec = body["spec"]
    assert (spec["name"], spec["version"], spec["code"]["sha256"]) == ("program.double", "v1", CODE.sha256)
    assert spec["loader"]["attribute"] == "double"


def test_what_tasks_may_not_ask_for_is_the_users_error(task: TaskBackend, supervisor: Supervisor) -> None:
    def refuse(method: str, params: Any) -> Any:
        raise flyte.errors.rebuild("Forbidden", "user", f"{method} {params['path']}")

    supervisor.ask = refuse  # type: ignore[method-assign]
    with pytest.raises(flyte.errors.RuntimeUserError, match="domains/production") as refused:
        flyte.remote.Run.get("r", domain="production")
    assert refused.value.code == "Forbidden"
    assert task.state.domain == "staging"


def test_a_run_that_an_earlier_invocation_has_started_is_found(task: TaskBackend, supervisor: Supervisor) -> None:
    reference = flyte.remote.Task.get("greeting_env.greet", version="v1")
    details = {"spec": json.loads(greet(version="v1").to_json()), "deployed_at": NOW.isoformat(), "deployed_by": ""}
    exists = {"code": "RunAlreadyExistsError", "message": "it exists"}
    supervisor.answer(200, details)
    supervisor.answer(409, exists)
    supervisor.answer(200, record("mine", created_by="task/driver:a0"))
    assert flyte.with_runcontext(name="mine").run(reference, message="x").name == "mine"

    supervisor.answer(409, exists)
    with pytest.raises(flyte.errors.RunAlreadyExistsError):  # this invocation has had it already
        flyte.with_runcontext(name="mine").run(reference, message="x")

    supervisor.answer(409, exists)
    supervisor.answer(200, record("others", created_by="arn:aws:iam::1:user/ana"))
    with pytest.raises(flyte.errors.RunAlreadyExistsError):
        flyte.with_runcontext(name="others").run(reference, message="x")
    assert not supervisor.answers


@pytest.mark.parametrize(("age_s", "pause_s"), [(0, 0.2), (40, 10), (3600, 60), (86400, 1440)])
def test_the_older_a_run_the_longer_the_pauses(
    task: TaskBackend, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, age_s: int, pause_s: float
) -> None:
    now_s = (NOW + timedelta(seconds=age_s)).timestamp()
    monkeypatch.setattr("time.time", lambda: now_s)
    supervisor.answers.append(None)
    asyncio.run(task.pause(ActionRecord.model_validate(record("r"))))
    assert supervisor.asked == [("sleep_until", {"at": pytest.approx(now_s + pause_s)})]
