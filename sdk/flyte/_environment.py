"""Task environments: tasks that share resources, packages, variables and secrets, and are deployed together."""

from __future__ import annotations

import re
import sys
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from ._image import Image
from ._resources import Resources
from ._reusable import ReusePolicy
from ._secret import SecretRequest, as_secrets
from ._task import TaskTemplate

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from ._cache import CacheRequest
    from ._documentation import Documentation, Link, PodTemplate
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
        if self.description and len(self.description) > _DESCRIPTION_CHARS:
            self.description = self.description[: _DESCRIPTION_CHARS - 3] + "..."
        self._check_types()

    def _check_types(self) -> None:
        if isinstance(self.include, str) or not all(isinstance(entry, str) for entry in self.include):
            raise TypeError(f"include={self.include!r}: a tuple of texts, such as include=('data.txt',)")
        self.include = tuple(self.include)
        if not isinstance(self.depends_on, list) or not all(isinstance(e, Environment) for e in self.depends_on):
            raise TypeError(f"depends_on={self.depends_on!r}: a list of environments")
        if self.env_vars is not None:
            _check_env_vars(self.env_vars)
        if self.resources is not None and not isinstance(self.resources, Resources):
            raise TypeError(f"resources={self.resources!r}: a flyte.Resources")
        if self.image is not None and not isinstance(self.image, str | Image):
            raise TypeError(f"image={self.image!r}: a flyte.Image, a text, or 'auto'")
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
        plugin_config: Accepted for plugins.
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
        if self.reusable is not None and not isinstance(self.reusable, ReusePolicy):
            raise TypeError(f"reusable={self.reusable!r}: a flyte.ReusePolicy")

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
    def task(self, _func: Any = None, **options: Any) -> Any:
        """Makes a function a task of this environment: `@env.task`, or `@env.task(retries=3, …)`.

        Args:
            _func: The function, `def` or `async def`; its parameters and result are annotated.
            **options: short_name, cache, retries, timeout (seconds, timedelta or `flyte.Timeout`), docs, report,
                triggers, links, max_inline_io_bytes (bytes), and the others of `TaskTemplate`.

        Raises:
            TypeError: An option that does not exist, or of the wrong type.
            ValueError: A value that does not make sense, or a task of that name exists.
        """
        if _func is None:
            return lambda function: self._add(function, options)
        return self._add(_func, options)

    def _add(self, function: Callable[..., Any], options: dict[str, Any]) -> TaskTemplate[..., Any]:
        unknown = options.keys() - _TASK_OPTIONS
        if unknown:
            known = ", ".join(sorted(_TASK_OPTIONS))
            raise TypeError(f"@{self.name}.task: no option {min(unknown)!r}; the options are: {known}")
        given = {name: value for name, value in options.items() if value is not None}
        for plural in ("triggers", "links"):
            if plural in given and not isinstance(given[plural], tuple | list):
                given[plural] = (given[plural],)
        made: TaskTemplate[..., Any] = TaskTemplate(
            name=f"{self.name}.{function.__name__}",
            func=function,
            parent_env=self,
            **{
                "image": self.image,
                "resources": self.resources,
                "cache": self.cache,
                "env_vars": self.env_vars,
                "secrets": self.secrets,
                "interruptible": self.interruptible,
                "service_account": self.service_account,
                "reusable": self.reusable,
                "pod_template": self.pod_template,
                "plugin_config": self.plugin_config,
                "queue": self.queue,
                **given,
            },
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
        **changes: Any,
    ) -> TaskEnvironment:
        """A new environment with the same settings but those given, and without tasks."""
        allowed = {"interruptible", "include", "cache", "reusable", "plugin_config", "queue", "service_account"}
        if unknown := changes.keys() - allowed - {"pod_template"}:
            raise TypeError(f"clone_with: no setting {min(unknown)!r}")
        given = {
            "image": image,
            "resources": resources,
            "env_vars": env_vars,
            "secrets": secrets,
            "description": description,
            **changes,
        }
        kept = {key: value for key, value in given.items() if value is not None}
        made = replace(self, name=name, depends_on=list(depends_on or self.depends_on), **kept)
        made._declaring_file = _caller_file()  # noqa: SLF001 - its own class
        return made

    @classmethod
    def from_task(
        cls, name: str, *tasks: TaskTemplate[..., Any], depends_on: list[Environment] | None = None
    ) -> TaskEnvironment:
        """An environment of ready-made tasks, which must share one image.

        Raises:
            ValueError: There are none, one belongs to an environment already, or their images differ.
        """
        if not tasks:
            raise ValueError("from_task needs at least one task")
        if taken := [task.name for task in tasks if task.parent_env is not None]:
            raise ValueError(f"{taken[0]} belongs to environment {taken[0].partition('.')[0]} already")
        images = {repr(task.image) for task in tasks}
        if len(images) > 1:
            raise ValueError(f"the tasks of one environment share one image; here are {len(images)}")
        made = cls(name=name, image=tasks[0].image, resources=tasks[0].resources, depends_on=depends_on or [])
        for task in tasks:
            task.parent_env = made
            task.name = f"{name}.{task.func.__name__}"
            made._tasks[task.name] = task
        return made


_TASK_OPTIONS = frozenset(
    {
        "short_name",
        "cache",
        "retries",
        "timeout",
        "docs",
        "pod_template",
        "report",
        "interruptible",
        "max_inline_io_bytes",
        "queue",
        "service_account",
        "triggers",
        "links",
        "task_resolver",
        "entrypoint",
        "produces_artifacts",
    }
)


def _check_env_vars(env_vars: Any) -> None:
    if not isinstance(env_vars, dict):
        raise TypeError(f"env_vars={env_vars!r}: a dict of texts")
    for key, value in env_vars.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"env_vars: {key!r} is {value!r}, wanted text")


def _caller_file() -> Path | None:
    """The file of the first caller outside of this package and of dataclasses."""
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() reads every file on the way
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_PACKAGE, "<")) and not name.endswith("dataclasses.py"):
            return Path(name).resolve()
        frame = frame.f_back
    return None
