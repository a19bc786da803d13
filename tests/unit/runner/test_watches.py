"""Each watch says when to look again, and what is breached."""

from __future__ import annotations

import threading

from functions.runner.endings import OutOfMemory, RanTooLong, Withdrawn
from functions.runner.watches import ABORT_POLL_S, FASTEST_ALLOCATION, AbortWatch, MemoryWatch, TimeWatch


def test_a_time_watch_waits_for_its_moment() -> None:
    watch = TimeWatch(10.0, RanTooLong(5))
    assert watch.next_check_s() == 10.0
    assert (watch.check(9.9), watch.check(10.0)) == (None, RanTooLong(5))


def test_memory_is_looked_at_the_more_often_the_less_is_left() -> None:
    used = 0
    watch = MemoryWatch(FASTEST_ALLOCATION, 0, lambda: used, lambda: used, bool)
    waits = []
    for used in (0, int(FASTEST_ALLOCATION * 0.9), FASTEST_ALLOCATION - 1):  # noqa: B007 - read by the watch
        now_s = watch.next_check_s()
        assert watch.check(now_s) is None
        waits.append(round(watch.next_check_s() - now_s, 3))
    assert waits == [0.25, 0.1, 0.01]


def test_between_two_looks_memory_is_not_read() -> None:
    looks: list[int] = []

    def look() -> int:
        looks.append(1)
        return 0

    watch = MemoryWatch(100, 0, look, look, bool)
    for now_s in (0.0, 0.001, 0.002):
        watch.check(now_s)
    assert looks == [1]


def test_shared_memory_is_counted_exactly_before_a_task_is_ended() -> None:
    assert MemoryWatch(100, 10, lambda: 400, lambda: 80, bool).check(0) is None
    assert MemoryWatch(100, 10, lambda: 400, lambda: 95, bool).check(0) == OutOfMemory(95, 100)


def test_what_only_saves_time_is_given_up_before_a_task_is_ended() -> None:
    held = [95, 40]

    def relieve() -> bool:
        held.pop(0)
        return True

    assert MemoryWatch(100, 10, lambda: 400, lambda: held[0], relieve).check(0) is None


def test_a_short_attempt_asks_for_no_phase() -> None:
    watch = AbortWatch(0.0, lambda: "aborted", lambda: None)
    assert watch.check(ABORT_POLL_S - 0.01) is None
    assert watch.next_check_s() == ABORT_POLL_S
    assert watch._thread is None


def test_an_abort_wakes_the_loop() -> None:
    woken = threading.Event()
    watch = AbortWatch(0.0, lambda: "aborted", woken.set)
    watch.check(ABORT_POLL_S)
    assert woken.wait(5)
    assert watch.check(ABORT_POLL_S) == Withdrawn("aborted")


def test_a_stopped_watch_asks_no_more() -> None:
    asked = threading.Semaphore(0)

    def still_mine() -> None:
        asked.release()

    watch = AbortWatch(0.0, still_mine, lambda: None)
    watch.check(ABORT_POLL_S)
    assert asked.acquire(timeout=5)
    watch.stop()
    assert watch._thread is not None
    watch._thread.join(5)
    assert not watch._thread.is_alive()
