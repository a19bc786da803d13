"""When a task that only waits is suspended: not before waiting has cost what its work would cost again."""

from __future__ import annotations

import pytest

from functions.runner.calls import Calls
from functions.runner.endings import Suspended
from functions.runner.history import SHORTEST_WAIT_S
from functions.runner.idleness import Idleness


class Task:
    """A task that makes calls, which are answered, or are not."""

    def __init__(self, *, may_wait: bool = True) -> None:
        self.calls = Calls({}, lambda: None)
        self.idleness = Idleness(self.calls, lambda _: may_wait, now_s=0.0)

    def waits(self, now_s: float, *, knows_of: int | None = None, calls: int = 1) -> Task:
        self.calls.begun += calls
        self.idleness.began(now_s, self.calls.answered if knows_of is None else knows_of)
        return self


@pytest.mark.parametrize(("worked_s", "threshold_s"), [(0.2, SHORTEST_WAIT_S), (5.0, 5.0)])
def test_it_waits_as_long_as_it_has_worked_and_a_second_at_least(worked_s: float, threshold_s: float) -> None:
    idleness = Task().waits(worked_s).idleness
    due_s = worked_s + threshold_s
    assert idleness.next_check_s() == due_s
    assert idleness.check(due_s - 0.01) is None
    assert idleness.check(due_s) == Suspended(only_waits=True)


def test_work_of_all_its_spells_counts() -> None:
    task = Task().waits(2.0)
    task.idleness.ended(3.0)
    task.waits(6.0)
    assert task.idleness.next_check_s() == 6.0 + 2.0 + 3.0


def test_a_task_that_works_is_never_suspended() -> None:
    task = Task()
    assert task.idleness.next_check_s() == float("inf")
    task.waits(1.0).idleness.ended(1.5)
    assert task.idleness.check(100.0) is None


def test_an_answer_that_it_does_not_know_of_yet_keeps_it_going() -> None:
    task = Task()
    task.calls.answered = 1
    task.waits(1.0, knows_of=0, calls=2)
    assert task.idleness.check(100.0) is None
    assert 100.0 < task.idleness.next_check_s() < 101.0, "it is looked at again, but not at once"


def test_calls_of_another_kind_keep_it_going() -> None:
    assert Task(may_wait=False).waits(1.0).idleness.check(100.0) is None


def test_a_task_that_was_suspended_begins_to_wait_anew() -> None:
    task = Task().waits(0.5)
    task.idleness.resumed(1000.0)
    assert task.idleness.next_check_s() == 1000.0 + SHORTEST_WAIT_S


def test_a_task_that_was_suspended_very_often_waits_longer() -> None:
    task = Task().waits(1.0)
    task.idleness.resumed(10.0, shortest_wait_s=64.0)
    assert task.idleness.next_check_s() == 74.0
