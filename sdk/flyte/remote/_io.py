"""Inputs and outputs of an action as its caller sees them. Used for local runs as well; loads nothing heavy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class ActionInputs(dict[str, Any]):
    """Inputs by parameter."""

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return _jsonable(dict(self))

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"ActionInputs({_shown(self.items())})"


class ActionOutputs(tuple[Any, ...]):
    """Outputs in order; also as `.o0`, `.o1` and so on, and by name in `named_outputs`."""

    __slots__ = ()

    def __new__(cls, values: Iterable[Any] = ()) -> Self:
        return super().__new__(cls, values)

    @classmethod
    def of(cls, returned: Any, count: int) -> ActionOutputs:
        """The outputs that a task's return value stands for, where its interface names `count` of them."""
        return cls(returned) if count > 1 and isinstance(returned, tuple) else cls((returned,))

    @property
    def named_outputs(self) -> dict[str, Any]:
        """Outputs by `o0`, `o1` and so on."""
        return {f"o{index}": value for index, value in enumerate(self)}

    @property
    def value(self) -> Any:
        """The single output bare, several as a plain tuple."""
        return self[0] if len(self) == 1 else tuple(self)

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values by `o0`, `o1` and so on."""
        return _jsonable(self.named_outputs)

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("o") and name[1:].isdecimal() and int(name[1:]) < len(self):
            return self[int(name[1:])]
        known = ", ".join(f"o{index}" for index in range(len(self))) or "none"
        raise AttributeError(f"there is no output {name!r}; the outputs are: {known}")

    def __repr__(self) -> str:
        return f"ActionOutputs({_shown((f'o{index}', value) for index, value in enumerate(self))})"


def _shown(items: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{name}={_literal(value)}" for name, value in items)


def _literal(value: Any) -> str:
    """As Flyte shows it: text in double quotes, as it is; anything else as `str` has it (`2024-01-01`, `Color.RED`)."""
    return f'"{value!s}"' if isinstance(value, str) else str(value)


def _jsonable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in values.items()}


def _as_json(value: Any) -> Any:
    from pydantic_core import to_jsonable_python

    from flyte.types.finite import with_named_numbers

    try:
        return with_named_numbers(to_jsonable_python(value, fallback=repr, bytes_mode="base64"))
    except UnicodeDecodeError:  # of bytes in a model, which pydantic takes for text
        return _parts_as_json(value)


def _parts_as_json(value: Any) -> Any:
    from flyte.types import codec_for

    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_json(each) for each in value]
    return codec_for(type(value)).encode(value)
