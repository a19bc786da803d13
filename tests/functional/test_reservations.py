"""Equal calls that wait for the one that is in progress, as the supervisor of each sees it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ErrorRecord, RunSpec
from functions.control.claims import ClaimedAction, Invoked
from functions.control.failure import Failure
from functions.control.parking import Parked
from functions.runner import reserving
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from functions.control.backend import Backend

    Begin = Callable[[str], "Run"]


class Run:
    """A run whose task is about to make the result of the key `k`."""

    def __init__(self, backend: Backend, name: str) -> None:
        self._backend = backend
        self.action = ActionId(project="flytesnacks", domain="development", run=name)
        backend.runs.create("flytesnacks", "development", RunSpec(name=name, spec=greet(), inputs={"message": "x"}))
        self.claim = self.claimed()
        self.services = BackendServices(self.claim, backend)

    def claimed(self) -> ClaimedAction:
        claim = self._backend.actions.claim(self.action, 1, Invoked(f"request-{self.action.run}"))
        assert isinstance(claim, ClaimedAction)
        return claim

    def reserve(self, max_age_s: float | None = None) -> Future[Any]:
        answer: Any = self.services.methods["reserve_result"]({"key": "k", "max_age_s": max_age_s})
        return answer

    def succeed(self) -> None:
        self._backend.results.keep(self.action, "k", '{"o0":1}')
        self._backend.actions.finish_succeeded(self.claim, '{"o0":1}')

    def fail(self) -> None:
        error = ErrorRecord(code="KeyError", kind="user", message="'b'")
        self._backend.actions.finish_failed(self.claim, Failure(error, recoverable=False))

    def parked(self) -> Parked:
        return Parked.from_item(self._backend.actions.get(self.action))


@pytest.fixture
def begin(backend: Backend) -> Iterator[Begin]:
    runs: list[Run] = []

    def begun(name: str) -> Run:
        runs.append(Run(backend, name))
        return runs[-1]

    yield begun
    for run in runs:
        run.services.close(has_ended=False)


def test_who_comes_first_makes_the_result_and_others_get_it(begin: Begin) -> None:
    first, second = begin("first"), begin("second")
    assert first.reserve().result(0) is None
    waiting = second.reserve()
    assert not waiting.done()
    assert second.services.may_wait(1)
    first.succeed()
    assert waiting.result(10) == {"outputs": '{"o0":1}'}


def test_when_the_first_one_fails_one_of_the_others_takes_its_place(begin: Begin) -> None:
    first, second, third = begin("first"), begin("second"), begin("third")
    first.reserve()
    waiting = [second.reserve(), third.reserve()]
    first.fail()
    give_up_s = time.monotonic() + 10
    while not any(answer.done() for answer in waiting):
        assert time.monotonic() < give_up_s
    assert [answer.done() for answer in waiting].count(True) == 1


def test_who_asks_again_in_another_invocation_still_has_it(begin: Begin, backend: Backend) -> None:
    first = begin("first")
    first.reserve()
    again = BackendServices(first.claimed(), backend)
    answer: Any = again.methods["reserve_result"]({"key": "k"})
    assert answer.result(0) is None


def test_a_result_that_is_too_old_is_made_anew(begin: Begin, clock: Any) -> None:
    first, second = begin("first"), begin("second")
    first.reserve()
    first.succeed()
    clock.advance(100)
    assert second.reserve(max_age_s=99).result(0) is None


def test_who_is_suspended_meanwhile_is_woken_by_the_end_of_the_other(begin: Begin) -> None:
    first, second = begin("first"), begin("second")
    first.reserve()
    second.reserve()
    second.services.park(second.claim, only_waits=True)
    assert second.parked().left > 0
    assert second.parked().wake_at is not None
    first.succeed()
    assert second.parked().left == 0


def test_who_is_suspended_when_the_other_has_just_ended_is_woken_at_once(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserving, "_PAUSES_S", (1000.0,))
    first, second = begin("first"), begin("second")
    first.reserve()
    second.reserve()
    first.fail()
    second.services.park(second.claim, only_waits=True)
    assert second.parked().left == 0


def test_who_is_woken_looks_at_once(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserving, "_PAUSES_S", (1000.0,))
    first, second = begin("first"), begin("second")
    first.reserve()
    waiting = second.reserve()
    first.succeed()
    second.services.go_on()
    assert waiting.result(10) == {"outputs": '{"o0":1}'}


def test_what_an_action_had_reserved_that_vanished_is_taken_over(begin: Begin, backend: Backend) -> None:
    first, second = begin("first"), begin("second")
    first.reserve()
    settings = backend.settings
    backend.clients.dynamodb.delete_item(
        TableName=settings.runs_table, Key={"pk": {"S": first.action.key}, "sk": {"S": "a0"}}
    )
    assert second.reserve().result(10) is None
