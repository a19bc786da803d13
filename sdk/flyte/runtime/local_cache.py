"""Cached results of local runs: one SQLite file, shared by all programs of this user."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from contextlib import closing
from typing import TYPE_CHECKING

from flyte._home import flyte_home

from .turns import Turns

if TYPE_CHECKING:
    from pathlib import Path

    from .results import Outputs

_TABLE = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, outputs TEXT NOT NULL, stored_at REAL NOT NULL)"
_BUSY_TIMEOUT_S = 30


def path() -> Path:
    """Where the file lies."""
    return flyte_home() / "local-cache" / "results.db"


def clear() -> bool:
    """Forgets everything; says whether there was anything."""
    file = path()
    if not file.exists():
        return False
    file.unlink()
    return True


_serialized: weakref.WeakValueDictionary[str, Turns] = weakref.WeakValueDictionary()
_serializing = threading.Lock()


def turns_of(key: str) -> Turns:
    """Of which one at a time is had, in this process: for calls that are to wait for each other's result."""
    with _serializing:
        turns = _serialized.get(key)
        if turns is None:
            turns = _serialized[key] = Turns(1)
        return turns


class LocalResults:
    """Keeps results in the file."""

    def find(self, key: str) -> tuple[Outputs, float] | None:
        """Outputs and the time at which they were kept."""
        if not path().exists():
            return None
        with closing(_connect()) as db:
            row = db.execute("SELECT outputs, stored_at FROM results WHERE key = ?", (key,)).fetchone()
        return None if row is None else (json.loads(row[0]), row[1])

    def keep(self, key: str, outputs: Outputs) -> None:
        """Keeps outputs, in place of what was there."""
        path().parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect()) as db, db:
            db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (key, json.dumps(outputs), time.time()))


def _connect() -> sqlite3.Connection:
    db = sqlite3.connect(path(), timeout=_BUSY_TIMEOUT_S)
    db.execute(_TABLE)
    return db
