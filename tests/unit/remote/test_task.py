from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import flyte
import flyte.remote
from flyte import errors
from flyte.remote import Task, TaskDetails
from tests.fakes.programs import GREETING

if TYPE_CHECKING:
    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program


@pytest.fixture
def deployed(api: FakeApi, program: Program) -> FakeApi:
    program.write("greeting.py", GREETING)
    env = program.load("greeting").env
    flyte.deploy(env, version="v1")
    flyte.deploy(env, version="v2")
    api.calls.clear()
    return api


def test_a_reference_asks_for_nothing_before_it_is_fetched(deployed: FakeApi) -> None:
    lazy = Task.get("greeting_env.greet", auto_version="latest")
    assert deployed.calls == []
    details = lazy.fetch()
    assert lazy.fetch() is details
    assert len(deployed.calls) == 1
    assert (details.name, details.version) == ("greeting_env.greet", "v2")
    assert (details.required_args, details.default_input_args) == (("message",), ("times",))
    assert details.interface.inputs[1].default == 1


def test_a_version_is_pinned(deployed: FakeApi) -> None:
    assert Task.get("greeting_env.greet", version="v1").fetch().version == "v1"
    assert TaskDetails.get("greeting_env.greet", version="v1").fetch().version == "v1"


def test_which_version_must_be_said() -> None:
    with pytest.raises(ValueError, match=r"Either version or auto_version must be provided\."):
        Task.get("e.t")
    with pytest.raises(ValueError, match="auto_version must be either 'latest' or 'current'"):
        Task.get("e.t", auto_version="newest")  # type: ignore[arg-type]


def test_a_task_that_is_not_deployed_is_missed_when_it_is_fetched(deployed: FakeApi) -> None:
    for lazy in (Task.get("no.such", auto_version="latest"), Task.get("greeting_env.greet", version="v9")):
        with pytest.raises(errors.RemoteTaskNotFoundError):
            lazy.fetch()


def test_current_is_the_version_of_the_running_task(deployed: FakeApi) -> None:
    with pytest.raises(ValueError, match="no task is running"):
        Task.get("greeting_env.greet", auto_version="current").fetch()


def test_a_deployed_task_is_neither_called_nor_overridden() -> None:
    lazy = Task.get("e.t", version="v")
    with pytest.raises(errors.RemoteTaskUsageError, match=r"run it with flyte\.run"):
        lazy(x=1)
    with pytest.raises(errors.RemoteTaskUsageError, match="retries cannot be overridden"):
        lazy.override(retries=3)


def test_deployed_tasks_are_listed_in_their_latest_version(deployed: FakeApi) -> None:
    assert [(task.name, task.version) for task in Task.listall()] == [("greeting_env.greet", "v2")]
    assert list(Task.listall(by_task_env="other")) == []
    assert list(Task.listall(entrypoint=True)) == []
    with pytest.raises(ValueError, match="sort_by"):
        list(Task.listall(sort_by=("size", "asc")))
