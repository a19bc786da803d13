"""Tells whoever watches what is on its way to or from the backend. The command line shows it; a program may as well."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Direction = Literal["upload", "download"]


class Watched(Protocol):
    """One file or folder on its way."""

    def moved(self, moved_bytes: int) -> None:
        """So many bytes have arrived in all. It can be fewer than before: what failed is sent again."""

    def ended(self, error: BaseException | None) -> None:
        """It has arrived, or was given up."""


class Watch(Protocol):
    """Sees every transfer. Its methods are called from several threads."""

    def begun(self, direction: Direction, name: str, size_bytes: int | None) -> Watched:
        """A transfer has begun. How large it is may not be known yet."""


WATCH: ContextVar[Watch | None] = ContextVar("transfer_watch", default=None)
"""Who watches the transfers that this context begins."""


class Moved:
    """Counts the bytes of one transfer, whose pieces may move at the same time.

    Args:
        tell: Called with the bytes moved in all.
    """

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._by_piece: dict[object, int] = {}
        self._sum_bytes = 0
        self._lock = threading.Lock()

    def piece(self, key: object = None) -> Callable[[int], None]:
        """Tells how many bytes of one piece have moved."""

        def moved(moved_bytes: int) -> None:
            with self._lock:
                self._sum_bytes += moved_bytes - self._by_piece.get(key, 0)
                self._by_piece[key] = moved_bytes
                self._tell(self._sum_bytes)

        return moved


@contextmanager
def watched(direction: Direction, name: str, size_bytes: int | None) -> Iterator[Moved]:
    """Tells the context's watch of one transfer, from its beginning to its end.

    Args:
        direction: Where it goes.
        name: What people call it.
        size_bytes: How large it is, if that is known.
    """
    watch = WATCH.get()
    if watch is None:
        yield Moved(_unseen)
        return
    seen = watch.begun(direction, name, size_bytes)
    try:
        yield Moved(seen.moved)
    except BaseException as error:
        seen.ended(error)
        raise
    seen.ended(None)


def _unseen(_moved_bytes: int) -> None:
    """Nobody watches."""
