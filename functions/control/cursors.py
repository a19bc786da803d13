"""Cursors of lists: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import json

from functions.control.errors import InvalidRequestError

Position = dict[str, str | int]
"""Where a list goes on."""


def encode(position: Position) -> str:
    """A cursor that is safe in a URL."""
    text = json.dumps(position, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, **fields: type[str | int]) -> Position | None:
    """The position that `cursor` stands for; None for no cursor.

    Args:
        cursor: What the client sent.
        fields: The names and types that this list's positions have.

    Raises:
        InvalidRequestError: The cursor was not made by `encode` for this list.
    """
    if cursor is None:
        return None
    try:
        position = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        position = None
    if not isinstance(position, dict) or {name: type(value) for name, value in position.items()} != fields:
        raise InvalidRequestError(f"cursor: {cursor[:60]!r} is no cursor of this list. Start again without a cursor.")
    return position
