"""Specifications of the tasks that a running task calls: the same program and version, each with its own settings."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte._deploy._specify import attribute_of, specify
from flyte.protocol.tasks import Loader, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._task import TaskTemplate
    from flyte.protocol.tasks import ArtifactRef


@dataclass(frozen=True, slots=True)
class _Inherited:
    """Dependency artifacts of all environments that were deployed or run together, as the parent knows them."""

    refs: Mapping[str, ArtifactRef]

    def of(self, environment: str) -> dict[str, Any]:
        return {"dependencies": self.refs.get(environment), "environment_dependencies": dict(self.refs)}


@dataclass(slots=True)
class ChildSpecs:
    """Makes them, each once: a map asks for the same one many times."""

    parent: TaskSpec
    _made: dict[int, tuple[TaskTemplate[..., Any], str]] = field(default_factory=dict)

    def json_of(self, task: TaskTemplate[..., Any]) -> str:
        """The specification of a task as JSON text.

        Raises:
            DeploymentError: Lambda cannot run it as it was overridden: more memory than there is, a GPU.
        """
        known = self._made.get(id(task))
        if known is None:
            spec = specify(
                task,
                version=self.parent.version,
                loader=self._loader(task),
                code=self.parent.code,
                dependencies=_Inherited(self.parent.environment_dependencies),
            )
            # The task is kept with it, so that no other one gets its identity.
            known = self._made[id(task)] = (task, spec.to_json())
        return known[1]

    def _loader(self, task: TaskTemplate[..., Any]) -> Loader:
        module = inspect.unwrap(task.func).__module__
        paths = self.parent.loader.sys_path
        if self.parent.loader.module is None and not _has_file(task):
            return Loader(module=None, attribute=task.name, sys_path=paths)
        return Loader(module=module, attribute=attribute_of(task, sys.modules.get(module)), sys_path=paths)


def _has_file(task: TaskTemplate[..., Any]) -> bool:
    """Whether a module holds the task, rather than the pickle that its caller came from."""
    return task.source_file is not None and Path(task.source_file).is_file()
