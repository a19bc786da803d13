from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

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


def test_a_deployed_task_is_called_in_tasks_only() -> None:
    with pytest.raises(errors.RemoteTaskUsageError, match=r"run it with flyte\.run"):
        Task.get("e.t", version="v")(x=1)


class TestOverride:
    SETTINGS: ClassVar[dict[str, Any]] = {
        "short_name": "again",
        "resources": flyte.Resources(memory="4Gi"),
        "retries": 3,
        "timeout": timedelta(minutes=1),
        "env_vars": {"LEVEL": "debug"},
        "secrets": "KEY",
        "service_account": "reader",
        "max_inline_io_bytes": 100,
    }

    def test_a_run_has_the_other_settings(self, deployed: FakeApi) -> None:
        lazy = Task.get("greeting_env.greet", auto_version="latest").override(**self.SETTINGS)
        run = flyte.run(lazy, message="hi")
        spec = deployed.run_specs[run.name].spec
        assert spec is not None
        assert (spec.name, spec.version, spec.short_name) == ("greeting_env.greet", "v2", "again")
        assert (spec.memory_mb, spec.retry.count, spec.timeout.max_runtime_s) == (4096, 3, 60)
        assert (spec.env_vars, spec.secrets[0].key) == ({"LEVEL": "debug"}, "KEY")
        assert (spec.service_account, spec.max_inline_io_bytes) == ("reader", 100)

    def test_overrides_add_up_and_leave_the_task_alone(self, deployed: FakeApi) -> None:
        lazy = Task.get("greeting_env.greet", auto_version="latest")
        more = lazy.override(retries=1, env_vars={"A": "1"}).override(env_vars={"B": "2"}, resources=None)
        assert (more.fetch().spec.retry.count, more.fetch().spec.env_vars) == (1, {"B": "2"})
        assert more.fetch().override(retries=2).spec.retry.count == 2
        assert (lazy.fetch().overridden, more.fetch().overridden) == (False, True)
        assert lazy.fetch().spec.retry.count == 0

    def test_the_cache_is_told_and_can_be_given(self, deployed: FakeApi) -> None:
        details = Task.get("greeting_env.greet", version="v1").fetch()
        assert (details.cache.behavior, details.cache.version_override) == ("disable", None)
        cache = flyte.Cache("override", version_override="2", serialize=True, ignored_inputs="message", max_age=60)
        more = details.override(cache=cache)
        told = more.cache
        assert told == replace(cache, max_age=timedelta(minutes=1), policies=told.policies)
        assert more.spec.cache.is_override
        assert more.override(cache=flyte.Cache("disable")).cache.behavior == "disable"
        flyte.run(more, message="hi")

    @pytest.mark.parametrize(
        ("cache", "error"),
        [
            ("disable", pytest.raises(TypeError, match="cache")),
            (flyte.Cache("auto"), pytest.raises(ValueError, match="'disable', or 'override' with a version_override")),
            (flyte.Cache("override"), pytest.raises(ValueError, match="version_override must be set")),
        ],
    )
    def test_a_cache_that_needs_the_code_is_refused(self, deployed: FakeApi, cache: Any, error: Any) -> None:
        task = Task.get("greeting_env.greet", version="v1").override(cache=cache)
        with error:
            _ = task.fetch().spec

    def test_what_is_part_of_the_code_is_refused(self, deployed: FakeApi) -> None:
        lazy = Task.get("greeting_env.greet", version="v1")
        with pytest.raises(errors.RemoteTaskUsageError, match="image cannot be overridden"):
            lazy.override(image="x")

    def test_what_lambda_has_not_is_told_once(self, deployed: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
        lazy = Task.get("greeting_env.greet", version="v1").override(queue="fast")
        lazy.override(queue="fast")
        assert capsys.readouterr().err.count("the override of greeting_env.greet sets queue") == 1
        assert flyte.run(lazy, message="hi").name in deployed.runs

    def test_a_setting_of_the_wrong_type_is_refused_when_it_is_run(self, deployed: FakeApi) -> None:
        lazy = Task.get("greeting_env.greet", version="v1")
        for settings in ({"env_vars": {"A": 1}}, {"short_name": 3}, {"max_inline_io_bytes": "9"}):
            with pytest.raises(TypeError, match=next(iter(settings))):
                flyte.run(lazy.override(**settings), message="hi")


def test_deployed_tasks_are_listed_in_their_latest_version(deployed: FakeApi) -> None:
    assert [(task.name, task.version) for task in Task.listall()] == [("greeting_env.greet", "v2")]
    assert list(Task.listall(by_task_env="other")) == []
    assert list(Task.listall(entrypoint=True)) == []
    with pytest.raises(ValueError, match="sort_by"):
        list(Task.listall(sort_by=("size", "asc")))
