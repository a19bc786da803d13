"""Warns, once, of settings that are accepted for Flyte's sake and change nothing here: only clusters have such."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from flyte._task_plugins import TaskPluginRegistry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flyte._environment import Environment
    from flyte._runcontext import RunOptions

_OF_ENVIRONMENTS = ("pod_template", "interruptible", "queue", "plugin_config")
_OF_TRIGGERS = ("interruptible", "queue")
_OF_TASKS = (*_OF_ENVIRONMENTS, "task_resolver", "produces_artifacts")


def warn_of_environments(environments: Iterable[Environment]) -> None:
    """Names what of environments and their tasks has no effect, in one line an environment."""
    for environment in environments:
        found = dict.fromkeys(_found(environment))
        if found:
            _tell_once(f"environment {environment.name}", ", ".join(found))


def warn_of_options(options: RunOptions) -> None:
    """Names what of a run's options has no effect, in one line."""
    if options.without_effect:
        _tell_once("this run", ", ".join(options.without_effect))


def warn_of_override(task: str, names: Iterable[str]) -> None:
    """Names what of a call's own settings has no effect, in one line."""
    if listed := ", ".join(names):
        _tell_once(f"the override of {task}", listed)


def _found(environment: Environment) -> Iterable[str]:
    yield from _given(environment, _OF_ENVIRONMENTS)
    if environment.resources is not None and environment.resources.shm is not None:
        yield "resources.shm"
    for task in getattr(environment, "tasks", {}).values():
        yield from _given(task, _OF_TASKS)
        for trigger in task.triggers:
            yield from (f"Trigger.{name}" for name in _given(trigger, _OF_TRIGGERS))
        if task.resources is not None and task.resources.shm is not None:
            yield "resources.shm"


def _given(owner: Any, names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if getattr(owner, name, None) not in (None, False) and not _has_plugin(owner, name))


def _has_plugin(owner: Any, name: str) -> bool:
    return name == "plugin_config" and TaskPluginRegistry.find(type(owner.plugin_config)) is not None


@functools.cache
def _tell_once(owner: str, names: str) -> None:
    sys.stderr.write(f"Warning: {owner} sets {names}: without effect, Lambda has nothing of the kind\n")
    sys.stderr.flush()
