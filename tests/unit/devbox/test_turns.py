"""Who starts a sandbox of the devbox, who waits for one to become free, and what tells that the machine is busy."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from flyte_cli.devbox.emulator import turns
from flyte_cli.devbox.emulator.turns import LOOK_S, Cores, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

POOL = "runner"


class FakeClock:
    """A clock that stands still."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass(eq=False)
class Sandbox:
    in_use: bool = True


@dataclass
class Pool:
    """Sandboxes of one function. Each step is one that the devbox takes with a sandbox."""

    at_once: int = 1
    at_most: int = 64
    in_use_elsewhere: int = 0
    is_core_idle: bool = True
    sandboxes: list[Sandbox] = field(default_factory=list)
    starting: set[Sandbox] = field(default_factory=set)
    most_starting: int = 0
    clock: Callable[[], float] = time.monotonic
    looks: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.turns = Turns(
            self.at_once,
            self.at_most,
            lambda _: self._in_use(),
            self._all_in_use,
            self._look,
            self.clock,
        )

    def invoke(self) -> tuple[Sandbox, bool]:
        taken = self.try_to_invoke()
        assert taken is not None
        return taken

    def try_to_invoke(self) -> tuple[Sandbox, bool] | None:
        return self.turns.take(POOL, self._acquire)

    def start(self) -> Sandbox:
        """One that has started, and is in use."""
        sandbox, _ = self.invoke()
        self.turns.started(sandbox)
        return sandbox

    def free(self, sandbox: Sandbox) -> None:
        sandbox.in_use = False
        self.turns.freed(POOL)

    def _look(self) -> bool:
        self.looks.release()
        return self.is_core_idle

    def _in_use(self) -> list[bool]:
        return [each.in_use for each in self.sandboxes]

    def _all_in_use(self) -> int:
        return sum(self._in_use()) + self.in_use_elsewhere

    def _acquire(self) -> tuple[Sandbox, bool]:
        for sandbox in self.sandboxes:
            if not sandbox.in_use:
                sandbox.in_use = True
                return sandbox, False
        sandbox = Sandbox()
        self.sandboxes.append(sandbox)
        self.starting.add(sandbox)
        self.most_starting = max(self.most_starting, len(self.starting))
        return sandbox, True


def test_the_first_invocation_starts_a_sandbox_on_a_busy_machine_too() -> None:
    _, is_new = Pool(is_core_idle=False).invoke()
    assert is_new


def test_a_free_one_is_taken() -> None:
    pool = Pool()
    first = pool.start()
    pool.free(first)
    assert pool.invoke() == (first, False)


def test_one_that_becomes_free_serves_who_waits_for_a_turn() -> None:
    pool = Pool(at_once=1)
    first, _ = pool.invoke()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pool.invoke)
        pool.free(first)
        assert waiting.result(10) == (first, False)


def test_one_that_becomes_free_serves_who_waits_on_a_busy_machine() -> None:
    pool = Pool(is_core_idle=False)
    first = pool.start()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pool.invoke)
        pool.free(first)
        assert waiting.result(10) == (first, False)


def test_whoever_has_waited_long_starts_one_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(is_core_idle=False)
    pool.start()
    monkeypatch.setattr(turns, "PATIENCE_S", 2 * LOOK_S)
    assert pool.invoke()[1]


@contextmanager
def waiting_on_a_busy_machine(clock: FakeClock) -> Iterator[tuple[Pool, Future[tuple[Sandbox, bool]]]]:
    """A pool whose only sandbox is in use, and an invocation that has begun to wait for one."""
    pool = Pool(is_core_idle=False, clock=clock)
    pool.start()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pool.invoke)
        assert pool.looks.acquire(timeout=10)
        yield pool, waiting


def test_on_a_busy_machine_nobody_starts_one_while_others_become_free() -> None:
    clock = FakeClock()
    with waiting_on_a_busy_machine(clock) as (pool, waiting):
        clock.advance(0.9 * turns.PATIENCE_S)
        pool.turns.freed(POOL)  # and somebody else has taken it
        clock.advance(0.9 * turns.PATIENCE_S)
        with pytest.raises(TimeoutError):
            waiting.result(3 * LOOK_S)
        clock.advance(0.2 * turns.PATIENCE_S)
        assert waiting.result(10)[1]


def test_who_waits_for_those_that_become_free_starts_one_after_a_while() -> None:
    clock = FakeClock()
    with waiting_on_a_busy_machine(clock) as (pool, waiting):
        clock.advance(turns.LONGEST_S)
        pool.turns.freed(POOL)
        assert waiting.result(10)[1]


def test_a_machine_that_comes_to_rest_lets_the_next_one_start() -> None:
    pool = Pool(is_core_idle=False)
    pool.start()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pool.invoke)
        pool.is_core_idle = True
        assert waiting.result(10)[1]


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_start_at_a_time_than_may_and_all_get_one(at_once: int) -> None:
    pool = Pool(at_once=at_once)

    all_are_there = threading.Barrier(20)

    def invoke(_number: int) -> bool:
        all_are_there.wait()
        sandbox, is_new = pool.invoke()
        pool.starting.remove(sandbox)
        pool.turns.started(sandbox)
        return is_new

    with ThreadPoolExecutor(20) as beside:
        assert all(beside.map(invoke, range(20)))
    assert len(pool.sandboxes) == 20
    assert pool.most_starting <= at_once


def test_many_that_wait_share_what_becomes_free() -> None:
    pool = Pool(is_core_idle=False)
    first = pool.start()

    def invoke(_number: int) -> Sandbox:
        sandbox, _is_new = pool.invoke()
        pool.turns.started(sandbox)
        pool.free(sandbox)
        return sandbox

    with ThreadPoolExecutor(20) as beside:
        served = beside.map(invoke, range(200))
        pool.free(first)
        assert set(served) == set(pool.sandboxes)


def test_with_all_in_use_that_there_may_be_an_invocation_waits_for_one() -> None:
    pool = Pool(at_most=2)
    first, _second = pool.start(), pool.start()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pool.invoke)
        with pytest.raises(TimeoutError):
            waiting.result(3 * LOOK_S)
        pool.free(first)
        assert waiting.result(10) == (first, False)


def test_whoever_found_no_room_for_long_is_throttled_and_so_are_all_that_waited_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "ROOM_S", 2 * LOOK_S)
    pool = Pool(at_most=1)
    pool.start()
    with ThreadPoolExecutor(5) as beside:
        assert list(beside.map(lambda _: pool.try_to_invoke(), range(5))) == [None] * 5


def test_the_first_of_a_pool_starts_though_others_use_all_that_there_may_be() -> None:
    assert Pool(at_most=2, in_use_elsewhere=2).invoke()[1]


@pytest.mark.parametrize(("idle_s", "is_idle"), [(2.0, True), (0.8, True), (0.5, False), (0.0, False)])
def test_a_core_is_idle_if_cores_were_idle_for_about_as_long(idle_s: float, *, is_idle: bool) -> None:
    counters, clock = iter([100.0, 100.0 + idle_s]), iter([0.0, 1.0])
    assert Cores(lambda: next(counters), lambda: next(clock)).is_any_idle() is is_idle


def test_a_look_too_soon_says_what_the_last_one_said() -> None:
    counters, clock = iter([0.0, 0.0]), iter([0.0, 1.0, 1.0 + LOOK_S / 2])
    cores = Cores(lambda: next(counters), lambda: next(clock))
    assert [cores.is_any_idle(), cores.is_any_idle()] == [False, False]


def test_where_nobody_counts_a_core_is_idle() -> None:
    assert Cores(lambda: None).is_any_idle()
