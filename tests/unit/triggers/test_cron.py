"""Cron expressions mean to EventBridge Scheduler what they mean to cron."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from flyte.protocol.cron import CannotScheduleError, Cron
from tests.unit.triggers.calendars import DAYS, MONTHS, cron_due, scheduler_due

FIRES = 12


@st.composite
def fields(draw: st.DrawFn, low: int, high: int, names: tuple[str, ...] = (), base: int = 0) -> str:
    """A field of a crontab: a star, or a list of values, ranges and steps."""

    def word(value: int) -> str:
        index = value - base
        if 0 <= index < len(names) and draw(st.booleans()):
            return draw(st.sampled_from([str.lower, str.upper, str.title]))(names[index])
        return str(value)

    def part() -> str:
        first, last = sorted((draw(st.integers(low, high)), draw(st.integers(low, high))))
        spans = ["*", word(first), f"{word(first)}-{word(last)}"]
        span = draw(st.sampled_from(spans))
        return span if draw(st.booleans()) else f"{span}/{draw(st.integers(1, 20))}"

    return draw(st.just("*")) if draw(st.booleans()) else ",".join(part() for _ in range(draw(st.integers(1, 4))))


EXPRESSIONS = st.tuples(
    fields(0, 59),
    fields(0, 23),
    fields(1, 31),
    fields(1, 12, tuple(MONTHS), 1),
    fields(0, 6, tuple(DAYS), 0),
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@example("0 0 1-31 * mon", date(2026, 1, 1))
@example("0 0 29 2 *", date(2026, 3, 1))
@example("0 0 * * 0-6/2", date(2026, 1, 1))
def test_scheduler_is_due_exactly_when_cron_is(expression: str, after: date) -> None:
    try:
        translated = Cron.parse(expression).to_scheduler()
    except CannotScheduleError:
        assume(False)  # noqa: FBT003 - hypothesis's own
        raise
    assert len(translated) <= 256, "Scheduler takes no longer ones"
    assert scheduler_due(translated, after, FIRES) == cron_due(expression, after, FIRES)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 31), st.integers(0, 6))
def test_what_scheduler_cannot_say_is_refused(day: int, weekday: int) -> None:
    for expression in (f"0 0 {day} * {weekday}", f"0 0 */2 * {weekday}", f"0 0 {day} * */2"):
        with pytest.raises(CannotScheduleError, match="takes one of the two"):
            Cron.parse(expression).to_scheduler()


@pytest.mark.parametrize(
    ("expression", "translated"),
    [
        ("* * * * *", "cron(* * * * ? *)"),
        ("*/5 * * * *", "cron(0/5 * * * ? *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"),
        ("0 0 * * 0", "cron(0 0 ? * SUN *)"),
        ("0 0 * * 7", "cron(0 0 ? * SUN *)"),
        ("0 0 * * 5-7", "cron(0 0 ? * SUN,FRI-SAT *)"),
        ("0 0 * * 1/2", "cron(0 0 ? * MON,WED,FRI *)"),
        ("0 0 ? * mon,wed", "cron(0 0 ? * MON,WED *)"),
        ("0 0 1 * ?", "cron(0 0 1 * ? *)"),
        ("10-30/5 0,12 */2 jan-mar *", "cron(10,15,20,25,30 0,12 1/2 JAN-MAR ? *)"),
    ],
)
def test_expressions_read_as_people_would_write_them(expression: str, translated: str) -> None:
    assert Cron.parse(expression).to_scheduler() == translated


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("* * * *", "five fields"),
        ("@daily", "five fields"),
        ("0 0 * * * *", "five fields"),
        ("60 * * * *", "minute '60': from 0 to 59"),
        ("* 24 * * *", "hour '24'"),
        ("* * 0 * *", "day of month '0'"),
        ("* * * 13 *", "month '13'"),
        ("* * * * 8", "day of week '8'"),
        ("* * * foo *", "month 'foo': a number from 1 to 12 or JAN-DEC"),
        ("30-10 * * * *", "the range ends before it begins"),
        ("*/0 * * * *", "a step is at least 1"),
        ("1,,2 * * * *", "minute ''"),
        ("-5 * * * *", "minute ''"),
        ("L * * * *", "minute 'L'"),
        ("² * * * *", "minute '²'"),
    ],
)
def test_what_is_no_expression_is_told_by_field(expression: str, told: str) -> None:
    with pytest.raises(ValueError, match="cron") as caught:
        Cron.parse(expression)
    assert told in str(caught.value)
