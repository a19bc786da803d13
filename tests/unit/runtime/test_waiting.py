"""When a task counts as waiting: all of its threads and loops have nothing to do until its supervisor answers."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from flyte.runtime.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONG_S = 30


class Told:
    """What a supervisor is told; `wait_for` waits until the last word is the wanted one."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._changed = threading.Condition()

    def say(self, word: str) -> bool:
        with self._changed:
            self.words.append(word)
            self._changed.notify_all()
        return True

    def wait_for(self, word: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.words[-1:] == [word], LONG_S), self.words


class Task:
    """A task's main thread, beside the test's own, which is none of its threads."""

    def __init__(self) -> None:
        self.told = Told()
        test = threading.current_thread()
        self.waiting = Waiting(lambda: self.told.say("waits"), self._works, lambda: (test,))
        self._thread: threading.Thread | None = None

    def _works(self) -> None:
        self.told.say("works")

    def start(self, body: Callable[[], Any]) -> None:
        def run() -> None:
            self.waiting.begin()
            body()

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def start_async(self, body: Callable[[], Any]) -> None:
        def run() -> None:
            with asyncio.Runner(loop_factory=self.waiting.new_loop) as runner:
                runner.run(body())

        self.start(run)

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join(LONG_S)
            assert not self._thread.is_alive()


@pytest.fixture
def task() -> Iterator[Task]:
    made = Task()
    yield made
    made.join()


def test_a_loop_without_anything_ready_waits_and_works_when_it_is_answered(task: Task) -> None:
    answer: Future[int] = Future()

    async def body() -> None:
        await asyncio.wrap_future(answer)

    task.start_async(body)
    task.told.wait_for("waits")
    answer.set_result(1)
    task.join()
    assert task.told.words[:2] == ["waits", "works"]


def test_a_thread_that_blocks_in_a_call_waits(task: Task) -> None:
    answer: Future[int] = Future()

    def body() -> None:
        with task.waiting.here():
            answer.result(LONG_S)

    task.start(body)
    task.told.wait_for("waits")
    answer.set_result(1)
    task.join()
    assert task.told.words == ["waits", "works"]


def test_a_loop_with_a_timer_does_not_wait(task: Task) -> None:
    answer: Future[int] = Future()
    has_timer = threading.Event()

    async def body() -> None:
        timer = asyncio.get_running_loop().call_later(LONG_S, int)
        has_timer.set()
        await asyncio.wrap_future(answer)
        timer.cancel()

    task.start_async(body)
    assert has_timer.wait(LONG_S)
    answer.set_result(1)
    task.join()
    assert task.told.words == []


def test_work_in_another_thread_keeps_a_loop_from_waiting_until_it_is_done(task: Task) -> None:
    answer: Future[int] = Future()
    work: Future[int] = Future()

    async def body() -> None:
        in_thread = asyncio.ensure_future(asyncio.to_thread(work.result, LONG_S))
        await asyncio.sleep(0)
        assert task.told.words == []
        work.set_result(1)
        await in_thread
        await asyncio.wrap_future(answer)

    task.start_async(body)
    # The executor's thread lives on, idle, and does not count.
    task.told.wait_for("waits")
    answer.set_result(1)


def test_a_thread_of_the_tasks_own_counts_as_working(task: Task) -> None:
    answer: Future[int] = Future()
    own: Future[int] = Future()
    began = threading.Event()

    def body() -> None:
        thread = threading.Thread(target=own.result, args=(LONG_S,))
        thread.start()
        with task.waiting.here():
            began.set()
            answer.result(LONG_S)
        thread.join()

    task.start(body)
    assert began.wait(LONG_S)
    answer.set_result(1)
    own.set_result(1)
    task.join()
    assert task.told.words == []


def test_two_loops_wait_only_together(task: Task) -> None:
    first: Future[int] = Future()
    second: Future[int] = Future()

    async def until(answer: Future[int]) -> None:
        await asyncio.wrap_future(answer)

    def in_a_loop(answer: Future[int]) -> None:
        with asyncio.Runner(loop_factory=task.waiting.new_loop) as runner:
            runner.run(until(answer))

    def body() -> None:
        beside = threading.Thread(target=in_a_loop, args=(second,))
        beside.start()
        in_a_loop(first)
        with task.waiting.here():
            beside.join(LONG_S)

    task.start(body)
    task.told.wait_for("waits")
    first.set_result(1)
    task.told.wait_for("waits")
    second.set_result(1)
