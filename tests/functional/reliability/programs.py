"""The runs whose calls to AWS fail in turn: small ones, each for a few of the things that can become of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte.protocol import limits
from tests.functional.reliability.faults import Died
from tests.functional.reliability.tasks import Approval, Calls, Child, TaskError, Traced
from tests.functional.reliability.world import RUN, Happening, Program, World

if TYPE_CHECKING:
    from functions.control.claims import ClaimedAction

_LARGE = limits.INLINE_IO_BYTES


def leaf(claim: ClaimedAction) -> Calls:
    return claim.id.action
    yield []


def broken(_: ClaimedAction) -> Calls:
    raise TaskError("ValueError")
    yield []


def mortal(claim: ClaimedAction) -> Calls:
    """Takes its sandbox with it at first."""
    if claim.attempt.number == 1:
        raise Died
    return claim.id.action
    yield []


def large(claim: ClaimedAction) -> Calls:
    return claim.id.action * _LARGE
    yield []


def two(_: ClaimedAction) -> Calls:
    return (yield [Child("leaf", "first"), Child("leaf", "second", cache_key="k")])


def failures(_: ClaimedAction) -> Calls:
    return (yield [Child("broken", "bad", retries=1)])


def death(_: ClaimedAction) -> Calls:
    return (yield [Child("mortal", "first")])


def one(_: ClaimedAction) -> Calls:
    return (yield [Child("leaf", "first")])


def traces(_: ClaimedAction) -> Calls:
    seen = yield Traced("seen", _LARGE)
    (child,) = yield [Child("large", "child")]
    return [len(seen), len(child)]


def approval(_: ClaimedAction) -> Calls:
    return (yield Approval("yes"))


def _waits(world: World) -> bool:
    return any(each.token for each in world.step_functions.executions.values())


def _has_child(world: World) -> bool:
    return len(world.step_functions.executions) > 1


def _signal(world: World) -> None:
    world.ask(f"runs/{RUN}/actions/yes/signal", {"value": True})


def _abort(world: World) -> None:
    world.ask(f"runs/{RUN}/abort", {"reason": "enough"})


def _end_child_unheard(world: World) -> None:
    """Its execution fails, and neither the runner nor an event tells of it."""
    _, child = world.step_functions.executions.values()
    child.status, child.error, child.cause = "FAILED", "States.Runtime", "it broke"


def _end_child(world: World) -> None:
    """Its execution is stopped by hand, in Step Functions."""
    _, child = world.step_functions.executions.values()
    child.status, child.cause = "ABORTED", "by hand"
    world.machine.tell(child)


PROGRAMS = {
    "two": Program({"root": two, "leaf": leaf}),
    "failures": Program({"root": failures, "broken": broken}),
    "death": Program({"root": death, "mortal": mortal}),
    "traces": Program({"root": traces, "large": large}),
    "approval": Program({"root": approval}, Happening(_waits, _signal)),
    "abort": Program({"root": one, "leaf": leaf}, Happening(_has_child, _abort), cut_off="first"),
    "stopped": Program({"root": one, "leaf": leaf}, Happening(_has_child, _end_child)),
    "died unheard": Program({"root": one, "leaf": leaf}, Happening(_has_child, _end_child_unheard)),
}
