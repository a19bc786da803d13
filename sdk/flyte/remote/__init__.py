"""What is on the backend: runs, actions, deployed tasks, projects. Each method blocks, or is awaited as `.aio`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte._lazy import lazily

if TYPE_CHECKING:
    from ._action import Action, ActionDetails
    from ._io import ActionInputs, ActionOutputs
    from ._project import Project, User
    from ._run import Run, RunDetails
    from ._secret import Secret, SecretTypes
    from ._task import LazyEntity, Task, TaskDetails
    from ._time import TimeFilter

__all__ = [
    "Action",
    "ActionDetails",
    "ActionInputs",
    "ActionOutputs",
    "LazyEntity",
    "Project",
    "Run",
    "RunDetails",
    "Secret",
    "SecretTypes",
    "Task",
    "TaskDetails",
    "TimeFilter",
    "User",
]

_HOME = {
    "Action": "_action",
    "ActionDetails": "_action",
    "ActionInputs": "_io",
    "ActionOutputs": "_io",
    "LazyEntity": "_task",
    "Project": "_project",
    "Run": "_run",
    "RunDetails": "_run",
    "Secret": "_secret",
    "SecretTypes": "_secret",
    "Task": "_task",
    "TaskDetails": "_task",
    "TimeFilter": "_time",
    "User": "_project",
}

__getattr__, __dir__ = lazily(__name__, _HOME)
