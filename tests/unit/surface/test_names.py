"""Every public name and parameter of Flyte's that programs use is here, or is left out for a reason."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import tomllib
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flyte import Trigger
from flyte._runcontext import RunOptions
from flyte.errors import NotSupportedError

from .left_out import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text())
_TRIGGER = {each.name for each in dataclasses.fields(Trigger)}
CHECKED_KEYWORDS = {
    "flyte.with_runcontext": {each.name for each in dataclasses.fields(RunOptions)},
    "flyte.TaskEnvironment.clone_with": {"interruptible", "include", "cache", "reusable", "service_account"},
    "flyte.Trigger.*ly": _TRIGGER,
    "flyte.storage.put_stream": set(),
    "flyte.Image.*pixi*": set(),
    "flyte.Image.with_poetry_project": set(),
}
"""Functions that take `**options` and check their names: which they take. An empty set: all."""


def complaints(module: str) -> Iterator[str]:
    """What differs in one module: `flyte.X`, or `flyte.X(parameter)`."""
    for name, parameters in NAMES[module].items():
        full = f"{module}.{name}"
        try:
            found = _found(module, name)
            refused = [] if parameters == "-" else list(_refused(full, found, parameters.split()))
        except NotSupportedError:
            continue  # named, and refused by name
        except AttributeError:
            yield full
        else:
            yield from (f"{full}({parameter})" for parameter in refused)


def _found(module: str, name: str) -> Any:
    found: Any = import_module(module)
    owner, *members = name.split(".")
    found = getattr(found, owner)
    for member in members:
        fields = getattr(found, "__dataclass_fields__", {})
        found = fields[member] if member in fields else getattr(found, member)
    return found


def _refused(full: str, found: Any, wanted: list[str]) -> Iterator[str]:
    if isinstance(found, enum.EnumType):
        return  # its signature is of the Python that runs
    found = getattr(found, "aio", found)
    try:
        parameters = inspect.signature(found).parameters
    except (TypeError, ValueError, NotSupportedError):
        return
    names = set(parameters)
    for pattern, keywords in CHECKED_KEYWORDS.items():
        if fnmatchcase(full, pattern):
            names |= keywords or {parameter.rstrip("=") for parameter in wanted}
    takes_all = {p.kind for p in parameters.values()} >= {
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    }
    for parameter in wanted:
        name = parameter.strip("*=")
        if name in names:
            needs = parameter.endswith("=") and name in parameters and not _is_optional(parameters[name])
        else:
            needs = not takes_all
        if needs:
            yield name


def _is_optional(parameter: inspect.Parameter) -> bool:
    variadic = {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}
    return parameter.default is not inspect.Parameter.empty or parameter.kind in variadic


def _reason(complaint: str) -> str | None:
    return next((pattern for pattern in LEFT_OUT if fnmatchcase(complaint, pattern)), None)


@pytest.mark.parametrize("module", NAMES)
def test_names_and_parameters_are_those_of_flyte(module):
    assert [each for each in complaints(module) if _reason(each) is None] == []


def test_what_is_left_out_is_not_there_by_now():
    needed = {_reason(each) for module in NAMES for each in complaints(module)}
    assert sorted(set(LEFT_OUT) - needed) == []
