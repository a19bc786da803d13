"""One codec a hint: checks and encodes a value to JSON, and decodes JSON to a value of that type.

Scalars need no library; everything else is pydantic's, over a hint that `hints.prepare` made digestible.
"""

from __future__ import annotations

import functools
import json
import math
import types
import typing
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .finite import number_text
from .pickled import MOST_BITS

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Json = Any


class ValueMismatch(TypeError):  # noqa: N818 - it is about a value, and is shown as a TypeError
    """A value does not fit its hint.

    Args:
        path: Where in the value, such as `.layers[3].size`; empty for the value itself.
        reason: What is wrong there.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path.lstrip('.')}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class Codec(ABC, Generic[T]):
    """Encodes and decodes values of one hint."""

    hint: Any

    @abstractmethod
    def encode(self, value: T) -> Json:
        """The value as JSON. Types are checked as strictly as a function's caller would expect.

        Raises:
            ValueMismatch: The value is not of the hint's type.
        """

    @abstractmethod
    def decode(self, json: Json) -> T:
        """The value that the JSON stands for.

        Raises:
            ValueMismatch: The JSON does not describe such a value.
        """

    def to_text(self, value: T) -> str:
        """What `encode` gives, as text, in one pass where that is quicker. Raises as `encode` does."""
        return json.dumps(self.encode(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def from_text(self, text: str) -> T:
        """The value that the text of its JSON stands for. Raises as `decode` does."""
        return self.decode(json.loads(text))

    @abstractmethod
    def schema(self) -> dict[str, Json]:
        """The JSON schema of what `encode` gives and `decode` takes."""


class ScalarCodec(Codec[Any]):
    """`str`, `int`, `bool`, `float` and None: JSON has them."""

    _JSON_TYPE: typing.ClassVar[dict[type, str]] = {
        str: "string",
        int: "integer",
        bool: "boolean",
        float: "number",
        types.NoneType: "null",
    }
    _PLAIN: typing.ClassVar[dict[type, Callable[[Any], Any]]] = {
        str: str.__str__,
        int: int.__int__,
        float: float.__float__,
    }
    """What a value of a subclass is in itself, whatever the subclass shows: of `class Colour(str, Enum)` the text."""

    def __init__(self, hint: type) -> None:
        self.hint = hint

    def encode(self, value: Any) -> Json:
        checked = self._checked(value)
        if type(checked) is str and not checked.isascii():
            _check_text(checked)
        if type(checked) is int and checked.bit_length() > MOST_BITS:
            raise ValueMismatch("", "an integer of more than 4,300 digits, which Python itself does not write as text")
        return number_text(checked) if type(checked) is float and not math.isfinite(checked) else checked

    def _checked(self, value: Any) -> Any:
        kind = type(value)
        if kind is self.hint or (self.hint is not bool and isinstance(value, self.hint) and kind is not bool):
            return value if kind is self.hint else self._PLAIN[self.hint](value)
        if self.hint is float and kind is int:
            return float(value)
        raise ValueMismatch("", f"{value!r:.200} is of type {kind.__name__}, wanted {self.hint.__name__}")

    def decode(self, json: Json) -> Any:
        if self.hint is float and isinstance(json, str) and json in {"NaN", "Infinity", "-Infinity"}:
            return float(json)
        if self.hint is int and type(json) is float and json.is_integer():
            return int(json)
        return self._checked(json)

    def schema(self) -> dict[str, Json]:
        return {"type": self._JSON_TYPE[self.hint]}


def _check_text(text: str) -> None:
    """Refuses what Python takes for text and nothing else does: bytes that were read with `surrogateescape`."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueMismatch("", f"{text!r:.200} is no text that UTF-8 can hold: {error.reason}") from None


@functools.lru_cache(maxsize=4096)
def _cached(hint: Any, written: str) -> Codec[Any]:  # noqa: ARG001 - unions are equal in any order of their members
    return _make(hint)


def _make(hint: Any) -> Codec[Any]:
    if isinstance(hint, type) and hint in ScalarCodec._JSON_TYPE:  # noqa: SLF001 - the same module
        return ScalarCodec(hint)
    from .model_codec import ModelCodec

    return ModelCodec(hint)


def codec_for(hint: Any) -> Codec[Any]:
    """The codec of a hint, made once. `None` means NoneType."""
    if hint is None:
        hint = types.NoneType
    try:
        return _cached(hint, "" if isinstance(hint, type) else repr(hint))
    except TypeError:  # an unhashable hint, such as Annotated with a list
        return _make(hint)
