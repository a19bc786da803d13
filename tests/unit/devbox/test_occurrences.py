from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flyte_cli.devbox.emulator.occurrences import last_due

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def daily_at_2_30(expression: str, clock: datetime) -> datetime:
    """What `cron(30 2 * * ? *)` names next."""
    assert expression == "cron(30 2 * * ? *)"
    today = clock.replace(hour=2, minute=30, second=0, microsecond=0)
    return today if today > clock else today + timedelta(days=1)


def due(expression: str, after: datetime, until: datetime, **more: datetime | str | None) -> datetime | None:
    given = {"created": NOON, "start": None, "end": None, "zone": "UTC", **more}
    return last_due(expression, after, until, next_on_clock=daily_at_2_30, **given)  # type: ignore[arg-type]


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


class TestRates:
    def test_are_counted_from_the_creation_which_is_not_due_itself(self) -> None:
        assert due("rate(1 minute)", seconds(-1), seconds(1)) is None
        assert due("rate(1 minute)", seconds(59), seconds(60)) == seconds(60)
        assert due("rate(1 minute)", seconds(60), seconds(61)) is None

    def test_or_from_their_start_which_is(self) -> None:
        start = seconds(7)
        assert due("rate(2 hours)", seconds(6), seconds(7), start=start) == start
        assert due("rate(2 hours)", seconds(7), seconds(8), start=start) is None
        assert due("rate(2 hours)", seconds(7000), seconds(7300), start=start) == seconds(7207)
        assert due("rate(2 hours)", seconds(0), seconds(6), start=start) is None

    def test_end(self) -> None:
        assert due("rate(1 day)", NOON, seconds(86_400), end=seconds(86_399)) is None

    def test_of_a_night_that_the_machine_slept_through_only_the_last_counts(self) -> None:
        assert due("rate(1 minute)", NOON, seconds(8 * 3600 + 5)) == seconds(8 * 3600)


class TestCrons:
    @pytest.mark.parametrize(("zone", "hour"), [("UTC", 2), ("Europe/Berlin", 0), ("America/New_York", 6)])
    def test_are_read_on_the_clock_of_the_zone(self, zone: str, hour: int) -> None:
        moment = NOON.replace(hour=hour, minute=30)
        assert due("cron(30 2 * * ? *)", moment - timedelta(seconds=1), moment, zone=zone) == moment
        assert due("cron(30 2 * * ? *)", moment, moment + timedelta(seconds=1), zone=zone) is None

    def test_are_not_due_at_an_hour_that_is_left_out(self) -> None:
        day = datetime(2026, 3, 29, tzinfo=UTC)  # clocks go from 2:00 to 3:00 in Berlin
        assert due("cron(30 2 * * ? *)", day, day + timedelta(hours=20), zone="Europe/Berlin") is None
        tomorrow = day + timedelta(days=1, minutes=30)
        assert due("cron(30 2 * * ? *)", day, day + timedelta(days=2), zone="Europe/Berlin") == tomorrow


def test_one_time_is_due_once_on_the_clock_of_the_zone() -> None:
    moment = NOON.replace(hour=10)
    assert due("at(2026-06-01T12:00:00)", moment - timedelta(seconds=1), NOON, zone="Europe/Berlin") == moment
    assert due("at(2026-06-01T12:00:00)", moment, NOON, zone="Europe/Berlin") is None
