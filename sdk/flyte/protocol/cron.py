"""Cron expressions of five fields, and what EventBridge Scheduler calls the same. The standard library alone.

Fields are read as Vixie cron reads them: ranges, steps, lists, names, 0 and 7 for Sunday. Of the days of the month and
of the week, a day matches both if one of the two fields begins with a star, and either otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PROGRESSION_ITEMS = 3
"""From so many items on, `first/step` reads better than a list."""


class CannotScheduleError(ValueError):
    """A valid expression that EventBridge Scheduler has no words for."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    """Names of the values from `first` on."""
    has_steps: bool = True
    """Whether Scheduler takes steps in it."""


_MINUTE = _Field("minute", 0, 59)
_HOUR = _Field("hour", 0, 23)
_DAY_OF_MONTH = _Field("day of month", 1, 31)
_MONTH = _Field("month", 1, 12, _MONTHS)
_DAY_OF_WEEK = _Field("day of week", 0, 7, _DAYS)
_SCHEDULER_DAY_OF_WEEK = _Field("day of week", 1, 7, _DAYS, has_steps=False)
_ALL_DAYS_OF_WEEK = frozenset(range(7))
_ALL_DAYS_OF_MONTH = frozenset(range(1, 32))


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression as sets of numbers. Days of the week count from Sunday, which is 0."""

    expression: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days_of_month: frozenset[int]
    months: frozenset[int]
    days_of_week: frozenset[int]
    needs_both_days: bool
    """Whether a day must match both fields of days; otherwise one of them is enough."""

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Reads `minute hour day-of-month month day-of-week`.

        Raises:
            ValueError: It is none; the message names the field.
        """
        fields = expression.split()
        if len(fields) != 5:
            raise ValueError(f"cron {expression!r}: five fields (minute hour day-of-month month day-of-week)")
        minute, hour, day, month, weekday = fields
        day, weekday = ("*" if field == "?" else field for field in (day, weekday))
        try:
            return cls(
                expression=expression,
                minutes=_values(minute, _MINUTE),
                hours=_values(hour, _HOUR),
                days_of_month=_values(day, _DAY_OF_MONTH),
                months=_values(month, _MONTH),
                days_of_week=frozenset(value % 7 for value in _values(weekday, _DAY_OF_WEEK)),
                needs_both_days=day.startswith("*") or weekday.startswith("*"),
            )
        except ValueError as error:
            raise ValueError(f"cron {expression!r}: {error}") from None

    def to_scheduler(self) -> str:
        """The same as EventBridge Scheduler writes it: six fields, days of the week from Sunday, which is 1.

        Raises:
            CannotScheduleError: It restricts days of the month and of the week, and Scheduler takes one of the two.
        """
        day, weekday = self._days()
        fields = (
            _written(self.minutes, _MINUTE),
            _written(self.hours, _HOUR),
            day,
            _written(self.months, _MONTH),
            weekday,
            "*",
        )
        return f"cron({' '.join(fields)})"

    def _days(self) -> tuple[str, str]:
        any_day = self.days_of_month == _ALL_DAYS_OF_MONTH
        any_weekday = self.days_of_week == _ALL_DAYS_OF_WEEK
        if (any_day and any_weekday) or (not self.needs_both_days and (any_day or any_weekday)):
            return "*", "?"
        if any_weekday:
            return _written(self.days_of_month, _DAY_OF_MONTH), "?"
        if any_day:
            return "?", _written(frozenset(day + 1 for day in self.days_of_week), _SCHEDULER_DAY_OF_WEEK)
        how = "both" if self.needs_both_days else "one or the other"
        raise CannotScheduleError(
            f"cron {self.expression!r} asks for days of the month and days of the week ({how}), and EventBridge "
            "Scheduler takes one of the two: give one as *, and make two triggers, or check the day in the task"
        )


def _values(text: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        bounds, slash, step_text = part.partition("/")
        step = _number(step_text, field) if slash else 1
        if step < 1:
            raise ValueError(f"{field.name} {part!r}: a step is at least 1")
        found.update(range(*_bounds(bounds, field, has_step=bool(slash)), step))
    return frozenset(found)


def _bounds(text: str, field: _Field, *, has_step: bool) -> tuple[int, int]:
    """First value, and the one after the last."""
    if text == "*":
        return field.first, (7 if field is _DAY_OF_WEEK else field.last + 1)
    first_text, dash, last_text = text.partition("-")
    first = _number(first_text, field)
    last = _number(last_text, field) if dash else first
    if has_step and not dash:
        last = 6 if field is _DAY_OF_WEEK and first < 7 else field.last
    if not (field.first <= first <= field.last and last <= field.last):
        raise ValueError(f"{field.name} {text!r}: from {field.first} to {field.last}")
    if last < first:
        raise ValueError(f"{field.name} {text!r}: the range ends before it begins")
    return first, last + 1


def _number(text: str, field: _Field) -> int:
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.first
    if not (text.isascii() and text.isdigit()):
        kinds = f" or {field.names[0]}-{field.names[-1]}" if field.names else ""
        raise ValueError(f"{field.name} {text!r}: a number from {field.first} to {field.last}{kinds}")
    return int(text)


def _written(values: frozenset[int], field: _Field) -> str:
    """The shortest of Scheduler's ways to write a set; only such as its documentation shows."""
    if len(values) == field.last - field.first + 1:
        return "*"
    ordered = sorted(values)
    step = ordered[1] - ordered[0] if len(ordered) >= _PROGRESSION_ITEMS else 1
    if field.has_steps and step > 1 and ordered == list(range(ordered[0], field.last + 1, step)):
        return f"{ordered[0]}/{step}"
    return ",".join(_range(first, last, field) for first, last in _runs(ordered))


def _runs(ordered: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for value in ordered:
        if runs and runs[-1][1] == value - 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return runs


def _range(first: int, last: int, field: _Field) -> str:
    words = [field.names[value - field.first] if field.names else str(value) for value in (first, last)]
    return words[0] if first == last else "-".join(words)
