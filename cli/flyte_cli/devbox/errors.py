"""What can go wrong with the devbox."""

from __future__ import annotations

from flyte.errors import RuntimeSystemError


class DevboxError(RuntimeSystemError):
    """The devbox cannot do what it was asked for; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("DevboxError", message)
