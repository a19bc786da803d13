"""How many sandboxes the devbox starts for a burst of invocations."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from flyte_cli.devbox.emulator import cold_starts
from flyte_cli.devbox.emulator.cold_starts import ColdStarts


@dataclass(eq=False)
class Sandbox:
    func_name: str
    in_use: bool = True


class FakeSandboxes:
    def __init__(self) -> None:
        self.made: list[Sandbox] = []

    def of(self, function: str, config: dict[str, Any], qualifier: str) -> list[Any]:
        return [each for each in self.made if each.func_name == function]

    def acquire(self, function: str, config: dict[str, Any], code: bytes, qualifier: str) -> tuple[Any, str]:
        for each in self.made:
            if not each.in_use and each.func_name == function:
                each.in_use = True
                return each, "reused"
        self.made.append(Sandbox(function))
        return self.made[-1], "spawn"

    def release(self, sandbox: Sandbox) -> None:
        sandbox.in_use = False


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    return FakeSandboxes()


def begin(threads: ThreadPoolExecutor, starts: ColdStarts, function: str = "f") -> Future[Any]:
    return threads.submit(starts.acquire, function, {}, b"")


def test_a_sandbox_more_than_there_are_processors_waits_for_one_that_is_ready(sandboxes: FakeSandboxes) -> None:
    starts = ColdStarts(sandboxes, 1)
    first, _ = starts.acquire("f", {}, b"")
    with ThreadPoolExecutor(1) as threads:
        second = begin(threads, starts)
        assert not second.done()
        starts.started(first)
        assert second.result(10)[1] == "spawn"


def test_who_waits_takes_one_that_becomes_free(sandboxes: FakeSandboxes) -> None:
    starts = ColdStarts(sandboxes, 1)
    first, _ = starts.acquire("f", {}, b"")
    with ThreadPoolExecutor(1) as threads:
        second = begin(threads, starts)
        starts.release(first)
        assert second.result(10) == (first, "reused")


@pytest.mark.parametrize(("long_s", "made"), [(0.01, 5), (1000.0, 4)])
def test_a_few_are_started_at_once_and_more_only_for_long_invocations(
    sandboxes: FakeSandboxes, monkeypatch: pytest.MonkeyPatch, long_s: float, made: int
) -> None:
    monkeypatch.setattr(cold_starts, "_LONG_S", long_s)
    starts = ColdStarts(sandboxes, 1)
    first, _ = starts.acquire("f", {}, b"")
    starts.release(first)
    busy = [starts.acquire("f", {}, b"")[0]]
    for _ in range(3):
        busy.append(starts.acquire("f", {}, b"")[0])
        starts.started(busy[-1])
    with ThreadPoolExecutor(1) as threads:
        fifth = begin(threads, starts)
        if made == 4:
            starts.release(busy[2])
        fifth.result(10)
    assert len(sandboxes.made) == made


def test_another_functions_sandboxes_are_its_own(sandboxes: FakeSandboxes) -> None:
    starts = ColdStarts(sandboxes, 2)
    first, _ = starts.acquire("f", {}, b"")
    starts.release(first)
    other, how = starts.acquire("g", {}, b"")
    assert (other.func_name, how) == ("g", "spawn")


def test_an_invocation_whose_sandbox_could_not_be_started_frees_none(sandboxes: FakeSandboxes) -> None:
    starts = ColdStarts(sandboxes, 1)
    first, _ = starts.acquire("f", {}, b"")
    starts.started(first)
    starts.release(None)
    assert first.in_use
