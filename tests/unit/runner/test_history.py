"""Suspensions become rarer before the history of an execution is full."""

from __future__ import annotations

from itertools import accumulate, chain, repeat, takewhile

from functions.runner import reserving
from functions.runner.history import SUSPENSIONS_AT_MOST, full, is_full, shortest_wait_s

HISTORY_EVENTS = 25_000
EVENTS_EACH = 15
LONGEST_INVOCATION_S = 900


def test_it_costs_nothing_for_long_and_then_ever_more() -> None:
    assert {shortest_wait_s(number) for number in range(900)} == {1.0}
    waits = [shortest_wait_s(number) for number in range(SUSPENSIONS_AT_MOST)]
    assert waits == sorted(waits)
    assert waits[-1] > LONGEST_INVOCATION_S, "an invocation's end is the only reason left"


def test_the_history_has_room_for_all_of_them_and_for_retries() -> None:
    assert SUSPENSIONS_AT_MOST * EVENTS_EACH < HISTORY_EVENTS - 2_000
    assert not is_full(SUSPENSIONS_AT_MOST - 1)
    assert is_full(SUSPENSIONS_AT_MOST)
    assert shortest_wait_s(SUSPENSIONS_AT_MOST) == float("inf")


def test_whoever_has_used_it_up_is_told_the_way_out() -> None:
    failure = full("env.loop")
    assert not failure.recoverable
    assert "env.loop was suspended 1,400 times" in failure.error.message
    assert "--recover" in failure.error.message


def test_the_history_has_room_for_a_week_of_waiting_for_another_calls_result() -> None:
    week_s = 7 * 24 * 3600
    looks = accumulate(chain(reserving._PAUSES_S, repeat(reserving._PAUSES_S[-1])))
    assert len(list(takewhile(lambda at_s: at_s < week_s, looks))) < SUSPENSIONS_AT_MOST / 2 + 10
