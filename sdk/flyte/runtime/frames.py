"""Framed JSON messages between a runner's supervisor and its worker, over a private stream socket.

A frame is two marker bytes, the length, and that many bytes of UTF-8 JSON. The marker makes stray bytes, such as those
of user code that writes to the wrong file descriptor, an error at once instead of a wait for gigabytes.
Standard library only: both sides load this before anything else.
"""

from __future__ import annotations

import json
import struct
from typing import Any

Message = dict[str, Any]
"""A JSON object with the key `type`. `sdk/flyte/runtime/worker.py` lists the types."""

MARKER = b"\xf1\x7e"
HEADER = struct.Struct("!2sI")
MAX_FRAME_BYTES = 512 * 1024 * 1024
"""Ours: above any `max_inline_io_bytes` that fits a Lambda function's memory twice."""

_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class FrameError(Exception):
    """The stream holds something else than frames, or a message cannot be one."""


def encode(message: Message) -> bytes:
    """The frame of one message.

    Raises:
        FrameError: A value is not JSON (NaN and lone surrogates are not), or the message is too large.
    """
    try:
        body = _to_json(message).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"a {message.get('type')!r} message is not JSON: {error}") from error
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError(f"a {message.get('type')!r} message has {len(body)} bytes; the limit is {MAX_FRAME_BYTES}")
    return HEADER.pack(MARKER, len(body)) + body


class Decoder:
    """Makes messages of a stream's bytes, however they are cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes.

        Raises:
            FrameError: The stream is broken. It stays so: the decoder must not be used again.
        """
        self._buffer += data
        messages = []
        while (body := self._take()) is not None:
            messages.append(_parse(body))
        return messages

    def _take(self) -> bytes | None:
        if not MARKER.startswith(self._buffer[: len(MARKER)]):
            raise FrameError(f"bytes that are no frame: {bytes(self._buffer[:40])!r}")
        if len(self._buffer) < HEADER.size:
            return None
        _, length = HEADER.unpack_from(self._buffer)
        if length > MAX_FRAME_BYTES:
            raise FrameError(f"a frame of {length} bytes; the limit is {MAX_FRAME_BYTES}")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return body


def _parse(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise FrameError(f"a frame that is not JSON: {error}") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise FrameError("a frame without a type")
    return message
