"""Nested runs in which one call to AWS fails, each in turn, in each way: they end as if nothing had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.runner import children
from tests.functional.reliability.faults import Fault, Faults
from tests.functional.reliability.world import Calls, Child, TaskError, Traced, World

if TYPE_CHECKING:
    from functions.control.claims import ClaimedAction
    from functions.control.clients import Clients


def root(_: ClaimedAction) -> Calls:
    seen = yield Traced("seen")
    first = yield [Child("leaf", "good"), Child("flaky", "late", retries=1)]
    then = yield [Child("broken", "bad")]
    return [seen, first, then]


def leaf(claim: ClaimedAction) -> Calls:
    return claim.id.action
    yield []


def broken(_: ClaimedAction) -> Calls:
    raise TaskError("ValueError")
    yield []


def flaky(claim: ClaimedAction) -> Calls:
    """Fails at first, as the user's policy counts."""
    if claim.try_number == 1:
        raise TaskError("KeyError")
    return claim.try_number
    yield []


TASKS = {"root": root, "leaf": leaf, "broken": broken, "flaky": flaky}
BODIES = {"a0", "good", "bad", "late", "seen"}


@pytest.fixture(autouse=True)
def _only_parked_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at children beside the task, so that the calls come in one order."""
    monkeypatch.setattr(children, "SHORTEST_LOOK_S", 3600.0)


def test_what_the_run_comes_to(aws: Clients) -> None:
    faults = Faults()
    world = World(aws, TASKS)
    state = world.run("r", faults)
    assert state["a0"] == ("succeeded", '{"o0": ["seen", ["good", 2], ["ValueError"]]}', None, None)
    assert state["bad"] == ("failed", None, "ValueError", "a0")
    # The root is begun at the start; twice in its wait for two, when the first has ended and when both have; and once
    # in its wait for one. Of the flaky one, each try is begun.
    assert world.bodies == {"a0": 4, "late": 2, "good": 1, "bad": 1, "seen": 1}


@pytest.mark.parametrize("fault", [Fault.UNSENT], ids=lambda fault: fault.value)
def test_a_call_that_fails_changes_nothing_in_what_is_recorded(aws: Clients, fault: Fault) -> None:
    # Children that end before their parent's token is kept, and after: each with half of the faults.
    world = World(aws, TASKS, newest_first=fault in {Fault.LOST, Fault.DIED_AFTER, Fault.THROTTLED})
    expected = world.run("r", Faults())
    number = 0
    while True:
        faults = Faults(fault, number)
        state = world.run(f"r{number}", faults)
        if not faults.happened:
            break
        at = f"{fault.value} at call {number}, {faults.calls[number]}"
        assert state == expected, at
        assert world.bodies.keys() == BODIES, at
        number += 1
    assert number > 30
