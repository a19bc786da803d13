"""Kinds of tasks that a program defines for itself, chosen by `plugin_config`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

import flyte
import flyte.extras
from flyte.extend import AsyncFunctionTaskTemplate, TaskPluginRegistry

local = flyte.with_runcontext(mode="local")


@dataclass
class Session:
    name: str


@dataclass(kw_only=True, eq=False)
class InSession(AsyncFunctionTaskTemplate):
    task_type: str = "session"

    async def pre(self, *_args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"session": f"{self.plugin_config.name} for {kwargs['x']}"}

    async def post(self, return_vals: Any) -> None:
        SEEN.append(return_vals)


SEEN: list[Any] = []
TaskPluginRegistry.register(Session, InSession)
env = flyte.TaskEnvironment("with_sessions", plugin_config=Session("mine"))


@env.task
async def waits(x: int) -> str:
    return flyte.ctx().data["session"]


@env.task
def blocks(x: int) -> str:
    return flyte.ctx().data["session"]


@flyte.TaskEnvironment("around_sessions").task
async def parent() -> list[str]:
    return [await waits.override(short_name="other")(1), blocks(2)]


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path))
    SEEN.clear()


@pytest.mark.parametrize("task", [waits, blocks])
def test_the_function_runs_between_what_goes_before_and_after_it(task):
    assert isinstance(task, InSession)
    assert task.task_type == "session"
    assert local.run(task, x=3).outputs().o0 == "mine for 3"
    assert SEEN == ["mine for 3"]


def test_children_are_of_their_own_kind():
    assert local.run(parent).outputs().o0 == ["mine for 1", "mine for 2"]


def test_outside_of_a_run_a_call_is_the_function():
    plain = flyte.TaskEnvironment("plainly", plugin_config=Session("mine"))

    @plain.task
    def double(x: int) -> int:
        return 2 * x

    assert double(2) == 4
    assert SEEN == []


def test_an_attempt_can_be_another_thing_altogether():
    @dataclass
    class Shout:
        pass

    class Shouting(AsyncFunctionTaskTemplate):
        async def execute(self, *_args: Any, **kwargs: Any) -> Any:
            return self.forward(**kwargs).upper()

    TaskPluginRegistry.register(Shout, Shouting)
    loud = flyte.TaskEnvironment("loud", plugin_config=Shout())

    @loud.task
    def say(word: str) -> str:
        return word

    assert local.run(say, word="hi").outputs().o0 == "HI"


def test_a_task_that_sleeps_calls_its_function_in_local_mode():
    sleeps = flyte.TaskEnvironment("sleeps", plugin_config=flyte.extras.Sleep())

    @sleeps.task
    async def leaf(duration: timedelta) -> None:
        SEEN.append(duration)

    local.run(leaf, duration=timedelta(hours=1))
    (slept,) = SEEN
    assert slept == timedelta(hours=1)
    assert leaf.task_type == "core-sleep"


def test_only_a_template_can_be_registered():
    with pytest.raises(TypeError, match="AsyncFunctionTaskTemplate"):
        TaskPluginRegistry.register(Session, Session)  # type: ignore[arg-type]
