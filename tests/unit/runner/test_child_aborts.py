"""Children that nobody waits for any more: ended together, and known as long as they are not."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from functions.runner.child_aborts import ChildAborts

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ending:
    """Ends children: each time only after `go_on`."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.ended: list[list[str]] = []
        self.began, self.go_on = threading.Semaphore(0), threading.Semaphore(0)
        self._fault = fault

    def __call__(self, names: Sequence[str]) -> None:
        self.ended.append(list(names))
        self.began.release()
        assert self.go_on.acquire(timeout=10)
        if self._fault is not None:
            raise self._fault


def test_those_asked_for_while_others_are_ended_are_ended_together() -> None:
    ending = Ending()
    aborts = ChildAborts(ending)
    answers = [aborts.add("c0")]
    assert ending.began.acquire(timeout=10)
    answers += [aborts.add(f"c{number}") for number in range(1, 100)]
    ending.go_on.release(2)
    assert [answer.result(10) for answer in answers] == [None] * 100
    assert ending.ended == [["c0"], [f"c{number}" for number in range(1, 100)]]
    assert aborts.stop() == set()


def test_the_fault_of_one_time_goes_to_those_who_asked_then_and_they_stay_open() -> None:
    ending = Ending(ConnectionError("no answer"))
    aborts = ChildAborts(ending)
    answer = aborts.add("c0")
    ending.go_on.release()
    with pytest.raises(ConnectionError):
        answer.result(10)
    assert aborts.stop() == {"c0"}


def test_what_is_being_ended_when_the_task_ends_is_told() -> None:
    ending = Ending()
    aborts = ChildAborts(ending)
    answer = aborts.add("c0")
    assert ending.began.acquire(timeout=10)
    assert aborts.stop() == {"c0"}
    ending.go_on.release()
    assert answer.result(10) is None
