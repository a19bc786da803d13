"""What is on the backend: runs, actions, deployed tasks, projects. Each method blocks, or is awaited as `.aio`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte._lazy import lazily

if TYPE_CHECKING:
    from ._absent import App, Artifact, PartitionSchema, Settings, auth_metadata
    from ._action import Action, ActionDetails
    from ._condition import Condition
    from ._io import ActionInputs, ActionOutputs
    from ._project import Project, User
    from ._run import Run, RunDetails
    from ._secret import Secret, SecretTypes
    from ._task import LazyEntity, Task, TaskDetails
    from ._time import TimeFilter
    from ._trigger import Trigger, TriggerDetails
    from ._upload import upload_dir, upload_file

__all__ = [
    "Action",
    "ActionDetails",
    "ActionInputs",
    "ActionOutputs",
    "App",
    "Artifact",
    "Condition",
    "LazyEntity",
    "PartitionSchema",
    "Project",
    "Run",
    "RunDetails",
    "Secret",
    "SecretTypes",
    "Settings",
    "Task",
    "TaskDetails",
    "TimeFilter",
    "Trigger",
    "TriggerDetails",
    "User",
    "auth_metadata",
    "upload_dir",
    "upload_file",
]

_HOME = {
    "Action": "_action",
    "ActionDetails": "_action",
    "ActionInputs": "_io",
    "ActionOutputs": "_io",
    "App": "_absent",
    "Artifact": "_absent",
    "Condition": "_condition",
    "LazyEntity": "_task",
    "PartitionSchema": "_absent",
    "Project": "_project",
    "Run": "_run",
    "RunDetails": "_run",
    "Secret": "_secret",
    "SecretTypes": "_secret",
    "Settings": "_absent",
    "Task": "_task",
    "TaskDetails": "_task",
    "TimeFilter": "_time",
    "Trigger": "_trigger",
    "TriggerDetails": "_trigger",
    "User": "_project",
    "auth_metadata": "_absent",
    "upload_dir": "_upload",
    "upload_file": "_upload",
}

__getattr__, __dir__ = lazily(__name__, _HOME)
