"""Conditions of local runs: whoever sits at the terminal is asked. And what a condition cannot be."""

from __future__ import annotations

import asyncio
import io
import queue
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.errors import (
    ConditionAlreadyExistsError,
    ConditionFailedError,
    ConditionTimedoutError,
    NotInTaskContextError,
    RuntimeUserError,
    TraceDoesNotAllowNestedTasksError,
)
from flyte.runtime import local_conditions

if TYPE_CHECKING:
    from collections.abc import Callable

env = flyte.TaskEnvironment("condition_tests")
local = flyte.with_runcontext(mode="local")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Says what is typed at the terminal; then the input ends."""
    monkeypatch.setattr(local_conditions, "_terminal", local_conditions._Terminal())
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@env.task
async def approval(data_type: str) -> str:
    types: dict[str, Any] = {"bool": bool, "int": int, "float": float, "str": str}
    condition = await flyte.new_condition.aio("go", prompt="Go?", data_type=types[data_type], description="It is late.")
    return repr(await condition.wait.aio())


@env.task
def blocking() -> list[int]:
    first = flyte.new_condition("first", data_type=int)
    second = flyte.new_condition("second", data_type=int)
    return [first.wait(), second.wait(), first.wait()]


@env.task
async def both() -> list[bool]:
    made = [await flyte.new_condition.aio(name) for name in ("a", "b")]
    return list(await asyncio.gather(*(each.wait.aio() for each in made)))


@env.task
async def twice() -> None:
    await flyte.new_condition.aio("go")
    await flyte.new_condition.aio("go")


@env.task
async def soon() -> bool:
    condition = await flyte.new_condition.aio("go", timeout=timedelta(milliseconds=20))
    return await condition.wait.aio()


_tries: list[int] = []


@env.task(retries=1)
async def stumbles() -> bool:
    condition = await flyte.new_condition.aio("go")
    answer = await condition.wait.aio()
    _tries.append(1)
    if len(_tries) == 1:
        raise OSError("the first try fails")
    return answer


@flyte.trace
async def traced() -> None:
    await flyte.new_condition.aio("go")


@env.task
async def inside_a_trace() -> None:
    await traced()


@pytest.mark.parametrize(
    ("data_type", "text", "value"),
    [
        ("bool", "y\n", "True"),
        ("bool", "maybe\nNo\n", "False"),
        ("int", "1.5\n-3\n", "-3"),
        ("float", "2\n", "2.0"),
        ("str", " as it is \n", "' as it is '"),
    ],
)
def test_the_answer_is_typed(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str], data_type: str, text: str, value: str
) -> None:
    typed(text)
    assert local.run(approval, data_type).outputs()[0] == value
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("It is late.\n[go] Go? (")
    assert said.err.count("[go] Go? (") == text.count("\n")


def test_sync_tasks_wait_too_and_an_answer_is_given_once(typed: Callable[[str], None]) -> None:
    typed("1\n2\n")
    assert local.run(blocking).outputs()[0] == [1, 2, 1]


def test_conditions_that_are_waited_for_together_are_asked_one_by_one(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("y\ny\n")
    assert local.run(both).outputs()[0] == [True, True]
    assert sorted(part[:3] for part in capsys.readouterr().err.split(": ")[:2]) == ["[a]", "[b]"]


def test_without_input_the_condition_fails(typed: Callable[[str], None]) -> None:
    typed("")
    with pytest.raises(RuntimeUserError, match="no more input") as raised:
        local.run(approval, "bool")
    assert raised.value.code == ConditionFailedError.__name__


def test_nobody_types_in_time(monkeypatch: pytest.MonkeyPatch, typed: Callable[[str], None]) -> None:
    typed("")
    held = threading.Event()

    class Silent:
        def readline(self) -> str:
            held.wait(10)
            return ""

    monkeypatch.setattr(sys, "stdin", Silent())
    with pytest.raises(RuntimeUserError, match=r"within 0\.02 s") as raised:
        local.run(soon)
    held.set()
    assert raised.value.code == ConditionTimedoutError.__name__


def test_a_line_comes_from_the_input_that_there_was_when_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, goes_on = local_conditions._Terminal(), threading.Event()
    read = terminal._read
    monkeypatch.setattr(terminal, "_read", lambda: (goes_on.wait(10), read()))
    monkeypatch.setattr(sys, "stdin", io.StringIO("first\n"))
    with pytest.raises(queue.Empty):
        terminal.line(0)
    other = io.StringIO("other\n")
    monkeypatch.setattr(sys, "stdin", other)
    goes_on.set()
    assert terminal.line(10) == "first\n"
    assert other.read() == "other\n"


def test_another_attempt_finds_the_answer(typed: Callable[[str], None]) -> None:
    _tries.clear()
    typed("y\n")
    assert local.run(stumbles).outputs()[0] is True


def test_a_task_makes_each_condition_once() -> None:
    with pytest.raises(RuntimeUserError, match="already") as raised:
        local.run(twice)
    assert raised.value.code == ConditionAlreadyExistsError.__name__


def test_a_traced_function_makes_none() -> None:
    with pytest.raises(RuntimeUserError) as raised:
        local.run(inside_a_trace)
    assert raised.value.code == TraceDoesNotAllowNestedTasksError.__name__


def test_outside_of_a_task_nothing_can_be_waited_for() -> None:
    with pytest.raises(NotInTaskContextError, match="'go'"):
        flyte.new_condition("go").wait()


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"data_type": list}, TypeError, "data_type"),
        ({"prompt_type": "html"}, ValueError, "prompt_type"),
        ({"timeout": 0}, ValueError, "timeout=0"),
        ({"timeout": timedelta(days=400)}, ValueError, "366 days"),
        ({"timeout": "1h"}, TypeError, "timeout"),
        ({"webhook": "https://example.com"}, TypeError, "webhook"),
        ({"prompt": "x" * 8001}, ValueError, "8,001"),
    ],
)
def test_arguments_are_checked_at_once(wrong: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        flyte.new_condition("go", **wrong)


@pytest.mark.parametrize("name", ["", " go", "a\nb", "x" * 201])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        flyte.new_condition(name)


def test_a_webhook_is_an_address_of_http() -> None:
    with pytest.raises(ValueError, match="https://"):
        flyte.ConditionWebhook("file:///etc/passwd")
