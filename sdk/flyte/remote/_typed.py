"""Inputs and outputs as the types that the caller names: without the task's code, and each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Types = dict[str, type]
Deserializers = dict[type, "Callable[[Any], Any]"]


def typed(payload: Mapping[str, Any], types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
    """Those of the values that `types` names; the others are not looked at.

    Args:
        payload: Inputs by parameter or outputs by `o0`, `o1` and so on, as JSON values.
        types: The type of each one that is wanted. Names that are not there are passed over.
        deserializers: By type, what makes its value of the JSON instead, such as a model's own migration.

    Raises:
        ValueMismatch: A value does not fit its type; the message names it.
    """
    made: dict[str, Any] = {}
    for name, hint in types.items():
        if name in payload:
            build = (deserializers or {}).get(hint)
            made[name] = build(payload[name]) if build else _decoded(name, hint, payload[name])
    return made


def retyped(values: Mapping[str, Any], types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
    """As `typed`, of values of this process, which may be of those types already."""
    from flyte.types import codec_for

    given = deserializers or {}
    made: dict[str, Any] = {}
    for name, hint in types.items():
        if name not in values:
            continue
        value = values[name]
        if hint not in given and isinstance(hint, type) and isinstance(value, hint):
            made[name] = value
        else:
            made |= typed({name: codec_for(type(value)).encode(value)}, {name: hint}, deserializers)
    return made


def _decoded(name: str, hint: Any, value: Any) -> Any:
    from flyte.types import ValueMismatch, codec_for

    try:
        return codec_for(hint).decode(value)
    except ValueMismatch as error:
        raise ValueMismatch(f".{name}{error.path}", error.reason) from None
