"""Points in time and spans of it, as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from .shapes import Shape

_ISO_SPAN = re.compile(
    r"(?P<sign>[+-])?P(?=[\dT])(?:(?P<years>\d+)Y)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_YEAR_DAYS = 365
"""As on the wire. Source: pydantic, which writes 365 days as `P1Y`."""
_DAYS = re.compile(r"(?P<days>-?\d+) days?, ?", re.IGNORECASE)
_CLOCK = re.compile(r"(?P<sign>-)?(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+))?:(?P<seconds>\d{1,2}(?:\.\d{1,6})?)")
_WORDS = re.compile(
    r"(?P<amount>-?\d+(?:\.\d+)?) ?"
    r"(?:(?P<unit>week|day|hour|minute|second|millisecond|microsecond)s?|(?P<short>ms|us|min|[wdhms])(?![a-z]))"
    r"(?:,| and)? ?",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"-?\d+(?:\.\d+)?")
_UNITS = {
    "w": "week",
    "d": "day",
    "h": "hour",
    "m": "minute",
    "min": "minute",
    "s": "second",
    "ms": "millisecond",
    "us": "microsecond",
}
_MOVED = re.compile(r"(?P<base>.+?)(?:\s+|(?<=now)|(?<=today))(?P<direction>[+-])\s*(?P<span>[P:\d].*)", re.IGNORECASE)


def parse_span(text: str) -> timedelta:
    """A duration: ISO 8601 (`P1DT2H`), a clock (`1:24` is minutes and seconds), in words (`1h30m`), or in seconds."""
    stripped = text.strip()
    try:
        for form in (_span_of_iso, _span_of_clock, _span_of_words, _span_of_seconds):
            if (span := form(stripped)) is not None:
                return span
    except OverflowError:
        raise ValueError(f"{text!r} is too long a duration.") from None
    raise ValueError(
        f"{text!r} is not a valid duration: write it like 1h30m, 10 days, PT1H30M or 1:24 (minutes and seconds)."
    )


def _span_of_iso(text: str) -> timedelta | None:
    match = _ISO_SPAN.fullmatch(text)
    return _signed(match) if match else None


def _span_of_clock(text: str) -> timedelta | None:
    """Also as Python prints a timedelta: in `-1 day, 23:59:59` the sign is the day's alone."""
    days = _DAYS.match(text)
    match = _CLOCK.fullmatch(text, days.end() if days else 0)
    if match is None:
        return None
    return _signed(match) + timedelta(days=int(days["days"]) if days else 0)


def _span_of_words(text: str) -> timedelta | None:
    if not text or _WORDS.sub("", text):
        return None
    return sum(map(_span_of_word, _WORDS.finditer(text)), timedelta())


def _span_of_word(match: re.Match[str]) -> timedelta:
    unit = match["unit"] or _UNITS[match["short"].lower()]
    return timedelta(**{f"{unit.lower()}s": float(match["amount"])})


def _span_of_seconds(text: str) -> timedelta | None:
    return timedelta(seconds=float(text)) if _SECONDS.fullmatch(text) else None


def _signed(match: re.Match[str]) -> timedelta:
    parts = match.groupdict()
    negative = parts.pop("sign") == "-"
    years = parts.pop("years", None)
    span = timedelta(**{unit: float(amount) for unit, amount in parts.items() if amount})
    span += timedelta(days=_YEAR_DAYS * int(years or 0))
    return -span if negative else span


def parse_instant(text: str, now: datetime | None = None) -> datetime:
    """A point in time: ISO 8601, `now` or `today`, and a duration before or after it. Without an offset it is UTC."""
    stripped = text.strip()
    if match := _MOVED.fullmatch(stripped):
        base, span = parse_instant(match["base"], now), parse_span(match["span"])
        try:
            return base + span if match["direction"] == "+" else base - span
        except OverflowError:
            raise ValueError(f"{text!r} is outside the years 1 to 9999.") from None
    current = now or datetime.now(UTC)
    if stripped.lower() == "now":
        return current
    if stripped.lower() == "today":
        return datetime.combine(current.date(), time(), tzinfo=UTC)
    try:
        found = datetime.fromisoformat(stripped)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a valid date and time: write it like 2024-03-05T06:07:08+02:00, 2024-03-05, now, "
            "today or now - P1D."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Instant(Shape):
    """A point in time, always with an offset."""

    name = "datetime"

    def parse(self, text: str) -> datetime:
        """See `parse_instant`."""
        return parse_instant(text)


class Day(Shape):
    """A calendar day, in UTC."""

    name = "date"

    def parse(self, text: str) -> date:
        """See `parse_instant`; the time of day falls away."""
        try:
            return parse_instant(text).date()
        except ValueError:
            raise ValueError(f"{text!r} is not a valid date: write it like 2024-03-05, today or today - P1D.") from None


class Span(Shape):
    """A duration."""

    name = "duration"

    def parse(self, text: str) -> timedelta:
        """See `parse_span`."""
        return parse_span(text)
