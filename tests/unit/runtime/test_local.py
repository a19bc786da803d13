"""Programs of tasks in local mode: what the conformance programs do not look into."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flyte
from flyte.errors import InitializationError, MaxRuntimeExceededError, RuntimeDataValidationError, RuntimeUserError
from flyte.runtime.naming import action_name, call_key, canonical

env = flyte.TaskEnvironment("local_tests", env_vars={"LOCAL_TESTS": "set"})
local = flyte.with_runcontext(mode="local")


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path))


@env.task
async def twice(x: int) -> int:
    return 2 * x


@env.task
def thread_name() -> str:
    return threading.current_thread().name


@env.task
def sync_parent() -> list[str]:
    return [thread_name(), threading.current_thread().name]


@env.task
async def wrong() -> int:
    return "text"  # type: ignore[return-value]


@env.task
async def unannotated(x: int):
    return x


@env.task
async def wrong_calls() -> list[str]:
    calls = [twice(1), twice("one"), twice(y=2), thread_name.aio(3)]  # type: ignore[arg-type,call-arg]
    return [type(each).__name__ for each in await asyncio.gather(*calls, return_exceptions=True)]


@env.task
async def hours() -> float:
    return abs((datetime.now() - flyte.durable.now()) / timedelta(hours=1))  # noqa: DTZ005 - as programs do


@env.task
def exits() -> None:
    sys.exit(4)


@env.task(timeout=flyte.Timeout(max_runtime=1))
def hangs() -> None:
    threading.Event().wait()


@env.task
def variable(name: str) -> str | None:
    return os.environ.get(name)


@env.task
async def deep(n: int) -> int:
    return 0 if n == 0 else 1 + await deep(n - 1)


@env.task
async def many(n: int) -> int:
    return sum(await asyncio.gather(*(twice(i) for i in range(n))))


def test_a_sync_child_of_a_sync_task_runs_in_its_thread():
    child, parent = local.run(sync_parent).outputs().o0
    assert child == parent


def test_the_phase_is_printed_as_flytes():
    assert str(local.run(twice, x=1).phase) == "ActionPhase.SUCCEEDED"


def test_a_run_inside_a_running_loop_works():
    async def notebook() -> int:
        return local.run(twice, x=4).outputs().o0

    assert asyncio.run(notebook()) == 8


@env.task
async def doubled_task(task: int) -> int:
    return 2 * task


@env.task
async def of_itself(self: int, args: int = 1) -> int:
    return self + args


@env.task
async def of_others(self: int) -> int:
    return await of_itself(self=self, args=2) + await of_itself.aio(self=self)


def test_an_input_may_have_any_name():
    assert local.run(of_others, self=5).outputs().o0 == 13
    assert asyncio.run(of_itself(self=1)) == 2


def test_the_task_can_be_given_by_name():
    assert local.run(task=twice, x=4).outputs().o0 == 8
    assert asyncio.run(local.run.aio(task=twice, x=5)).outputs().o0 == 10
    assert local.run(doubled_task, task=3).outputs().o0 == 6
    with pytest.raises(TypeError, match="needs a task"):
        local.run(x=4)


def test_a_finished_run_is_what_it_is_read_again():
    run = local.run(twice, x=1)
    assert run.sync() is run


@pytest.mark.parametrize("method", ["details", "watch", "get_logs"])
def test_what_only_a_backend_keeps_is_refused_by_name(method):
    run = local.run(twice, x=1)
    with pytest.raises(InitializationError, match="ran in this process"):
        getattr(run, method)()
    with pytest.raises(InitializationError, match=run.name):
        asyncio.run(getattr(run, method).aio())


def test_a_result_that_breaks_the_annotation_fails_the_run():
    with pytest.raises(RuntimeDataValidationError, match=r"local_tests\.wrong: output: .*int"):
        local.run(wrong)


def test_a_result_without_an_annotation_fails_the_run():
    with pytest.raises(RuntimeDataValidationError, match="no return type is annotated"):
        local.run(unannotated, x=1)


def test_wrong_calls_fail_where_they_are_awaited():
    assert local.run(wrong_calls).outputs().o0 == ["int", "TypeError", "ValueError", "ValueError"]


def test_the_durable_time_is_comparable_with_datetime_now():
    assert local.run(hours).outputs().o0 < 1


def test_sys_exit_fails_the_run_and_not_the_program():
    with pytest.raises(RuntimeUserError, match=r"sys\.exit\(4\)") as caught:
        local.run(exits)
    assert caught.value.code == "SystemExit"


def test_a_blocking_task_is_left_behind_at_its_timeout():
    started = time.monotonic()
    with pytest.raises(MaxRuntimeExceededError, match="1 s"):
        local.run(hangs)
    assert time.monotonic() - started < 30


def test_environment_variables_hold_for_the_task_alone():
    runner = flyte.with_runcontext(mode="local", env_vars={"LOCAL_RUN": "run"})
    assert runner.run(variable, "LOCAL_TESTS").outputs().o0 == "set"
    assert runner.run(variable, "LOCAL_RUN").outputs().o0 == "run"
    assert "LOCAL_TESTS" not in os.environ


@env.task
async def slow_variable(name: str, seconds: float) -> str | None:
    await asyncio.sleep(seconds)
    return os.environ.get(name)


@env.task
async def side_by_side() -> list[str | None]:
    first, second = (slow_variable.override(env_vars={"LOCAL_SIDE": value}) for value in ("first", "second"))
    await asyncio.gather(first("LOCAL_SIDE", 0), second("LOCAL_SIDE", 0.01))
    return [await slow_variable("LOCAL_SIDE", 0), await slow_variable("LOCAL_TESTS", 0)]


def test_nothing_is_left_of_variables_of_tasks_side_by_side():
    assert local.run(side_by_side).outputs().o0 == [None, "set"]
    assert "LOCAL_SIDE" not in os.environ


def test_recursion_and_width():
    assert local.run(deep, 60).outputs().o0 == 60
    assert local.run(many, 300).outputs().o0 == 300 * 299


@pytest.mark.parametrize("arguments", [{}, {"x": "1"}, {"x": 1, "y": 2}])
def test_wrong_arguments_are_type_errors_that_name_the_task(arguments):
    with pytest.raises(TypeError, match=r"local_tests\.twice"):
        local.run(twice, **arguments)


def test_a_plain_function_is_refused_with_what_to_do():
    with pytest.raises(TypeError, match=r"put @env\.task above it"):
        local.run(lambda: None)


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 41])
def test_a_run_name_that_cannot_be_is_refused(name):
    if name:
        with pytest.raises(ValueError, match="run name"):
            flyte.with_runcontext(mode="local", name=name).run(twice, x=1)


@given(st.dictionaries(st.text(max_size=5), st.integers()))
def test_equal_inputs_have_equal_names_whatever_their_order(inputs):
    shuffled = dict(reversed(inputs.items()))
    assert canonical(inputs) == canonical(shuffled)


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 1000))
def test_action_names_fit_and_differ(parent, inputs, number):
    key = call_key("env.task", inputs, None)
    name = action_name(parent, key, number)
    assert len(name) <= 26
    assert name.isalnum()
    assert name == action_name(parent, key, number)
    assert name != action_name(parent, key, number + 1)
    assert key != call_key("env.task", inputs, "group")


class Rising:
    """Counts who is inside at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


rising = Rising()


@env.task
async def rests(n: int) -> int:
    with rising:
        await asyncio.sleep(0.01)
    return n


@env.task
def rests_in_a_thread(n: int) -> int:
    with rising:
        time.sleep(0.01)
    return n


@env.task
async def fans_out(n: int) -> int:
    return sum(await asyncio.gather(*(rests(i) for i in range(n)), *(rests_in_a_thread.aio(i) for i in range(n))))


@env.task
async def fans_out_below() -> int:
    return sum(await asyncio.gather(fans_out(3), fans_out(4)))


@env.task
async def gives_up() -> int:
    first = asyncio.create_task(rests(1))
    left = [asyncio.create_task(rests(n)) for n in range(2, 6)]
    await asyncio.sleep(0)
    for each in left:
        each.cancel()
    await asyncio.gather(first, *left, return_exceptions=True)
    return await rests(7)


@pytest.mark.parametrize("bound", [2, 4])
def test_no_more_actions_are_on_than_the_run_allows(bound):
    rising.most = 0
    assert flyte.with_runcontext(mode="local", max_action_concurrency=bound).run(fans_out, n=8).outputs().o0 == 56
    assert rising.most == bound - 1


def test_a_bound_never_makes_parents_wait_for_their_own_children():
    bounded = flyte.with_runcontext(mode="local", max_action_concurrency=2)
    assert bounded.run(fans_out_below).outputs().o0 == 6 + 12


def test_who_gives_up_before_its_turn_takes_nobody_elses():
    assert flyte.with_runcontext(mode="local", max_action_concurrency=2).run(gives_up).outputs().o0 == 7


bodies: list[int] = []


@env.task(cache=flyte.Cache(behavior="auto", version_override="1", serialize=True), retries=0)
async def slow_result(x: int) -> int:
    bodies.append(x)
    await asyncio.sleep(0.01)
    if len(bodies) == 1 and x < 0:
        raise ValueError("the first one fails")
    return len(bodies)


@env.task
async def asks_at_once(x: int) -> list[int | None]:
    results = await asyncio.gather(*(slow_result(x) for _ in range(5)), return_exceptions=True)
    return [result if isinstance(result, int) else None for result in results]


def test_equal_calls_wait_for_the_serialized_one_that_is_on():
    bodies.clear()
    assert local.run(asks_at_once, x=1).outputs().o0 == [1] * 5
    assert bodies == [1]


def test_when_a_serialized_call_fails_the_next_one_runs():
    bodies.clear()
    assert local.run(asks_at_once, x=-1).outputs().o0 == [None, 2, 2, 2, 2]


def test_two_runs_of_a_serialized_task_run_its_body_once():
    bodies.clear()

    async def both() -> list[int]:
        runs = await asyncio.gather(*(local.run.aio(slow_result, x=3) for _ in range(2)))
        return [run.outputs().o0 for run in runs]

    assert asyncio.run(both()) == [1, 1]


def test_serialized_calls_that_are_to_renew_the_result_do_not_wait_for_it():
    bodies.clear()
    renewing = flyte.with_runcontext(mode="local", overwrite_cache=True)
    assert max(renewing.run(asks_at_once, x=4).outputs().o0) == 5


def test_a_run_without_cache_neither_uses_nor_keeps_results():
    bodies.clear()
    uncached = flyte.with_runcontext(mode="local", disable_run_cache=True)
    assert [uncached.run(slow_result, x=9).outputs().o0 for _ in range(2)] == [1, 2]
    assert local.run(slow_result, x=9).outputs().o0 == 3
