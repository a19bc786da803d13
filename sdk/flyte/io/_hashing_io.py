"""Hashes of content, computed while it passes. A file's hash stands for it where results are cached."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK_BYTES = 1024 * 1024


@runtime_checkable
class HashMethod(Protocol):
    """Takes content piece by piece, and gives its hash."""

    def update(self, data: Any) -> None:
        """Takes the next piece."""

    def result(self) -> str:
        """The hash of all that was taken."""

    def reset(self) -> None:
        """Forgets what was taken."""


class HashFunction:
    """A function of the user's as hash method.

    Args:
        fn: Gives the hash of a whole value: of a file's bytes, which are then held in memory, or of a data frame.
    """

    def __init__(self, fn: Callable[[Any], str]) -> None:
        self._function = fn
        self._pieces: list[Any] = []

    @classmethod
    def from_fn(cls, fn: Callable[[Any], str]) -> Self:
        """The function as hash method."""
        return cls(fn)

    def update(self, data: Any) -> None:
        """Takes the next piece of bytes, or a whole value of another type."""
        self._pieces.append(bytes(data) if isinstance(data, bytes | bytearray | memoryview) else data)

    def result(self) -> str:
        """What the function gives for all that was taken."""
        if all(isinstance(piece, bytes) for piece in self._pieces):
            return self._function(b"".join(self._pieces))
        return self._function(self._pieces[-1])

    def reset(self) -> None:
        """Forgets what was taken."""
        self._pieces.clear()


class HashlibAccumulator:
    """One of hashlib's algorithms as hash method.

    Args:
        h: An object of hashlib's, which has taken nothing yet.
    """

    def __init__(self, h: Any) -> None:
        self._new = h
        self.reset()

    @classmethod
    def from_hash_name(cls, name: str) -> Self:
        """The algorithm of that name, such as `sha256`."""
        return cls(hashlib.new(name, usedforsecurity=False))

    def update(self, data: Any) -> None:
        """Takes the next piece."""
        self._state.update(data)

    def result(self) -> str:
        """The hash of all that was taken, in hexadecimal digits."""
        digest: str = self._state.hexdigest()
        return digest

    def reset(self) -> None:
        """Forgets what was taken."""
        self._state = self._new.copy()


class PrecomputedValue:
    """A hash that is known already, as hash method.

    Args:
        value: The hash.
    """

    def __init__(self, value: str) -> None:
        self._value = value

    def update(self, data: Any) -> None:
        """Looks at no content."""

    def result(self) -> str:
        """The hash."""
        return self._value

    def reset(self) -> None:
        """Nothing was taken."""


def method_and_value(given: HashMethod | str | None) -> tuple[HashMethod | None, str | None]:
    """What `hash_method=` asks for: a method to apply, or a hash that is known already.

    Text is the hash itself, as in Flyte, unless it names an algorithm, such as `sha256`.
    """
    if isinstance(given, str):
        named = given in hashlib.algorithms_guaranteed and not given.startswith("shake")
        return (HashlibAccumulator.from_hash_name(given), None) if named else (None, given)
    if isinstance(given, PrecomputedValue):
        return None, given.result()
    if given is not None:
        given.reset()
    return given, None


def hash_of(file: BinaryIO, method: HashMethod) -> str:
    """The hash of a file's bytes, read piece by piece."""
    while block := file.read(_BLOCK_BYTES):
        method.update(block)
    return method.result()


class HashingFile:
    """A file being written that hashes what it takes."""

    mode = "wb"
    """By which pandas knows that it takes bytes."""

    def __init__(self, file: BinaryIO, method: HashMethod) -> None:
        self._file = file
        self._method = method

    def write(self, data: Any) -> int:
        self._method.update(data)
        return self._file.write(data)

    def seek(self, *_position: int) -> int:
        raise OSError("a file that is hashed while it is written takes its bytes in order: it cannot seek")

    def seekable(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
