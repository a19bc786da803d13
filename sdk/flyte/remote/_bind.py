"""Arguments of a deployed task: bound, completed with defaults and checked, without the task's code at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._schema import mismatches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.tasks import Interface, Parameter, TaskSpec


def bind(spec: TaskSpec, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as JSON values, in the order of the task's parameters.

    Raises:
        TypeError: an argument is missing, unknown, given twice, or does not fit its type; the message names it.
    """
    given = _by_name(spec.name, spec.interface, args, kwargs)
    inputs: dict[str, Any] = {}
    for parameter in spec.interface.inputs:
        if parameter.name not in given:
            inputs[parameter.name] = parameter.default
            continue
        value = _encoded(spec.name, given[parameter.name], parameter)
        if not (value is None and not parameter.required and parameter.default is None):
            wrong = next(mismatches(value, parameter.json_schema, parameter.name), None)
            if wrong is not None:
                raise TypeError(f"{spec.name}: {wrong}")
        inputs[parameter.name] = value
    return inputs


def _encoded(task: str, value: Any, parameter: Parameter) -> Any:
    from flyte.types import ValueMismatch
    from flyte.types.by_schema import encode_by_schema

    try:
        return encode_by_schema(value, parameter.json_schema)
    except ValueMismatch as error:
        raise TypeError(f"{task}: {parameter.name}: {error}") from None


def _by_name(task: str, interface: Interface, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    names = [parameter.name for parameter in interface.inputs]
    known = ", ".join(names) or "none"
    if len(args) > len(names):
        raise TypeError(f"{task}: {len(args)} positional arguments given, {len(names)} taken ({known})")
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            raise TypeError(f"{task}: unknown argument {name!r}; the inputs are: {known}")
        if name in given:
            raise TypeError(f"{task}: argument {name!r} is given by position and by name")
        given[name] = value
    missing = [parameter.name for parameter in interface.inputs if parameter.required and parameter.name not in given]
    if missing:
        raise TypeError(f"{task}: missing argument {missing[0]!r}")
    return given
