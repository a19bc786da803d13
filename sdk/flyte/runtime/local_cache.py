"""Cached results of local runs: one SQLite file, shared by all programs of this user."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flyte._cache import Cache, VersionParameters
from flyte._home import flyte_home

from .naming import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flyte._task import TaskTemplate

Json = Any
_TABLE = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, outputs TEXT NOT NULL, stored_at REAL NOT NULL)"
_BUSY_TIMEOUT_S = 30


def path() -> Path:
    """Where the file lies."""
    return flyte_home() / "local-cache" / "results.db"


def lookup(task: TaskTemplate[..., Any], inputs: Mapping[str, Json], overwrite: bool = False) -> dict[str, Json] | None:  # noqa: FBT001, FBT002 - one flag
    """Outputs of an earlier equal call, if the task's cache allows to use them."""
    cache = task.cache_request
    if cache.behavior != "auto" or overwrite or not path().exists():
        return None
    with closing(_connect()) as db:
        row = db.execute("SELECT outputs, stored_at FROM results WHERE key = ?", (cache_key(task, inputs),)).fetchone()
    if row is None or _too_old(cache, row[1]):
        return None
    outputs: dict[str, Json] = json.loads(row[0])
    return outputs


def store(task: TaskTemplate[..., Any], inputs: Mapping[str, Json], outputs: Mapping[str, Json]) -> None:
    """Keeps the outputs, if the task's cache is enabled."""
    if not task.cache_request.is_enabled():
        return
    row = (cache_key(task, inputs), json.dumps(outputs), time.time())
    path().parent.mkdir(parents=True, exist_ok=True)
    with closing(_connect()) as db, db:
        db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", row)


def clear() -> bool:
    """Forgets everything; says whether there was anything."""
    file = path()
    if not file.exists():
        return False
    file.unlink()
    return True


def cache_key(task: TaskTemplate[..., Any], inputs: Mapping[str, Json]) -> str:
    """A sha256 over the task's name and interface, the cache's version, and the inputs that count."""
    cache = task.cache_request
    version = cache.get_version(VersionParameters(func=task.func, image=task.image))
    counted = {name: value for name, value in inputs.items() if name not in cache.get_ignored_inputs()}
    interface = f"{ {name: str(hint) for name, (hint, _) in task.interface.inputs.items()} }{task.interface.outputs}"
    text = "\x00".join((task.name, interface, version, canonical(counted)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _too_old(cache: Cache, stored_at: float) -> bool:
    if cache.max_age is None:
        return False
    limit = cache.max_age if isinstance(cache.max_age, timedelta) else timedelta(seconds=cache.max_age)
    return time.time() - stored_at > limit.total_seconds()


def _connect() -> sqlite3.Connection:
    db = sqlite3.connect(path(), timeout=_BUSY_TIMEOUT_S)
    db.execute(_TABLE)
    return db
