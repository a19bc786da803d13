"""A task: a Python function that can also be run as an action.

Outside of a run, calling a task is calling its function. Inside one, the running task's controller takes the call.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, ParamSpec, TypeVar, cast

from . import _context
from ._cache import Cache, CacheRequest, as_cache
from ._documentation import Documentation, Link, PodTemplate
from ._expect import expect, expect_texts
from ._resources import Resources
from ._retry import RetryStrategy, as_strategy
from ._reusable import ReusePolicy
from ._secret import SecretRequest, as_secrets
from ._timeout import TimeoutType, as_timeout
from ._trigger import Trigger
from .protocol.limits import DEFAULT_MAX_INLINE_IO_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ._environment import TaskEnvironment
    from ._image import Image
    from .types import NativeInterface

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(kw_only=True, eq=False)
class TaskTemplate(Generic[P, R]):
    """A task with everything that is said of it. Made by `@env.task`; copies with changes by `override`.

    Attributes:
        name: `environment.function`, unique within a project and domain.
        func: The user's function.
        short_name: How it is shown.
        parent_env: Its environment.
    """

    name: str
    func: Callable[..., Any]
    parent_env: TaskEnvironment | None = dataclasses.field(default=None, repr=False)
    short_name: str = ""
    task_type: str = "python"
    task_type_version: int = 0
    image: str | Image | None = "auto"
    resources: Resources | None = None
    cache: CacheRequest = "disable"
    retries: RetryStrategy | int = 0
    timeout: TimeoutType | None = None
    docs: Documentation | None = None
    env_vars: dict[str, str] | None = None
    secrets: SecretRequest | None = None
    report: bool = False
    interruptible: bool = False
    max_inline_io_bytes: int = DEFAULT_MAX_INLINE_IO_BYTES
    queue: str | None = None
    service_account: str | None = None
    triggers: tuple[Trigger, ...] = ()
    links: tuple[Link, ...] = ()
    reusable: ReusePolicy | None = None
    pod_template: str | PodTemplate | None = None
    plugin_config: Any = None
    task_resolver: Any = None
    entrypoint: bool = False
    produces_artifacts: bool = False

    _has_hooks: ClassVar[bool] = False
    """Whether a sub-class has something to do besides the function."""

    def __post_init__(self) -> None:
        functools.update_wrapper(cast("Any", self), self.func, updated=())
        self.short_name = self.short_name or self.func.__name__
        self.cache = as_cache(self.cache)
        self.retries = as_strategy(self.retries)
        self.triggers = _several("triggers", self.triggers, Trigger)
        self.links = _several("links", self.links, Link)
        self._check()

    def _check(self) -> None:
        as_secrets(self.secrets)
        expect_texts("env_vars", self.env_vars)
        expect("short_name", self.short_name, str)
        expect("resources", self.resources, Resources)
        as_timeout(self.timeout)
        expect("docs", self.docs, Documentation)
        expect("pod_template", self.pod_template, PodTemplate, str)
        expect("queue", self.queue, str)
        expect("service_account", self.service_account, str)
        expect("reusable", self.reusable, ReusePolicy)
        for name in ("report", "interruptible", "entrypoint", "produces_artifacts"):
            expect(name, getattr(self, name), bool, optional=False)
        expect("max_inline_io_bytes", self.max_inline_io_bytes, int, optional=False)
        if self.max_inline_io_bytes <= 0:
            raise ValueError(f"{self.name}: max_inline_io_bytes={self.max_inline_io_bytes}: more than nothing")
        if self.reusable is not None and self.reusable.concurrency > 1 and not self.is_async:
            raise ValueError(
                f"{self.name}: its environment runs {self.reusable.concurrency} tasks at a time in one worker, "
                "which needs `async def` tasks"
            )

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def is_async(self) -> bool:
        """Whether the function is `async def`."""
        return inspect.iscoroutinefunction(self.func)

    @functools.cached_property
    def interface(self) -> NativeInterface:
        """Inputs and outputs. Annotations are read when first needed."""
        from .types import NativeInterface

        return NativeInterface.from_callable(self.func)

    @property
    def native_interface(self) -> NativeInterface:
        """The same, under Flyte's name."""
        return self.interface

    @property
    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of the inputs as one object."""
        return self.interface.json_schema

    @property
    def parent_env_name(self) -> str | None:
        """The name of its environment."""
        return self.parent_env.name if self.parent_env is not None else None

    @property
    def source_file(self) -> str | None:
        """The file that defines the function."""
        return inspect.getsourcefile(inspect.unwrap(self.func))

    @property
    def cache_request(self) -> Cache:
        """The cache in its full form."""
        return as_cache(self.cache)

    @property
    def retry_strategy(self) -> RetryStrategy:
        """The retries in their full form."""
        return as_strategy(self.retries)

    # -- calling ---------------------------------------------------------------------------------------------------

    def forward(self, /, *args: Any, **kwargs: Any) -> Any:
        """Runs the function itself, here, without an action. A coroutine if it is async."""
        return self.func(*args, **kwargs)

    async def pre(self, /, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002 - for sub-classes
        """For kinds of tasks of programs' own: what is to be in `flyte.ctx().data` while the function runs."""
        return {}

    async def execute(self, /, *args: Any, **kwargs: Any) -> Any:
        """For them too: an attempt, with `pre` before the function and `post` after it."""
        prepared, context = await self.pre(*args, **kwargs), _context.current()
        if context is not None:
            context.data.update(prepared)
        returned = await self._forward_async(args, kwargs)
        await self.post(returned)
        return returned

    async def post(self, return_vals: Any) -> Any:
        """For them too: told what the function gave back."""
        return return_vals

    def attempt(self, values: dict[str, Any]) -> Any:
        """The function's result, or a coroutine of it: of the function alone where no sub-class has more to do."""
        return self.execute(**values) if self._has_hooks else self.forward(**values)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        hooks = ("pre", "execute", "post")
        cls._has_hooks = any(getattr(cls, name) is not getattr(TaskTemplate, name) for name in hooks)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Outside of a run the function; inside one a child action (a coroutine of it, if the task is async)."""
        context = _context.current()
        if context is None:
            return cast("R", self.forward(*args, **kwargs))
        if self.is_async:
            return cast("R", self.aio(*args, **kwargs))
        return cast("R", context.controller.submit_blocking(self, self._values(context, args, kwargs)))

    def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, Any]:
        """The call as a coroutine, also for a task that is not async."""
        context = _context.current()
        if context is None:
            return self._forward_async(args, kwargs)
        try:
            made = context.controller.submit(self, self._values(context, args, kwargs))
        except Exception as error:  # noqa: BLE001 - whoever awaits the call gets it, as a value from `gather` too
            return _failing(error)
        return cast("Coroutine[Any, Any, Any]", made)

    async def _forward_async(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        returned = self.forward(*args, **kwargs)
        return await returned if inspect.isawaitable(returned) else returned

    def _values(self, context: _context.TaskContext, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        if context.in_trace:
            from .errors import TraceDoesNotAllowNestedTasksError

            raise TraceDoesNotAllowNestedTasksError(
                f"{self.name} is called inside a function with @flyte.trace: only the task itself can start actions; "
                f"call {self.name}.forward(…) to run it in place"
            )
        try:
            return self.interface.bind(args, kwargs)
        except TypeError as error:
            raise ValueError(f"{self.name}: {error}") from None

    # -- changing --------------------------------------------------------------------------------------------------

    def override(
        self,
        *,
        short_name: str | None = None,
        resources: Resources | None = None,
        cache: CacheRequest | None = None,
        retries: int | RetryStrategy | None = None,
        timeout: TimeoutType | None = None,
        reusable: ReusePolicy | Literal["off"] | None = None,
        env_vars: dict[str, str] | None = None,
        secrets: SecretRequest | None = None,
        service_account: str | None = None,
        max_inline_io_bytes: int | None = None,
        pod_template: str | PodTemplate | None = None,
        queue: str | None = None,
        interruptible: bool | None = None,
        entrypoint: bool | None = None,
        produces_artifacts: bool | None = None,
        links: tuple[Link, ...] | Link | None = None,
        plugin_config: Any = None,
        **others: Any,
    ) -> TaskTemplate[P, R]:
        """A copy with other settings; those that are None stay as they are. `reusable="off"` ends the reuse.

        Raises:
            ValueError: A setting that cannot be overridden, such as `name`, `image`, `docs` or `interface`.
            TypeError: One that there is not, or of the wrong type.
        """
        given = {name: value for name, value in locals().items() if name not in {"self", "others"}}
        if others:
            name = min(others)
            is_fixed = name == "interface" or name in self.__dataclass_fields__
            kind, told = (ValueError, "cannot be overridden") if is_fixed else (TypeError, "is no setting of a task")
            raise kind(f"{self.name}: {name} {told}; these can be overridden: {', '.join(given)}")
        kept = {name: value for name, value in given.items() if value is not None}
        if reusable == "off":
            kept["reusable"] = None
        return dataclasses.replace(self, **kept)

    def __repr__(self) -> str:
        return f"TaskTemplate(name={self.name!r}, short_name={self.short_name!r})"


AsyncFunctionTaskTemplate = TaskTemplate
"""Flyte's name for a task made from a function."""


async def _failing(error: Exception) -> Any:
    raise error


def _several(name: str, value: Any, kind: type) -> tuple[Any, ...]:
    """One thing, or several, as a tuple."""
    listed = tuple(value) if isinstance(value, tuple | list) else (value,)
    for each in listed:
        if isinstance(each, type) or not isinstance(each, kind):
            raise TypeError(f"{name}={value!r}: wanted {kind.__name__} or a tuple of them")
    return listed
