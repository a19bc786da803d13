"""Task environments: tasks that share resources, packages, variables and secrets, and are deployed together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from ._cache import as_cache
from ._documentation import PodTemplate
from ._expect import expect, expect_texts
from ._image import Image
from ._resources import Resources
from ._reusable import ReusePolicy
from ._secret import SecretRequest, as_secrets
from ._task import TaskTemplate
from ._task_plugins import TaskPluginRegistry
from .protocol.limits import DEFAULT_MAX_INLINE_IO_BYTES

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from ._cache import CacheRequest
    from ._documentation import Documentation, Link
    from ._retry import RetryStrategy
    from ._timeout import TimeoutType
    from ._trigger import Trigger

P = ParamSpec("P")
R = TypeVar("R")

_NAME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_DESCRIPTION_CHARS = 255
_PACKAGE = str(Path(__file__).resolve().parent)


@dataclass(eq=False)
class Environment:
    """What every environment has.

    Args:
        name: Lower-case letters, digits, `-` and `_`; unique among what is deployed together.
        depends_on: Environments whose tasks this one's tasks call: deployed with it.
        pod_template: Accepted for Kubernetes; no effect on Lambda.
        description: What it is for; cut at 255 characters.
        secrets: Secrets that every task receives.
        env_vars: Environment variables of every task.
        resources: What every task asks of its machine.
        interruptible: Accepted for Kubernetes; no effect on Lambda.
        image: The packages that the tasks need: `flyte.Image`, or `"auto"` for none beyond Python.
        include: Files, folders or globs for the bundle, relative to the file that declares the environment.
    """

    name: str
    depends_on: list[Environment] = field(default_factory=list, repr=False)
    pod_template: str | PodTemplate | None = None
    description: str | None = None
    secrets: SecretRequest | None = None
    env_vars: dict[str, str] | None = None
    resources: Resources | None = None
    interruptible: bool = False
    image: str | Image | None = "auto"
    include: tuple[str, ...] = ()
    service_account: str | None = None

    def __post_init__(self) -> None:
        self._declaring_file = _caller_file()
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ValueError(
                f"environment name {self.name!r}: lower-case letters and digits, with single '-' or '_' between them"
            )
        self._check()
        if self.description and len(self.description) > _DESCRIPTION_CHARS:
            self.description = self.description[: _DESCRIPTION_CHARS - 3] + "..."

    def _check(self) -> None:
        is_series = isinstance(self.include, Iterable) and not isinstance(self.include, str)
        listed = tuple(self.include) if is_series else ()
        if not is_series or not all(isinstance(entry, str) for entry in listed):
            raise TypeError(f"include={self.include!r}: wanted a tuple of texts, such as include=('data.txt',)")
        self.include = listed
        if not isinstance(self.depends_on, list) or not all(isinstance(e, Environment) for e in self.depends_on):
            raise TypeError(f"depends_on={self.depends_on!r}: wanted a list of environments")
        if any(each.name == self.name for each in self.depends_on):
            raise ValueError(f"depends_on: environment {self.name} cannot depend on itself")
        expect_texts("env_vars", self.env_vars)
        expect("resources", self.resources, Resources)
        expect("image", self.image, Image, str)
        expect("pod_template", self.pod_template, PodTemplate, str)
        expect("description", self.description, str)
        expect("interruptible", self.interruptible, bool, optional=False)
        expect("service_account", self.service_account, str)
        as_secrets(self.secrets)

    def add_dependency(self, *env: Environment) -> None:
        """Adds environments whose tasks this one's tasks call.

        Raises:
            ValueError: It is this environment itself.
            TypeError: It is no environment.
        """
        for other in env:
            if not isinstance(other, Environment):
                raise TypeError(f"add_dependency({other!r}): an environment")
            if other is self or other.name == self.name:
                raise ValueError(f"environment {self.name} cannot depend on itself")
            if other not in self.depends_on:
                self.depends_on.append(other)


@dataclass(eq=False)
class TaskEnvironment(Environment):
    """An environment of tasks. See `Environment` for the other parameters.

    Args:
        cache: Whether results of its tasks are reused.
        reusable: Accepted and checked; Lambda keeps warm sandboxes by itself.
        plugin_config: Chooses the kind of its tasks, if `flyte.extend.TaskPluginRegistry` knows one for its class.
        queue: Accepted; Lambda has no queues.
    """

    _: KW_ONLY
    cache: CacheRequest = "disable"
    reusable: ReusePolicy | None = None
    plugin_config: Any = None
    queue: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._tasks: dict[str, TaskTemplate[..., Any]] = {}

    def _check(self) -> None:
        super()._check()
        as_cache(self.cache)
        expect("reusable", self.reusable, ReusePolicy)
        expect("queue", self.queue, str)

    @property
    def tasks(self) -> dict[str, TaskTemplate[..., Any]]:
        """Its tasks by full name, `environment.function`."""
        return self._tasks

    @overload
    def task(self, _func: Callable[P, R], /) -> TaskTemplate[P, R]: ...
    @overload
    def task(
        self,
        _func: None = None,
        *,
        short_name: str | None = ...,
        cache: CacheRequest | None = ...,
        retries: int | RetryStrategy = ...,
        timeout: TimeoutType = ...,
        docs: Documentation | None = ...,
        pod_template: str | PodTemplate | None = ...,
        report: bool = ...,
        interruptible: bool | None = ...,
        max_inline_io_bytes: int = ...,
        queue: str | None = ...,
        service_account: str | None = ...,
        triggers: tuple[Trigger, ...] | Trigger = ...,
        links: tuple[Link, ...] | Link = ...,
        task_resolver: Any = ...,
        entrypoint: bool = ...,
        produces_artifacts: bool = ...,
    ) -> Callable[[Callable[P, R]], TaskTemplate[P, R]]: ...
    def task(
        self,
        _func: Any = None,
        *,
        short_name: str | None = None,
        cache: CacheRequest | None = None,
        retries: int | RetryStrategy = 0,
        timeout: TimeoutType = 0,
        docs: Documentation | None = None,
        pod_template: str | PodTemplate | None = None,
        report: bool = False,
        interruptible: bool | None = None,
        max_inline_io_bytes: int = DEFAULT_MAX_INLINE_IO_BYTES,
        queue: str | None = None,
        service_account: str | None = None,
        triggers: tuple[Trigger, ...] | Trigger = (),
        links: tuple[Link, ...] | Link = (),
        task_resolver: Any = None,
        entrypoint: bool = False,
        produces_artifacts: bool = False,
    ) -> Any:
        """Makes a function a task of this environment: `@env.task`, or `@env.task(retries=3, …)`.

        What is None is the environment's.

        Args:
            _func: The function, `def` or `async def`; its parameters and result are annotated.
            short_name: How it is shown; by default the function's name.
            cache: Whether its results are reused.
            retries: How often a failed attempt is followed by another.
            timeout: Seconds or a timedelta that an attempt may take, or a `flyte.Timeout`.
            docs: What it is for; by default the docstring.
            pod_template: Accepted for Kubernetes; no effect on Lambda.
            report: Whether it writes a report.
            interruptible: Accepted for Kubernetes; no effect on Lambda.
            max_inline_io_bytes: The most that its inputs, or its outputs, may have as JSON.
            queue: Accepted; Lambda has no queues.
            service_account: The IAM role, by name or ARN, that its AWS credentials are of.
            triggers: What starts it.
            links: Shown with each of its actions.
            task_resolver: Accepted; tasks are found by their module's name.
            entrypoint: Whether it is one of those that people are to start.
            produces_artifacts: Accepted; there are no artifacts of runs here.

        Raises:
            TypeError: An option that does not exist, or of the wrong type.
            ValueError: A value that does not make sense.
        """
        options = {name: value for name, value in locals().items() if name not in {"self", "_func"}}
        if _func is None:
            return lambda function: self._add(function, options)
        return self._add(_func, options)

    def _add(self, function: Callable[..., Any], options: dict[str, Any]) -> TaskTemplate[..., Any]:
        inherited = {name for name in _INHERITED if options.get(name) is None}
        given = {name: value for name, value in options.items() if name not in inherited}
        template = TaskPluginRegistry.find(type(self.plugin_config)) or TaskTemplate
        made: TaskTemplate[..., Any] = template(
            name=f"{self.name}.{function.__name__}",
            func=function,
            parent_env=self,
            image=self.image,
            resources=self.resources,
            env_vars=self.env_vars,
            secrets=self.secrets,
            reusable=self.reusable,
            plugin_config=self.plugin_config,
            **{name: getattr(self, name) for name in inherited},
            **given,
        )
        self._tasks[made.name] = made
        return made

    def clone_with(
        self,
        name: str,
        image: str | Image | None = None,
        resources: Resources | None = None,
        env_vars: dict[str, str] | None = None,
        secrets: SecretRequest | None = None,
        depends_on: list[Environment] | None = None,
        description: str | None = None,
        interruptible: bool | None = None,  # noqa: FBT001 - Flyte's signature
        include: tuple[str, ...] | None = None,
        service_account: str | None = None,
        *,
        pod_template: str | PodTemplate | None = None,
        cache: CacheRequest | None = None,
        reusable: ReusePolicy | None = None,
        plugin_config: Any = None,
        queue: str | None = None,
    ) -> TaskEnvironment:
        """A new environment with the same settings but those given, and without tasks.

        Raises:
            TypeError: A setting that does not exist, or of the wrong type.
        """
        given = {name: value for name, value in locals().items() if name != "self" and value is not None}
        made = replace(self, **{"depends_on": list(self.depends_on), **given})
        made._declaring_file = _caller_file()  # noqa: SLF001 - its own class
        return made

    @classmethod
    def from_task(
        cls, name: str, *tasks: TaskTemplate[..., Any], depends_on: list[Environment] | None = None
    ) -> TaskEnvironment:
        """An environment of ready-made tasks, which must share one image.

        Raises:
            ValueError: There are none, one belongs to an environment already, or their images differ.
            TypeError: One is no task.
        """
        if not tasks:
            raise ValueError("from_task needs at least one task")
        if strange := [task for task in tasks if not isinstance(task, TaskTemplate)]:
            raise TypeError(f"from_task: {strange[0]!r} is no task")
        if taken := [task.name for task in tasks if task.parent_env is not None]:
            raise ValueError(f"{taken[0]} belongs to environment {taken[0].partition('.')[0]} already")
        images = {repr(task.image) for task in tasks}
        if len(images) > 1:
            raise ValueError(f"the tasks of one environment share one image; here are {len(images)}")
        made = cls(
            name=name,
            image=tasks[0].image,
            resources=tasks[0].resources,
            depends_on=[] if depends_on is None else depends_on,
        )
        for task in tasks:
            task.parent_env = made
            task.name = f"{name}.{task.func.__name__}"
            made._tasks[task.name] = task
        return made


_INHERITED = frozenset({"cache", "interruptible", "service_account", "pod_template", "queue"})
"""Options of a task that its environment gives, where the task does not."""


def _caller_file() -> Path | None:
    """The file of the first caller outside of this package and of dataclasses."""
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() reads every file on the way
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_PACKAGE, "<")) and not name.endswith("dataclasses.py"):
            return Path(name).resolve()
        frame = frame.f_back
    return None
