"""Where in a value something is wrong, as a user would write it: `.layers[3].size`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .codec import ValueMismatch
from .hints import display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core import ValidationError

_ABSENT: Any = object()


def mismatch(error: ValidationError, value: Any, hint: Any) -> ValueMismatch:
    """The finding that lies deepest in the value, with its place there; of several, one in our own words."""
    findings = error.errors(include_url=False, include_context=False)
    placed = [(_place(finding["loc"], value), finding) for finding in findings]
    if any(finding["type"] == "recursion_depth_exceeded" for finding in findings):
        return too_deep(hint)
    place, first = max(placed, key=lambda each: (len(each[0]), each[1]["type"] == "value_error"))
    path = "".join(place)
    message, given = first["msg"].removeprefix("Value error, "), first.get("input", value)
    if first["type"] == "missing":
        return ValueMismatch(path, f"it is missing; wanted is {display(hint)}")
    return ValueMismatch(path, f"{message}, got {_shown(given)} of type {type(given).__name__}, wanted {display(hint)}")


def too_deep(hint: Any) -> ValueMismatch:
    """That JSON of this depth is read nowhere."""
    return ValueMismatch("", f"{display(hint)}: the value is nested too deeply: keep it flatter, or give it in a file")


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.200}"
    except Exception as error:  # noqa: BLE001 - the user's own code, or an integer of too many digits
        return f"a value that cannot be shown ({type(error).__name__})"


def _place(location: Sequence[int | str], value: Any) -> list[str]:
    """The steps that lead there. pydantic's locations also name members of unions, which are no steps."""
    steps = []
    for index, part in enumerate(location):
        inner = _inner(value, part)
        if inner is not _ABSENT:
            steps.append(_step(value, part))
            value = inner
        elif index == len(location) - 1 and (isinstance(part, int) or isinstance(value, dict)):
            steps.append(_step(value, part))  # what is missing
    return steps


def _inner(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _ABSENT)
    if isinstance(value, list | tuple):
        return value[part] if isinstance(part, int) and part < len(value) else _ABSENT
    if isinstance(value, set | frozenset) and isinstance(part, int):
        return next((each for index, each in enumerate(value) if index == part), _ABSENT)
    return getattr(value, part, _ABSENT) if isinstance(part, str) and hasattr(value, "__dict__") else _ABSENT


def _step(value: Any, part: int | str) -> str:
    if isinstance(part, int) and not isinstance(value, dict):
        return f"[{part}]"
    return f".{part}" if isinstance(part, str) and part.isidentifier() else f"[{part!r}]"


def place_of_cycle(value: Any) -> str | None:
    """Where a value contains itself; None if it does not."""
    open_ids: set[int] = set()
    pending: list[tuple[str, Any, bool]] = [("", value, True)]
    while pending:
        path, each, entering = pending.pop()
        if not entering:
            open_ids.discard(id(each))
            continue
        if id(each) in open_ids:
            return path
        children = list(_children(each))
        if children:
            open_ids.add(id(each))
            pending.append((path, each, False))
            pending.extend((path + step, child, True) for step, child in children)
    return None


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((_step(value, key), each) for key, each in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"[{index}]", each) for index, each in enumerate(value))
    elif dataclasses.is_dataclass(value) or hasattr(type(value), "model_fields"):
        yield from ((f".{name}", each) for name, each in vars(value).items())
