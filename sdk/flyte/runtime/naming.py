"""Deterministic names: a call that is made again in the same place has the same name, and so finds its result."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any


def canonical(payload: Any) -> str:
    """JSON text that is equal for equal values."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*parts: str) -> str:
    """16 bytes of sha256 over the parts in base32: 26 characters, lower case."""
    hashed = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(hashed[:16]).decode("ascii").rstrip("=").lower()


def call_key(task_name: str, inputs: str, group: str | None) -> str:
    """What makes two calls equal: the task, its canonical inputs, the group."""
    return digest(task_name, inputs, group or "")


def action_name(parent: str, key: str, number: int) -> str:
    """The name of the child that is the `number`-th equal call of its parent."""
    return digest(parent, key, str(number))
