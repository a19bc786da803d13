"""What is said of a task that, run again, asks for other children than before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

    Begin = Callable[[ClaimedAction], BackendServices]

PARENT = ActionId(project="flytesnacks", domain="development", run="parent")
SPEC = greet().model_copy(update={"retry": RetryPolicy(count=2)})


@pytest.fixture
def begin(backend: Backend) -> Iterator[Begin]:
    """Makes the services of an invocation."""
    made: list[BackendServices] = []

    def begun(claim: ClaimedAction) -> BackendServices:
        made.append(BackendServices(claim, backend))
        return made[-1]

    yield begun
    for services in made:
        services.close(has_ended=False)


@pytest.fixture
def first(backend: Backend, begin: Begin) -> BackendServices:
    """The services of the first invocation."""
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=SPEC, inputs={"message": "p"}))
    return begin(claim_of(backend, PARENT, 1))


def claim_of(backend: Backend, action: ActionId, attempt: int) -> ClaimedAction:
    claim = backend.actions.claim(action, attempt, Invoked(f"request-{action.action}-{attempt}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def resumed(backend: Backend) -> ClaimedAction:
    """The same attempt in another invocation."""
    claim = claim_of(backend, PARENT, 1)
    return replace(claim, attempt=claim.attempt.model_copy(update={"suspensions": 1}))


def ask(services: BackendServices, *names: str) -> None:
    for name in names:
        services.methods["run_child"]({"name": name, "spec": greet().to_json(), "inputs": {"message": name}})


def warning(backend: Backend) -> Any:
    return backend.lookup.action(PARENT).warning


def test_another_child_in_place_of_one_is_told_with_both_names(
    backend: Backend, begin: Begin, first: BackendServices
) -> None:
    ask(first, "c1", "c2")
    again = begin(resumed(backend))
    ask(again, "c1", "c9")
    told = again.changed_course()
    assert told is not None
    assert "greeting_env.greet (c2) was asked for then" in told
    assert "greeting_env.greet (c9) is asked for now" in told
    assert warning(backend) == told
    assert again.changed_course() is None, "told once"


@pytest.mark.parametrize(
    "names",
    [("c2", "c1"), ("c2", "c1", "c3"), ("c1",), ()],
    ids=["another order", "it goes on", "it gave up waiting", "it asks for nothing"],
)
def test_nothing_is_told_of_a_task_that_may_be_the_same(
    backend: Backend, begin: Begin, first: BackendServices, names: tuple[str, ...]
) -> None:
    ask(first, "c1", "c2")
    again = begin(resumed(backend))
    ask(again, *names)
    assert again.changed_course() is None
    assert warning(backend) is None


def test_nothing_is_told_of_the_first_invocation(first: BackendServices) -> None:
    ask(first, "c1")
    assert first.changed_course() is None


def test_what_follows_a_child_that_is_repeated_may_be_another(
    backend: Backend, begin: Begin, first: BackendServices, clock: FakeClock
) -> None:
    error = Failure(ErrorRecord(code="KeyError", kind="user", message="'b'"))
    ask(first, "c1")
    backend.actions.finish_failed(claim_of(backend, PARENT.action_id("c1"), 1), Failure(error.error, recoverable=False))
    ask(first, "fallback")
    backend.actions.finish_failed(claim_of(backend, PARENT, 1), error)
    clock.advance(5)
    retried = begin(claim_of(backend, PARENT, 2))
    ask(retried, "c1", "usual")
    assert retried.changed_course() is None
