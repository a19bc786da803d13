"""Datetimes arrive as Flyte 2.12 gives them to a task."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest

from flyte.types import codec_for

NAIVE = datetime(2026, 1, 2, 3, 4, 5, 6)  # noqa: DTZ001 - what is tested
EAST = NAIVE.replace(tzinfo=timezone(timedelta(hours=2)))
IN_UTC = NAIVE.replace(tzinfo=UTC)


@dataclass
class Visit:
    at: datetime


def arrived(hint: Any, value: Any) -> Any:
    codec = codec_for(hint)
    decoded = codec.decode(codec.encode(value))
    assert codec.from_text(codec.to_text(value)) == decoded
    return decoded


@pytest.mark.parametrize(("sent", "moment"), [(NAIVE, IN_UTC), (EAST, EAST), (IN_UTC, IN_UTC)])
@pytest.mark.parametrize("wrap", [lambda each: each, lambda each: [each], lambda each: {"k": each}])
def test_a_moment_is_in_utc(sent: datetime, moment: datetime, wrap: Any) -> None:
    hint = {datetime: datetime, list: list[datetime], dict: dict[str, datetime]}[type(wrap(sent))]
    got = arrived(hint, wrap(sent))
    assert got == wrap(moment)
    assert repr(got) == repr(wrap(moment.astimezone(UTC)))


def test_the_ends_of_time_stay_what_they_are() -> None:
    first = datetime.min.replace(tzinfo=EAST.tzinfo)
    assert arrived(datetime, first) == first


def test_none_or_a_moment() -> None:
    assert arrived(datetime | None, NAIVE) == IN_UTC
    assert arrived(datetime | None, None) is None


@pytest.mark.parametrize("sent", [NAIVE, EAST, IN_UTC])
def test_a_field_keeps_its_zone_which_is_of_the_standard_library(sent: datetime) -> None:
    got = arrived(Visit, Visit(sent)).at
    assert repr(got) == repr(sent)
    assert pickle.loads(pickle.dumps(got)) == sent


def test_a_time_keeps_its_zone() -> None:
    assert repr(arrived(time, EAST.timetz())) == repr(EAST.timetz())
