from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flyte_cli.arguments.times import Day, parse_instant, parse_span

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("PT36H", timedelta(hours=36)),
        ("-P1D", timedelta(days=-1)),
        ("P2W", timedelta(weeks=2)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("1:24", timedelta(minutes=1, seconds=24)),
        (":22", timedelta(seconds=22)),
        ("1:02:03.5", timedelta(hours=1, minutes=2, seconds=3.5)),
        ("10 days", timedelta(days=10)),
        ("1 minute", timedelta(minutes=1)),
        ("1.5 hours", timedelta(minutes=90)),
        ("2 weeks and 3 days", timedelta(days=17)),
        ("1 day, 2:00:00", timedelta(days=1, hours=2)),
    ],
)
def test_durations_are_read_in_all_their_forms(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "1hm", "1x", "P", "PT", "P1M", "1e3", "days", "1 fortnight", "1:2:3:4", "1:24x", "9e9 days"]
)
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid duration: write it like 1h30m"):
        parse_span(text)


@pytest.mark.parametrize("text", ["P9999999999D", "9999999999 days"])
def test_a_duration_that_python_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_span(text)


@given(st.timedeltas())
def test_a_duration_is_read_back_as_python_prints_it(span: timedelta) -> None:
    assert parse_span(str(span)) == span


@given(st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000)))
def test_a_duration_is_read_back_as_the_wire_has_it(span: timedelta) -> None:
    assert parse_span(TypeAdapter(timedelta).dump_python(span, mode="json")) == span


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", NOW),
        ("today", datetime(2024, 5, 6, tzinfo=UTC)),
        ("now - P1D", datetime(2024, 5, 5, 7, 8, 9, tzinfo=UTC)),
        ("now-P1D", datetime(2024, 5, 5, 7, 8, 9, tzinfo=UTC)),
        ("Today + 1 day", datetime(2024, 5, 7, tzinfo=UTC)),
        ("2024-01-01 + 1 day", datetime(2024, 1, 2, tzinfo=UTC)),
        ("2024-01-01T10:00:00 - 1:30", datetime(2024, 1, 1, 9, 58, 30, tzinfo=UTC)),
        ("2024-03-05T06:07:08Z", datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)),
        ("2024-03-05 06:07", datetime(2024, 3, 5, 6, 7, tzinfo=UTC)),
    ],
)
def test_points_in_time_are_read_in_all_their_forms(text: str, instant: datetime) -> None:
    assert parse_instant(text, NOW) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "now - soon", "now -", "+ P1D"])
def test_what_is_no_point_in_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        parse_instant(text, NOW)


def test_a_point_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        parse_instant("2024-01-01 + 4000000 days")


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_point_in_time_is_read_back_from_iso(instant: datetime) -> None:
    assert parse_instant(instant.isoformat()) == instant


@given(
    day=st.dates(date(1000, 1, 1), date(3000, 1, 1)),
    span=st.timedeltas(timedelta(days=-3650), timedelta(days=3650)),
    forward=st.booleans(),
)
def test_a_duration_moves_a_point_in_time(day: date, span: timedelta, *, forward: bool) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    spelled = TypeAdapter(timedelta).dump_python(abs(span), mode="json")
    moved = parse_instant(f"{day} {'+' if forward else '-'} {spelled}")
    assert moved == (start + abs(span) if forward else start - abs(span))


@given(st.dates())
def test_a_day_is_read_back(day: date) -> None:
    assert Day().parse(day.isoformat()) == day
