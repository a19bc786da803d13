"""NaN and the infinities on the wire: JSON has no such numbers, so they are the strings that decoding understands."""

from __future__ import annotations

import math
from typing import Any

Json = Any


def number_text(number: float) -> str:
    """The name of NaN or of an infinity."""
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def with_named_numbers(value: Json) -> Json:
    """The same JSON, with the names of numbers that JSON lacks."""
    return value if _is_finite(value) else _named(value)


def _is_finite(value: Json) -> bool:
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    if kind is dict:
        return all(map(_is_finite, value.values()))
    return _is_finite_list(value) if kind is list else True


def _is_finite_list(items: list[Json]) -> bool:
    """A sum is quick, and neither NaN nor an infinity leaves it finite; mixed items are looked at one by one."""
    if items and type(items[0]) in {float, int}:
        try:
            if math.isfinite(sum(items)):
                return True
        except (TypeError, OverflowError):
            return all(map(_is_finite, items))
    return all(map(_is_finite, items))


def _named(value: Json) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else number_text(value)
    if isinstance(value, dict):
        return {key: _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value
