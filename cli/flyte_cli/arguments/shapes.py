"""What an argument's text may look like, and the value that it stands for.

A `Shape` is a click parameter type. Both front ends build them: `hints` from Python types, `schemas` from JSON schemas.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.near import did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from click.shell_completion import CompletionItem

    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # older versions of click cannot be subscripted

_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_EXACT_BOOLEANS = {"true": True, "false": False}


class Shape(ParamType, ABC):
    """One way to read text. `parse` raises ValueError with a sentence that says what is wanted."""

    name = "text"

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value that the text stands for."""

    def parse_variant(self, text: str) -> Any:
        """The value, where other shapes are tried too: only text that can mean nothing else is taken."""
        return self.parse(text)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of the text; what is not text is a value already."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class Text(Shape):
    """Any text, as it is."""

    def parse(self, text: str) -> str:
        """The text."""
        return text


class Integer(Shape):
    """A whole number."""

    name = "integer"

    def parse(self, text: str) -> int:
        """The number, of any size."""
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a valid integer.") from None


class Number(Shape):
    """A number with or without a fraction."""

    name = "float"

    def parse(self, text: str) -> float:
        """The number, also from a whole one or in exponent form."""
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a valid float.") from None


class Decimals(Shape):
    """A decimal number, passed on as text: all its digits count."""

    name = "decimal"

    def parse(self, text: str) -> str:
        """The number's digits, as they are written."""
        from decimal import Decimal, InvalidOperation

        try:
            Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{text!r} is not a valid decimal number.") from None
        return text.strip()


class Boolean(Shape):
    """True or false, where it is a value. `options` makes a flag of it."""

    name = "boolean"

    def parse(self, text: str) -> bool:
        """The truth value of one of the usual words."""
        word = text.strip().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise ValueError(f"{text!r} is not a valid boolean: write true or false.")

    def parse_variant(self, text: str) -> bool:
        """Only `true` and `false`: `1` and `no` may be a number or a text."""
        try:
            return _EXACT_BOOLEANS[text.lower()]
        except KeyError:
            raise ValueError(f"{text!r} is not a valid boolean.") from None


class Nothing(Shape):
    """The absence of a value, written `None` or `null`."""

    name = "none"

    def parse(self, text: str) -> None:
        """None."""
        if text not in {"None", "null"}:
            raise ValueError(f"{text!r} is not None.")


class Choice(Shape):
    """One of a few values, each with the name it goes by.

    Args:
        options: The values by the names that are shown.
        aliases: Further spellings that are taken where they are no name.
    """

    def __init__(self, options: Mapping[str, Any], aliases: Mapping[str, Any] | None = None) -> None:
        self._options = dict(options)
        self._aliases = dict(aliases or {})
        self.name = f"[{'|'.join(self._options)}]"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The names, as they are written."""
        return self.name

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        """The names that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self._options if name.startswith(incomplete)]

    def parse(self, text: str) -> Any:
        """The value that goes by this name."""
        for known in (self._options, self._aliases):
            if text in known:
                return known[text]
        raise ValueError(f"{text!r} is not one of {listed(self._options)}.{did_you_mean(text, self._options)}")


class Variants(Shape):
    """One of several shapes, tried in order; text comes last, for it takes everything."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = sorted(shapes, key=lambda shape: isinstance(shape, Text))
        others = [shape for shape in self._shapes if not isinstance(shape, Nothing)]
        self.name = "|".join(dict.fromkeys(shape.name for shape in others))
        self._is_boolean = len(others) == 1 and isinstance(others[0], Boolean)

    @property
    def takes_none(self) -> bool:
        """Whether the argument may be left out."""
        return any(isinstance(shape, Nothing) for shape in self._shapes)

    def parse(self, text: str) -> Any:
        """The value of the first shape that takes the text."""
        reasons = []
        for shape in self._shapes:
            try:
                return shape.parse(text) if self._is_boolean else shape.parse_variant(text)
            except ValueError as error:
                if not isinstance(shape, Nothing):
                    reasons.append(str(error))
        if len(reasons) == 1:
            raise ValueError(reasons[0])
        raise ValueError(f"{text!r} is none of {self.name}: {' '.join(reasons)}")


class Checked(Shape):
    """A shape whose values have to pass a further check.

    Args:
        shape: Reads the text.
        check: Gives the value that is passed on; raises ValueError.
    """

    def __init__(self, shape: Shape, check: Callable[[Any], Any]) -> None:
        self._shape = shape
        self._check = check
        self.name = shape.name

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """As the inner shape shows itself."""
        return self._shape.get_metavar(param, ctx)

    def parse(self, text: str) -> Any:
        """The checked value."""
        return self._check(self._shape.parse(text))

    def parse_variant(self, text: str) -> Any:
        """The checked value, where other shapes are tried too."""
        return self._check(self._shape.parse_variant(text))


class Imported(Shape):
    """An object of the user's, named as `module:object`: for classes that have no form in JSON.

    Args:
        check: Gives the value that is passed on; raises ValueError.
    """

    name = "module:object"

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self._check = check

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """Lower case, for it is a form to fill in."""
        return self.name

    def parse(self, text: str) -> Any:
        """The object of that name in that module."""
        module_name, colon, path = text.partition(":")
        if not colon or not all(part.isidentifier() for part in (*module_name.split("."), *path.split("."))):
            raise ValueError(f"{text!r} names no object: write module:object.")
        try:
            found = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            raise ValueError(f"{text!r} cannot be imported: {error}.") from None
        for part in path.split("."):
            if not hasattr(found, part):
                raise ValueError(f"{module_name!r} has no {path!r}.{did_you_mean(part, dir(found))}")
            found = getattr(found, part)
        return self._check(found)
