"""Threads of sync tasks: used again while there is work, bounded, and gone when there is none."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import Future, wait

import pytest

from flyte.runtime.local_threads import THREADS, Threads


def test_one_thread_makes_calls_that_come_after_each_other() -> None:
    threads = Threads(linger_s=10)
    assert len({threads.run(threading.get_ident).result(10) for _ in range(50)}) <= 2  # an answer comes before its rest


def test_calls_that_wait_for_each_other_have_threads_of_their_own() -> None:
    threads, all_there = Threads(), threading.Barrier(THREADS)
    answers = [threads.run(lambda: all_there.wait(10)) for _ in range(THREADS)]
    assert sorted(answer.result(10) for answer in answers) == list(range(THREADS))


def test_there_are_no_more_than_that() -> None:
    threads, held = Threads(), threading.Event()
    lock, now, most = threading.Lock(), 0, 0

    def hold() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        held.wait(10)
        with lock:
            now -= 1

    answers = [threads.run(hold) for _ in range(3 * THREADS)]
    held.set()
    wait(answers, 10)
    assert most <= THREADS


def test_errors_are_for_who_waits_and_the_thread_goes_on() -> None:
    threads = Threads(linger_s=10)

    def fail() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        threads.run(fail).result(10)
    assert threads.run(lambda: "next").result(10) == "next"


def test_a_call_that_was_cancelled_before_its_turn_is_not_made() -> None:
    threads, held, made = Threads(), threading.Event(), []
    blocking = [threads.run(lambda: held.wait(10)) for _ in range(THREADS)]
    given_up: Future[None] = threads.run(lambda: made.append(1))
    assert given_up.cancel()
    held.set()
    wait(blocking, 10)
    assert threads.run(lambda: "next").result(10) == "next"
    assert made == []


def test_a_thread_without_work_ends() -> None:
    seen = Threads(linger_s=0).run(threading.current_thread).result(10)
    seen.join(10)
    assert not seen.is_alive()


def test_nothing_of_a_call_is_kept_while_a_thread_waits_for_the_next() -> None:
    class Large:
        pass

    held = Large()
    gone = weakref.ref(held)
    threads, freed = Threads(linger_s=10), threading.Event()
    weakref.finalize(held, freed.set)
    threads.run(lambda held=held: None).result(10)  # type: ignore[misc]
    del held
    gc.collect()
    assert freed.wait(10)
    assert gone() is None
