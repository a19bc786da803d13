"""What a task is, as the backend knows it: enough to call, validate and show it without its code at hand."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from pydantic import Field

from . import limits
from .model import Json, Model, RunName, Sha256, TaskName, Version
from .phases import ActionPhase
from .triggers import TriggerSpec

SOURCE_LAYERS_FOLDER = ".source-layers"
"""Folder of a dependency artifact whose files the runner lays into the working directory, before the code.
Beside it are packages, as on `sys.path`."""

PICKLE_FILE = "task.pkl"
"""In the code artifact of tasks that no file holds: a pickled mapping of the tasks, by name."""
PICKLE_MANIFEST = "task.pkl.json"
"""Beside it: `python` is the minor version that made it and alone can read it; `tasks` are their names."""


class ArtifactKind(StrEnum):
    """What an artifact holds, and so where in the bucket it lies."""

    CODE = "code"
    DEPENDENCIES = "dependencies"


class ArtifactRef(Model):
    """A content-addressed zip in the bucket: `sha256` names the bytes of the zip itself."""

    kind: ArtifactKind
    sha256: Sha256
    size_bytes: int = Field(ge=0)


class Loader(Model):
    """How a worker finds the task in the extracted code: import `module`, take the task named `attribute` there.

    For a pickled bundle `module` is None, and `attribute` is the task's name in the artifact's `PICKLE_FILE`.
    """

    module: str | None = None
    attribute: str
    sys_path: tuple[str, ...] = ()
    """Folders of the code, relative to its root, that modules are imported from as well (such as `src`)."""


class Parameter(Model):
    """One input or output. `json_schema` describes the JSON on the wire; `required` means no default exists."""

    name: str
    json_schema: dict[str, Json]
    required: bool = True
    default: Json = None
    description: str = ""


class Interface(Model):
    """A task's inputs in the order of its signature, and its outputs, named `o0`, `o1` and so on."""

    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


class RetryPolicy(Model):
    """Retries after the first attempt. The delay before retry n (from 1) is `min(base_s * factor**(n-1), cap_s)`."""

    count: int = Field(default=0, ge=0)
    base_s: float = Field(default=0.0, ge=0)
    factor: float = Field(default=1.0, ge=1)
    cap_s: float | None = Field(default=None, ge=0)

    def delay_s(self, retry: int) -> float:
        """Seconds to wait before retry number `retry`, counted from 1."""
        delay = self.base_s * self.factor ** (retry - 1)
        return delay if self.cap_s is None else min(delay, self.cap_s)


class TimeoutPolicy(Model):
    """Bounds in seconds: of one attempt, of the wait before the first attempt, and of everything since creation."""

    max_runtime_s: float | None = Field(default=None, gt=0)
    max_queued_s: float | None = Field(default=None, gt=0)
    deadline_s: float | None = Field(default=None, gt=0)


class CacheSettings(Model):
    """Whether results of a task are reused.

    `version` tells apart those that may be, and results older than `max_age_s` are not. With `serialize`, equal calls
    wait for the result of the first one.
    """

    enabled: bool = False
    version: str = ""
    serialize: bool = False
    ignored_inputs: tuple[str, ...] = ()
    max_age_s: float | None = Field(default=None, ge=0)
    is_override: bool = False
    """Whether this holds in place of what the task's code says; else it tells what the code says, to show it."""


class SecretRef(Model):
    """A secret that the task receives, by name; its value is read where the task runs and is nowhere else."""

    key: str
    group: str | None = None
    env_var: str | None = None
    mount: str | None = None


class TaskLink(Model):
    """A link shown with each action of a task. In `uri`, words such as `{{.runName}}` stand for the action's names."""

    name: str
    uri: str
    icon_uri: str = ""

    def uri_for(self, words: dict[str, str]) -> str:
        """The address for one action, whose own words are put in by name, such as `runName`."""
        return re.sub(r"\{\{\.(\w+)\}\}", lambda found: quote(words.get(found[1], ""), safe=""), self.uri)


class TaskSpec(Model):
    """A task of one version. Immutable: the same name and version never means other content."""

    name: TaskName
    environment: str
    version: Version
    loader: Loader
    code: ArtifactRef | None = None
    dependencies: ArtifactRef | None = None
    interface: Interface = Interface()
    memory_mb: int = Field(default=limits.DEFAULT_MEMORY_MB, ge=128, le=limits.LAMBDA_MAX_MEMORY_MB)
    env_vars: dict[str, str] = {}
    secrets: tuple[SecretRef, ...] = ()
    retry: RetryPolicy = RetryPolicy()
    timeout: TimeoutPolicy = TimeoutPolicy()
    cache: CacheSettings = CacheSettings()
    max_inline_io_bytes: int = Field(default=limits.DEFAULT_MAX_INLINE_IO_BYTES, gt=0)
    service_account: str | None = None
    short_name: str = ""
    description: str = ""
    docs: str = ""
    source_url: str | None = None
    entrypoint: bool = False
    report: bool = False
    links: tuple[TaskLink, ...] = ()
    environment_dependencies: dict[str, ArtifactRef] = {}
    """Dependency artifacts of all environments deployed together, by environment: what children of this task need."""
    triggers: tuple[TriggerSpec, ...] = Field(default=(), max_length=limits.TRIGGERS_PER_TASK)
    """They are in force as long as the version is the latest. Only of tasks that are deployed."""


class EnvironmentSpec(Model):
    """One environment of a version with all its tasks; registered whole or not at all."""

    name: str
    version: Version
    description: str = ""
    tasks: tuple[TaskSpec, ...] = Field(max_length=limits.TASKS_PER_ENVIRONMENT)

    @property
    def content_digest(self) -> str:
        """The sha256 of what runs: two specs with the same one are the same version.

        Links to the source are left out: they name a commit, and so differ for the same code. What is told of the cache
        is: the code says it. So are fields that have their default: one that is added later changes no digest.
        """
        told = {"tasks": {"__all__": {"source_url", "cache"}}}
        canonical = self.model_dump(mode="json", exclude_defaults=True, exclude=told)
        text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class LastRun(Model):
    """The newest run of a task."""

    run: RunName
    phase: ActionPhase
    created_at: datetime
    ended_at: datetime | None = None


class TaskVersion(Model):
    """A registered version of a task, as listed."""

    name: TaskName
    environment: str
    version: Version
    deployed_at: datetime
    deployed_by: str
    short_name: str = ""
    description: str = ""
    entrypoint: bool = False
    source_url: str | None = None
    code_bytes: int | None = None
    """Size of the code artifact."""
    is_latest: bool = False
    """Whether runs that name no version use this one: the one deployed last, unless the task was rolled back."""
    last_run: LastRun | None = None
    """The newest run that was started of the task, of any version; only where it was asked for."""
