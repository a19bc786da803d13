"""How far uploads are. A page names its upload when it sends it, and asks for it by that name meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from flyte.remote._progress import WATCH

from .messages import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.remote._progress import Direction

    from .messages import Asked, Body


@dataclass(slots=True)
class _Way:
    """One way of an upload: from the browser to here, or from here to the bucket."""

    size_bytes: int
    moved_bytes: int = 0

    def moved(self, moved_bytes: int) -> None:
        self.moved_bytes = moved_bytes

    def ended(self, error: BaseException | None) -> None:
        """The answer to the upload tells it."""


@dataclass(slots=True)
class _Counted:
    """A body of which what was read is counted."""

    body: Body
    way: _Way

    def read(self, size: int = -1, /) -> bytes:
        block = self.body.read(size)
        self.way.moved_bytes += len(block)
        return block


@dataclass(slots=True)
class _Arrival:
    """An upload: it goes over the ways one after the other, and the last is known once it begins."""

    ways: list[_Way]

    def begun(self, direction: Direction, name: str, size_bytes: int | None) -> _Way:
        del direction, name
        way = _Way(size_bytes or 0)
        self.ways.append(way)
        return way


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The uploads that are on their way."""

    _by_name: dict[str, _Arrival] = field(default_factory=dict)

    @contextmanager
    def watched(self, asked: Asked) -> Iterator[Asked]:
        """The request, with a body that is counted, and whose transfers are watched; as it is where it has no name."""
        names = parse_qs(asked.query).get("upload")
        if names is None or asked.body is None:
            yield asked
            return
        received = _Way(asked.size_bytes)
        arrival = _Arrival([received])
        self._by_name[names[0]] = arrival
        token = WATCH.set(arrival)
        try:
            yield replace(asked, body=_Counted(asked.body, received))
        finally:
            WATCH.reset(token)
            del self._by_name[names[0]]

    def answer(self, name: str) -> Answer:
        """How far an upload is: bytes moved, of all that are to be moved as far as is known, both ways together."""
        arrival = self._by_name.get(name)
        if arrival is None:
            return Answer.problem(HTTPStatus.NOT_FOUND, "NotFound", f"No upload {name!r} is on its way.")
        ways = list(arrival.ways)
        # Before the way to the bucket has begun, it is taken for as long as the one to here.
        to_come = ways[0].size_bytes if len(ways) == 1 else 0
        return Answer.document(
            {
                "moved_bytes": sum(way.moved_bytes for way in ways),
                "size_bytes": sum(way.size_bytes for way in ways) + to_come,
            }
        )
