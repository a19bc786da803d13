"""When a parked parent is woken: who races children hears of each end at once, who awaits many of a few."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import RunSpec
from flyte.protocol.tasks import TimeoutPolicy
from functions.control.claims import ClaimedAction, Invoked
from functions.control.parking import AWAKE_S, PATIENCE_S, SURELY_AWAKE_S, ends_until_woken
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock

ROOT = ActionId(project="flytesnacks", domain="development", run="race")


class Parent:
    """A task that starts children and waits, in one sandbox or, with `elsewhere`, in the next one."""

    def __init__(self, backend: Backend, clock: FakeClock) -> None:
        self._backend = backend
        self._clock = clock
        self._invocations = 0
        self._answers: dict[str, Future[Any]] = {}
        self._ended: list[str] = []
        self.elsewhere()

    @property
    def children(self) -> list[str]:
        return list(self._answers)

    def elsewhere(self) -> None:
        self.claim_again()
        self.services = BackendServices(self.claim, self._backend)
        children, self._answers, self._ended = [name for name in self.children if name not in self._ended], {}, []
        self.starts(*children)

    def here(self) -> None:
        self.claim_again()
        self.services.go_on()
        for name in self._ended:
            self._answers.pop(name).result(10)
        self._ended = []

    def claim_again(self) -> None:
        self._invocations += 1
        claim = self._backend.actions.claim(ROOT, 1, Invoked(f"request-{self._invocations}"))
        assert isinstance(claim, ClaimedAction)
        self.claim = claim

    def starts(self, *names: str) -> None:
        for name in names:
            params: dict[str, Any] = {"name": name, "spec": greet().to_json(), "inputs": {"message": name}}
            answer = self.services.methods["run_child"](params)
            assert isinstance(answer, Future)
            self._answers[name] = answer
        self._clock.advance(AWAKE_S)

    def parks(self) -> int:
        """How many ends it then takes to wake it."""
        self.services.park(self.claim, only_waits=True)
        return self.left

    @property
    def left(self) -> int:
        return int(self._backend.actions.get(ROOT)["awaiting"])

    def answers(self, name: str) -> None:
        self._answers.pop(name).result(10)
        self._ended.remove(name)

    def ends(self, *names: str) -> None:
        for name in names:
            claim = self._backend.actions.claim(ROOT.action_id(name), 1, Invoked(f"request-{name}"))
            assert isinstance(claim, ClaimedAction)
            self._backend.actions.finish_succeeded(claim, '{"o0": "hi"}')
            self._ended.append(name)


@pytest.fixture
def parent(backend: Backend, clock: FakeClock) -> Iterator[Parent]:
    backend.runs.create(
        "flytesnacks", "development", RunSpec(name="race", spec=greet(), inputs={"message": "p"}), created_by="ann"
    )
    made = Parent(backend, clock)
    yield made
    made.services.close(has_ended=False)


def test_who_races_children_is_woken_by_the_first(parent: Parent) -> None:
    parent.starts("c1", "c2", "c3", "c4")
    assert parent.parks() == 1
    parent.ends("c3")
    assert parent.left == 0


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_who_only_waits_on_is_woken_more_and_more_rarely(parent: Parent, where: str) -> None:
    parent.starts(*(f"c{number}" for number in range(20)))
    counts = []
    for _ in range(6):
        counts.append(parent.parks())
        parent.ends(*parent.children[: parent.left])
        getattr(parent, where)()
    assert counts == [1, 1, 2, 2, 4, 4]


def test_who_starts_another_child_hears_of_the_first_end_again(parent: Parent) -> None:
    parent.starts("c1", "c2", "c3", "c4", "c5", "c6")
    for _ in range(3):
        count = parent.parks()
        parent.here()
    assert count == 2
    parent.starts("c7")
    assert parent.parks() == 1


def test_who_waits_long_hears_of_any_end(parent: Parent, clock: FakeClock) -> None:
    parent.starts(*(f"c{number}" for number in range(10)))
    for _ in range(4):
        assert parent.parks()
        parent.here()
    assert parent.parks() == 4
    parent.ends("c1")
    assert parent.left == 3
    clock.advance(PATIENCE_S * 5)
    parent.ends("c2")
    assert parent.left == 0


def test_an_answer_that_came_while_the_task_was_stopped_wakes_it_at_once(parent: Parent) -> None:
    parent.starts("c1", "c2")
    assert parent.services.may_wait(2)
    parent.ends("c1")
    parent.answers("c1")
    assert parent.parks() == 0


@pytest.mark.parametrize(("age_s", "tells"), [(SURELY_AWAKE_S - 0.1, False), (SURELY_AWAKE_S, True)])
def test_only_a_child_whose_parent_may_be_parked_tells_it(
    parent: Parent, clock: FakeClock, counted_calls: list[str], age_s: float, *, tells: bool
) -> None:
    parent.starts("c1")
    clock.advance(age_s - AWAKE_S)
    counted_calls.clear()
    parent.ends("c1")
    parent.answers("c1")
    assert counted_calls.count("UpdateItem") == 2 + tells


def test_a_task_is_not_found_to_wait_while_a_child_counts_on_it(parent: Parent, clock: FakeClock) -> None:
    parent.starts("c1")
    clock.advance(-0.1)
    assert not parent.services.may_wait(1)
    clock.advance(0.1)
    assert parent.services.may_wait(1)


def test_who_has_children_held_back_hears_of_each_end(backend: Backend, clock: FakeClock) -> None:
    asked = RunSpec(name="race", spec=greet(), inputs={"message": "p"}, max_action_concurrency=5)
    backend.runs.create("flytesnacks", "development", asked, created_by="ann")
    parent = Parent(backend, clock)
    parent.starts(*(f"c{number}" for number in range(9)))
    for _ in range(5):
        assert parent.parks() == 1
        parent.here()
    parent.services.close(has_ended=False)


@pytest.mark.parametrize(("bound_s", "is_parked_again"), [(None, True), (600, True), (60, False)])
def test_a_bound_that_passes_while_a_task_is_parked_ends_the_wait(
    backend: Backend, clock: FakeClock, bound_s: int | None, *, is_parked_again: bool
) -> None:
    spec = greet(timeout=TimeoutPolicy(max_runtime_s=bound_s))
    backend.runs.create(
        "flytesnacks", "development", RunSpec(name="race", spec=spec, inputs={"message": "p"}), created_by="ann"
    )
    parent = Parent(backend, clock)
    parent.starts("c1", "c2", "c3")
    parent.parks()
    clock.advance(61)
    parent.claim_again()
    assert (BackendServices(parent.claim, backend).still_waits() is not None) is is_parked_again
    parent.services.close(has_ended=False)


@pytest.mark.parametrize(
    ("awaited", "in_a_row", "ends"),
    [(0, 0, 1), (1, 9, 1), (2, 9, 1), (3, 9, 2), (1000, 0, 1), (1000, 1, 1), (1000, 8, 16), (1000, 10_000, 500)],
)
def test_the_count_is_bounded_by_half(awaited: int, in_a_row: int, ends: int) -> None:
    assert ends_until_woken(awaited, in_a_row) == ends
