"""Names for runs that were given none: short, easy to read aloud, and safe to take for unique."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, so no words; nothing that looks like something else. 27 letters are 4.75 bits each."""

_LETTERS = 17
"""80 bits: among 10^9 runs two share a name with a chance of less than 1 in a million."""


def new_run_name() -> str:
    """A random name."""
    return "r" + "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))


def run_name_for(scope: str, idempotency_key: str) -> str:
    """The name that this key stands for: a request that is sent again asks for the same run."""
    number = int.from_bytes(hashlib.sha256(f"{scope}\0{idempotency_key}".encode()).digest())
    letters = []
    for _ in range(_LETTERS):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "r" + "".join(letters)
