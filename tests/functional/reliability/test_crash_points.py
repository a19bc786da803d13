"""Runs in which one call to AWS fails, each in turn, in each way: they end as if nothing had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.control import aborts
from functions.runner import child_watch
from tests.functional.reliability.faults import Fault
from tests.functional.reliability.moto_table import answer_attributes_as_they_are
from tests.functional.reliability.programs import PROGRAMS
from tests.functional.reliability.world import World

if TYPE_CHECKING:
    from functions.control.clients import Clients


_BEFORE = (Fault.UNSENT, Fault.THROTTLED, Fault.DIED_BEFORE)
_AFTER = (Fault.LOST, Fault.REPEATED, Fault.DIED_AFTER)


@pytest.fixture(autouse=True)
def _one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at children beside the task, and one action is ended at a time: the calls come in one order."""
    monkeypatch.setattr(aborts, "_AT_ONCE", 1)
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.0)  # a start that is tried again is so at once
    answer_attributes_as_they_are(monkeypatch)
    monkeypatch.setattr(child_watch, "SHORTEST_LOOK_S", 3600.0)


@pytest.mark.parametrize(
    ("program", "root", "other"),
    [
        ("two", ["first", "second"], {"first": "succeeded", "second": "succeeded"}),
        ("failures", ["ValueError"], {"bad": "failed"}),
        ("death", ["first"], {"first": "succeeded"}),
        ("traces", [400_000, 500_000], {"seen": "succeeded", "child": "succeeded"}),
        ("approval", [True], {"yes": "succeeded"}),
        ("abort", None, {"first": "aborted"}),
        ("stopped", ["aborted"], {"first": "aborted"}),
        ("died unheard", ["RuntimeSystemError"], {"first": "failed"}),
    ],
)
def test_what_runs_come_to(aws: Clients, program: str, root: object, other: dict[str, str]) -> None:
    course = World(aws, PROGRAMS[program]).undisturbed()
    phases = {name: phase for name, (phase, *_) in course.state.items()}
    assert phases == {"a0": "succeeded" if root else "aborted", **other}
    assert course.state["a0"][1] == root


# Those of the first kind with children that end after their parent's token is kept, the others with such as end before.
@pytest.mark.parametrize("faults", [_BEFORE, _AFTER], ids=["before", "after"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_call_that_fails_changes_nothing_in_what_is_recorded(
    aws: Clients, program: str, faults: tuple[Fault, ...]
) -> None:
    world = World(aws, PROGRAMS[program], newest_first=faults is _AFTER)
    course = world.undisturbed()
    for number, name in enumerate(course.calls):
        for fault in faults:
            if fault.tells_something_of(name):
                state = world.disturbed(course, fault, number)
                assert state == course.state, f"{fault.value} at call {number}, {name}"
