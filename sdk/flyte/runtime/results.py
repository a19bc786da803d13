"""Cached results: when they may be used, and under which key. Where they are kept is the store's affair."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, Protocol

from flyte._cache import VersionParameters

from .naming import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._task import TaskTemplate

Json = Any
Outputs = dict[str, Json]


class ResultStore(Protocol):
    """Keeps outputs by key."""

    def find(self, key: str) -> tuple[Outputs, float] | None:
        """Outputs and the time at which they were kept, in seconds since the epoch."""
        ...

    def keep(self, key: str, outputs: Outputs) -> None:
        """Keeps outputs, in place of what was there."""
        ...


def cached(
    store: ResultStore, task: TaskTemplate[..., Any], inputs: Mapping[str, Json], *, overwrite: bool = False
) -> Outputs | None:
    """Outputs of an earlier equal call, if the task's cache allows to use them."""
    cache = task.cache_request
    if cache.behavior != "auto" or overwrite:
        return None
    found = store.find(cache_key(task, inputs))
    age_s = cache.max_age_s
    if found is None or (age_s is not None and time.time() - found[1] > age_s):
        return None
    return found[0]


def is_serialized(task: TaskTemplate[..., Any]) -> bool:
    """Whether equal calls are to wait for the result of the one that is in progress."""
    cache = task.cache_request
    return cache.serialize and cache.behavior == "auto"


def keep(store: ResultStore, task: TaskTemplate[..., Any], inputs: Mapping[str, Json], outputs: Outputs) -> None:
    """Keeps the outputs, if the task's cache is enabled."""
    if task.cache_request.is_enabled():
        store.keep(cache_key(task, inputs), outputs)


def cache_key(task: TaskTemplate[..., Any], inputs: Mapping[str, Json]) -> str:
    """A sha256 over the task's name and interface, the cache's version, and the inputs that count.

    A reference to data (a File, Dir or DataFrame) that knows the hash of its content counts by that hash.
    """
    cache = task.cache_request
    version = cache.get_version(VersionParameters(func=task.func, image=task.image))
    counted = {name: _by_content(value) for name, value in inputs.items() if name not in cache.get_ignored_inputs()}
    hints = {name: str(hint) for name, (hint, _) in task.interface.inputs.items()}
    text = "\x00".join((task.name, str(hints), str(task.interface.outputs), version, canonical(counted)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _by_content(value: Json) -> Json:
    if isinstance(value, dict):
        if value.get("hash") and ("path" in value or "uri" in value):
            return {"hash": value["hash"], "format": value.get("format")}
        return {name: _by_content(item) for name, item in value.items()}
    return [_by_content(item) for item in value] if isinstance(value, list) else value
