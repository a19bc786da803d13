"""How far a map is, as its parent's record tells it, whether the parent is at work, waits, or has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, GroupCount, RunSpec
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.control.parking import AWAKE_S
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

PARENT = ActionId(project="flytesnacks", domain="development", run="parent")


@pytest.fixture
def services(backend: Backend) -> Iterator[BackendServices]:
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}))
    services = BackendServices(claimed(backend, PARENT), backend)
    yield services
    services.close(has_ended=False)


def claimed(backend: Backend, action: ActionId) -> ClaimedAction:
    claim = backend.actions.claim(action, 1, Invoked(f"request-{action.action}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def ask(services: BackendServices, name: str, **more: Any) -> Any:
    asked = {"name": name, "spec": greet().to_json(), "inputs": {"message": name}, **more}
    return services.methods["run_child"](asked)


def end(backend: Backend, name: str, *, well: bool = True) -> None:
    claim = claimed(backend, PARENT.action_id(name))
    if well:
        backend.actions.finish_succeeded(claim, '{"o0":1}')
    else:
        error = ErrorRecord(code="KeyError", kind="user", message="'b'")
        backend.actions.finish_failed(claim, Failure(error, recoverable=False))


def groups(backend: Backend) -> dict[str, GroupCount]:
    return backend.lookup.action(PARENT).groups


def test_a_parent_that_waits_counts_on_as_its_children_end(
    backend: Backend, services: BackendServices, clock: FakeClock
) -> None:
    answers = [ask(services, f"m{number}", group="map-greet", group_size=9) for number in range(4)]
    ask(services, "apart")
    end(backend, "m0")
    end(backend, "m1", well=False)
    for answer in answers[:2]:
        answer.result(10)
    clock.advance(AWAKE_S)
    services.park(claimed(backend, PARENT), only_waits=True)
    assert groups(backend) == {"map-greet": GroupCount(total=9, ended=2, failed=1)}
    end(backend, "m2")
    assert groups(backend)["map-greet"].ended == 3


def test_the_last_count_is_there_when_the_parent_ends(backend: Backend, services: BackendServices) -> None:
    answer = ask(services, "m0", group="g")
    end(backend, "m0")
    answer.result(10)
    services.keep('{"o0":1}')
    assert groups(backend) == {"g": GroupCount(total=1, ended=1)}


def test_a_parent_without_groups_has_no_counts(backend: Backend, services: BackendServices) -> None:
    ask(services, "c1")
    services.keep('{"o0":1}')
    assert groups(backend) == {}


def test_only_the_latest_groups_are_kept(backend: Backend, services: BackendServices) -> None:
    for number in range(25):
        ask(services, f"m{number}", group=f"g{number}")
    services.keep('{"o0":1}')
    assert set(groups(backend)) == {f"g{number}" for number in range(5, 25)}
