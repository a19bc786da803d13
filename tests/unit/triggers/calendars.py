"""When cron expressions are due, told minute by minute: once as cron reads five fields, once as Scheduler reads six.

Neither is written with the other, nor with the code under test, in view: each follows its manual.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
YEARS = 9
"""Enough for two 29ths of February, whatever the century."""


def cron_due(expression: str, after: date, count: int) -> list[datetime]:
    """The first moments from midnight of a day on at which crontab(5) runs the expression."""
    minute, hour, day, month, weekday = expression.lower().split()

    def is_day(at: date) -> bool:
        in_month = _cron_field(month, at.month, 1, 12, MONTHS, 1)
        sunday_first = at.isoweekday() % 7
        by_weekday = _cron_field(weekday, sunday_first, 0, 6, DAYS, 0) or (
            sunday_first == 0 and _cron_field(weekday, 7, 0, 7, DAYS, 0) and not weekday.startswith("*")
        )
        by_day = _cron_field(day, at.day, 1, 31, [], 0)
        # crontab(5): "If both fields are restricted (don't start with *), the command will be run when either matches".
        either = not day.startswith("*") and not weekday.startswith("*")
        return in_month and (by_day or by_weekday if either else by_day and by_weekday)

    def is_minute(at: datetime) -> bool:
        return _cron_field(minute, at.minute, 0, 59, [], 0) and _cron_field(hour, at.hour, 0, 23, [], 0)

    return list(islice(_moments(after, is_day, is_minute), count))


def scheduler_due(expression: str, after: date, count: int) -> list[datetime]:
    """The same for an expression of EventBridge Scheduler."""
    assert expression.startswith("cron(")
    minute, hour, day, month, weekday, year = expression[5:-1].lower().split()
    assert year == "*"
    assert [day, weekday].count("?") == 1, "exactly one of the two fields of days is a question mark"
    assert "/" not in weekday, "days of the week have no steps"

    def is_day(at: date) -> bool:
        by_day = day == "?" or _scheduler_field(day, at.day, 31, [])
        by_weekday = weekday == "?" or _scheduler_field(weekday, at.isoweekday() % 7 + 1, 7, DAYS)
        return by_day and by_weekday and _scheduler_field(month, at.month, 12, MONTHS)

    def is_minute(at: datetime) -> bool:
        return _scheduler_field(minute, at.minute, 59, []) and _scheduler_field(hour, at.hour, 23, [])

    return list(islice(_moments(after, is_day, is_minute), count))


def _moments(after: date, is_day: Callable[[date], bool], is_minute: Callable[[datetime], bool]) -> Iterator[datetime]:
    for number in range(YEARS * 366):
        day = after + timedelta(days=number)
        if not is_day(day):
            continue
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a clock on some wall
        for each in range(24 * 60):
            moment = midnight + timedelta(minutes=each)
            if is_minute(moment):
                yield moment


def _cron_field(field: str, value: int, low: int, high: int, names: list[str], base: int) -> bool:
    def number(word: str) -> int:
        return names.index(word) + base if word in names else int(word)

    for part in field.split(","):
        span, _, every = part.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first, last = (number(word) for word in span.split("-"))
        else:
            first = number(span)
            last = high if every else first
        if first <= value <= last and (value - first) % int(every or 1) == 0:
            return True
    return False


def _scheduler_field(field: str, value: int, high: int, names: list[str]) -> bool:
    for part in field.split(","):
        if part == "*":
            return True
        words = part.replace("/", "-").split("-")
        first, *rest = (names.index(word) + 1 if word in names else int(word) for word in words)
        if "/" in part:
            if value in range(first, high + 1, rest[0]):
                return True
        elif first <= value <= (rest[0] if rest else first):
            return True
    return False
