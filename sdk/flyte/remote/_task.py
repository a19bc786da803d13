"""Deployed tasks: found by name and version when first needed, then run by reference."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from flyte._initialize import require_backend
from flyte._names import checked
from flyte._syncify import syncify

from ._http import get_client, scope_path
from ._override import call_deployed, checked_overrides, with_overrides

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from flyte._cache import Cache
    from flyte._resources import Resources
    from flyte._retry import RetryStrategy
    from flyte._secret import SecretRequest
    from flyte._timeout import TimeoutType
    from flyte.protocol.api import TaskDetails as TaskDetailsModel
    from flyte.protocol.tasks import Interface, SecretRef, TaskSpec, TaskVersion

AutoVersioning = Literal["latest", "current"]
LATEST = "latest"
PAGE = 100


class LazyEntity:
    """A reference to a deployed task. Nothing is asked of the backend before `fetch`."""

    def __init__(
        self,
        name: str,
        version: str | None,
        auto_version: AutoVersioning | None,
        project: str | None,
        domain: str | None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self._version = version
        self._auto_version = auto_version
        self._project = project
        self._domain = domain
        self._overrides = dict(overrides or {})
        self._details: TaskDetails | None = None

    @syncify
    async def fetch(self) -> TaskDetails:
        """The task's details; asked for once.

        Raises:
            RemoteTaskNotFoundError: no such task, or not in that version.
        """
        if self._details is None:
            version = self._version or (self._current() if self._auto_version == "current" else LATEST)
            found = await TaskDetails.of(self.name, version, self._project, self._domain)
            self._details = TaskDetails(found.record, found.project, found.domain, self._overrides)
        return self._details

    @syncify
    async def override(self, **settings: Any) -> LazyEntity:
        """A reference to the same task with other settings for the calls that are made with it.

        Args:
            settings: `short_name`, `resources`, `retries`, `timeout`, `env_vars` (added to its own), `secrets`,
                `service_account`, `max_inline_io_bytes`, `cache` (disabled, or with a version). Those that are None
                stay as they are.

        Raises:
            RemoteTaskUsageError: one of them belongs to the deployed code.
        """
        wanted = {**self._overrides, **checked_overrides(self.name, settings)}
        return LazyEntity(self.name, self._version, self._auto_version, self._project, self._domain, wanted)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Inside a task on the backend, a child action; the result is awaited.

        Raises:
            RemoteTaskUsageError: outside of a task, in a local run, or of another project or domain.
        """
        version = self._version or (self._current() if self._auto_version == "current" else None)
        return call_deployed(self.name, version, (self._project, self._domain), self._overrides, args, kwargs)

    @staticmethod
    def _current() -> str:
        from flyte import _context

        context = _context.current()
        if context is None:
            raise ValueError("auto_version='current' is the version of the running task, and no task is running")
        return context.version

    def __repr__(self) -> str:
        version = self._version or self._auto_version
        return f"LazyEntity(name={self.name!r}, version={version!r})"


class Task:
    """A deployed task as it is listed."""

    def __init__(self, record: TaskVersion, project: str, domain: str) -> None:
        self.record = record
        self._project = project
        self._domain = domain

    @classmethod
    def get(
        cls,
        name: str,
        project: str | None = None,
        domain: str | None = None,
        version: str | None = None,
        auto_version: AutoVersioning | None = None,
    ) -> LazyEntity:
        """A reference to a deployed task. Whether it exists is seen when it is fetched or run.

        Args:
            name: `environment.function`.
            project: Instead of the configured one.
            domain: Instead of the configured one.
            version: Its version.
            auto_version: `latest`, or `current` for the version of the running task.

        Raises:
            ValueError: neither `version` nor `auto_version` is given, or the latter is another word.
        """
        if version is None and auto_version is None:
            raise ValueError("Either version or auto_version must be provided.")
        if version is None and auto_version not in {"latest", "current"}:
            raise ValueError("auto_version must be either 'latest' or 'current'.")
        return LazyEntity(name, version, auto_version, project, domain)

    @syncify
    @classmethod
    async def listall(
        cls,
        by_task_name: str | None = None,
        by_task_env: str | None = None,
        project: str | None = None,
        domain: str | None = None,
        sort_by: tuple[str, Literal["asc", "desc"]] | None = None,
        limit: int = 100,
        entrypoint: bool | None = None,  # noqa: FBT001 - Flyte's signature
    ) -> AsyncIterator[Task]:
        """Deployed tasks in their latest version; with a task's name, all its versions, the newest first.

        Args:
            by_task_name: Only this task.
            by_task_env: Only tasks of this environment.
            project: Instead of the configured one.
            domain: Instead of the configured one.
            sort_by: `name`, `version` or `deployed_at`, and `asc` or `desc`, among those that are listed.
            limit: At most so many.
            entrypoint: Only tasks that are, or are not, entry points.
        """
        state = require_backend()
        scope = (project or state.project or "", domain or state.domain or "")
        found: list[TaskVersion] = []
        async for record in _listed(scope, by_task_name, by_task_env, limit, entrypoint=entrypoint):
            in_environment = by_task_env is None or record.environment == by_task_env
            if in_environment and entrypoint in {None, record.entrypoint}:
                found.append(record)
            if len(found) >= limit:
                break
        if sort_by is not None:
            found.sort(key=lambda record: _sort_value(record, sort_by[0]), reverse=sort_by[1] == "desc")
        for record in found:
            yield cls(record, *scope)

    @property
    def name(self) -> str:
        """`environment.function`."""
        return self.record.name

    @property
    def version(self) -> str:
        """The version."""
        return self.record.version

    @property
    def entrypoint(self) -> bool:
        """Whether it is marked as an entry point."""
        return self.record.entrypoint

    @property
    def url(self) -> str:
        """Where people can see it: the console, else the API itself."""
        from ._endpoint import parse_endpoint

        platform = require_backend().platform
        if platform.console_endpoint:
            base = parse_endpoint(platform.console_endpoint, insecure=platform.insecure).url
            return f"{base}/v2/domain/{self._domain}/project/{self._project}/tasks/{self.name}"
        endpoint = parse_endpoint(platform.endpoint or "", insecure=platform.insecure)
        return f"{endpoint.url}{scope_path(self._project, self._domain, 'tasks', self.name, 'versions', self.version)}"

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self.record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"Task(name={self.name!r}, version={self.version!r})"


class TaskDetails:
    """One version of a deployed task with everything known of it."""

    def __init__(
        self, record: TaskDetailsModel, project: str, domain: str, overrides: Mapping[str, Any] | None = None
    ) -> None:
        self.record = record
        self.project = project
        self.domain = domain
        self._overrides = dict(overrides or {})

    @classmethod
    def get(
        cls,
        name: str,
        project: str | None = None,
        domain: str | None = None,
        version: str | None = None,
        auto_version: AutoVersioning | None = None,
    ) -> LazyEntity:
        """The same as `Task.get`."""
        return Task.get(name, project, domain, version, auto_version)

    @classmethod
    async def fetch(
        cls,
        name: str,
        project: str | None = None,
        domain: str | None = None,
        version: str | None = None,
        auto_version: AutoVersioning | None = None,
    ) -> TaskDetails:
        """The details, at once.

        Raises:
            RemoteTaskNotFoundError: no such task, or not in that version.
        """
        return await Task.get(name, project, domain, version, auto_version).fetch.aio()

    @classmethod
    async def of(cls, name: str, version: str, project: str | None, domain: str | None) -> TaskDetails:
        """The details of that version, or of the latest."""
        from flyte.protocol.api import TaskDetails as TaskDetailsModel

        state = require_backend()
        scope = (project or state.project or "", domain or state.domain or "")
        path = scope_path(*scope, "tasks", checked("task", name), "versions", checked("version", version))
        return cls(await get_client().get(path, TaskDetailsModel), *scope)

    def override(
        self,
        *,
        short_name: str | None = None,
        resources: Resources | None = None,
        retries: int | RetryStrategy | None = None,
        timeout: TimeoutType | None = None,
        env_vars: dict[str, str] | None = None,
        secrets: SecretRequest | None = None,
        service_account: str | None = None,
        max_inline_io_bytes: int | None = None,
        cache: Cache | None = None,
        queue: str | None = None,
        produces_artifacts: bool | None = None,
        **kwargs: Any,
    ) -> TaskDetails:
        """The same task with other settings. See `LazyEntity.override`."""
        given = {name: value for name, value in locals().items() if name not in {"self", "kwargs"}}
        wanted = {**self._overrides, **checked_overrides(self.name, given | kwargs)}
        return TaskDetails(self.record, self.project, self.domain, wanted)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Inside a task on the backend, a child action; the result is awaited.

        Raises:
            RemoteTaskUsageError: outside of a task, in a local run, or of another project or domain.
        """
        scope = (self.project, self.domain)
        return call_deployed(self.name, self.record.spec.version, scope, self._overrides, args, kwargs)

    @property
    def overridden(self) -> bool:
        """Whether it has other settings than the deployed task."""
        return bool(self._overrides)

    @cached_property
    def spec(self) -> TaskSpec:
        """The specification, with the settings that it is run with."""
        return with_overrides(self.record.spec, self._overrides) if self._overrides else self.record.spec

    @property
    def name(self) -> str:
        """`environment.function`."""
        return self.record.spec.name

    @property
    def version(self) -> str:
        """The version."""
        return self.record.spec.version

    @property
    def interface(self) -> Interface:
        """Inputs and outputs, with JSON schemas."""
        return self.spec.interface

    @property
    def required_args(self) -> tuple[str, ...]:
        """Inputs without a default."""
        return tuple(parameter.name for parameter in self.interface.inputs if parameter.required)

    @property
    def default_input_args(self) -> tuple[str, ...]:
        """Inputs with a default."""
        return tuple(parameter.name for parameter in self.interface.inputs if not parameter.required)

    @property
    def task_type(self) -> str:
        """Always `python`."""
        return "python"

    @property
    def resources(self) -> dict[str, int]:
        """The memory that it gets, in MB."""
        return {"memory_mb": self.spec.memory_mb}

    @property
    def cache(self) -> Cache:
        """How its results are reused. `behavior` is `override` where they are: by the version that is shown."""
        from flyte._cache import cache_of

        return cache_of(self.spec.cache, "override")

    @property
    def secrets(self) -> tuple[SecretRef, ...]:
        """The secrets that it receives."""
        return self.spec.secrets

    @property
    def max_inline_io_bytes(self) -> int:
        """How large all inputs, or all outputs, may be."""
        return self.spec.max_inline_io_bytes

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self.record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"TaskDetails(name={self.name!r}, version={self.version!r})"


async def _listed(
    scope: tuple[str, str], name: str | None, environment: str | None, limit: int, *, entrypoint: bool | None
) -> AsyncIterator[TaskVersion]:
    from flyte.protocol.api import TaskPage

    path = scope_path(*scope, "tasks", *(() if name is None else (checked("task", name), "versions")))
    query: dict[str, str | int | None] = {"limit": min(limit, PAGE)}
    if name is None:
        query["environment"] = environment
        query["entrypoint"] = None if entrypoint is None else str(entrypoint).lower()
    while True:
        page = await get_client().get(path, TaskPage, query)
        for record in page.tasks:
            yield record
        if page.cursor is None:
            return
        query["cursor"] = page.cursor


def _sort_value(record: TaskVersion, field: str) -> Any:
    names = {"name": "name", "version": "version", "deployed_at": "deployed_at", "created_at": "deployed_at"}
    if field not in names:
        raise ValueError(f"sort_by={field!r}: one of {', '.join(names)}")
    return getattr(record, names[field])
