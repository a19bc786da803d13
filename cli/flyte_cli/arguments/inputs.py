"""A task's inputs as command-line arguments, from its Python interface or from the one that is registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .hints import NO_DEFAULT, is_boolean, shape_of_hint
from .shapes import Nothing, Shape, Variants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.tasks import Interface, Parameter
    from flyte.types import NativeInterface

_DEFAULT_SHOWN_CHARS = 60

ABSENT: Any = object()
"""Where an argument that is left out is not passed on, so that the task's own default applies."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a task, as the command line takes it.

    `absent` is what is passed on for an input that is left out, or `ABSENT`. `default` is the task's own, as text.
    """

    name: str
    shape: Shape
    required: bool
    is_flag: bool = False
    absent: Any = ABSENT
    default: str | None = None
    description: str = ""


def inputs_of_interface(interface: NativeInterface) -> list[Input]:
    """The inputs of a task whose code is at hand; values are Python's."""
    from flyte.types import MISSING

    return [
        _native_input(name, hint, NO_DEFAULT if default is MISSING else default, interface.descriptions)
        for name, (hint, default) in interface.inputs.items()
    ]


def inputs_of_registered(interface: Interface) -> list[Input]:
    """The inputs of a deployed task; values are JSON."""
    return [_registered_input(parameter) for parameter in interface.inputs]


def _native_input(name: str, hint: Any, default: Any, descriptions: Mapping[str, str]) -> Input:
    shape = shape_of_hint(hint, default)
    missing = default is NO_DEFAULT
    flag, nullable = is_boolean(hint), _takes_none(shape)
    return Input(
        name=name,
        shape=shape,
        required=missing and not flag and not nullable,
        is_flag=flag,
        absent=_absent(missing=missing, flag=flag),
        default=None if missing or default is None else _shown(default),
        description=descriptions.get(name, ""),
    )


def _registered_input(parameter: Parameter) -> Input:
    from .schemas import is_boolean_schema, shape_of_schema

    schema = parameter.json_schema
    shape = shape_of_schema(schema, parameter.default)
    flag, nullable = is_boolean_schema(schema), _takes_none(shape)
    return Input(
        name=parameter.name,
        shape=shape,
        required=parameter.required and not flag and not nullable,
        is_flag=flag,
        absent=_absent(missing=parameter.required, flag=flag),
        default=None if parameter.default is None else _shown_json(parameter),
        description=parameter.description,
    )


def _absent(*, missing: bool, flag: bool) -> Any:
    """A flag without a default is off; other inputs that may be left out have a default, if only None."""
    return False if missing and flag else ABSENT


def _takes_none(shape: Shape) -> bool:
    return isinstance(shape, Nothing) or (isinstance(shape, Variants) and shape.takes_none)


def _shown(default: Any) -> str:
    from enum import Enum

    return _cut(default.name if isinstance(default, Enum) else str(default))


def _shown_json(parameter: Parameter) -> str:
    import json

    names, values = parameter.json_schema.get("x-flyte-enum-names"), parameter.json_schema.get("enum", ())
    if names and parameter.default in values:
        return str(names[values.index(parameter.default)])
    default = parameter.default
    return _cut(default if isinstance(default, str) else json.dumps(default, ensure_ascii=False))


def _cut(text: str) -> str:
    one_line = " ".join(text.split()) or '""'
    return one_line if len(one_line) <= _DEFAULT_SHOWN_CHARS else one_line[: _DEFAULT_SHOWN_CHARS - 1] + "…"
