"""Where a task finds itself: `flyte.ctx()`, groups and custom context. Context variables, so that tasks do not mix."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ._checkpoint import Checkpoint
    from .report import Report
    from .runtime.controller import ActionState, Controller

_CHECKPOINT = "flyte.checkpoint"
"""Where `TaskContext.data` keeps an attempt's one checkpoint."""


@dataclass(frozen=True)
class ActionID:
    """What names the running action."""

    name: str
    run_name: str | None = None
    project: str | None = None
    domain: str | None = None
    org: str | None = None

    @classmethod
    def create_random(cls) -> ActionID:
        """Names that nothing else has, for tests and tools."""
        name = str(uuid.uuid4())
        return cls(name, run_name=name)


@dataclass(frozen=True)
class PathRewrite:
    """How paths that begin with one prefix are read under another."""

    old_prefix: str
    new_prefix: str

    @classmethod
    def from_str(cls, pattern: str) -> PathRewrite:
        """From `old->new`.

        Raises:
            ValueError: It is not written like that.
        """
        old, arrow, new = pattern.partition("->")
        if not arrow or not old or not new:
            raise ValueError(f"path rewrite {pattern!r}: written as old->new")
        return cls(old, new)


@dataclass(frozen=True)
class RawDataPath:
    """Where a task may write data of its own."""

    path: str
    path_rewrite: PathRewrite | None = None

    @classmethod
    def from_local_folder(cls, local_folder: str | Path | None = None) -> RawDataPath:
        """A folder of this machine, made if it is not there; a fresh temporary one if none is named."""
        from pathlib import Path

        folder = Path(local_folder) if local_folder is not None else Path(tempfile.mkdtemp(prefix="flyte-data-"))
        folder.mkdir(parents=True, exist_ok=True)
        return cls(str(folder))

    def get_random_remote_path(self, file_name: str | None = None) -> str:
        """A path below that nobody else has."""
        return "/".join(part for part in (self.path.rstrip("/"), uuid.uuid4().hex, file_name) if part)

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True)
class GroupData:
    """The group that actions started here belong to, and how many of them there will be, if that is known."""

    name: str
    size: int | None = None


@dataclass(frozen=True)
class CheckpointPaths:
    """Where the action's checkpoint lies."""

    checkpoint_path: str
    prev_checkpoint_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaskContext:
    """What a running task may know of itself. True as a condition; the one outside of a run is false.

    Attributes:
        action: Names of the action, its run, project and domain.
        version: Version of the task's code.
        raw_data_path: Where the task may write data of its own.
        output_path: Where the action's outputs lie.
        run_base_dir: Where the run's data lies.
        group_data: The group that actions started here belong to.
        custom_context: Text by name, handed down to children.
        mode: `local` or `remote`.
        run_start_time: When the run was created; the same for all its actions.
        attempt_number: Which attempt this is, from 0.
    """

    action: ActionID
    version: str
    raw_data_path: RawDataPath
    output_path: str
    run_base_dir: str
    input_path: str | None = None
    report: Report
    group_data: GroupData | None = None
    checkpoint_paths: CheckpointPaths | None = None
    code_bundle: Any = None
    compiled_image_cache: Any = None
    data: dict[str, Any] = field(default_factory=dict)
    mode: Literal["local", "remote", "hybrid"] = "remote"
    interactive_mode: bool = False
    custom_context: dict[str, str] = field(default_factory=dict)
    disable_run_cache: bool = False
    run_start_time: datetime | None = None
    attempt_number: int = 0
    controller: Controller = field(repr=False, compare=False)
    state: ActionState = field(repr=False, compare=False)
    in_trace: bool = False

    def replace(self, **changes: Any) -> TaskContext:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def is_in_cluster(self) -> bool:
        """Whether the task runs on the backend."""
        return self.mode == "remote"

    @property
    def task_action(self) -> ActionID:
        """The action that the running task is; the same as `action` here."""
        return self.action

    @property
    def restart_attempt(self) -> int:
        """Restarts of a group of workers: 0, because each task is one worker here."""
        return 0

    @property
    def in_driver_literal_conversion(self) -> bool:
        """Whether values are being converted outside of a task: never when there is a context."""
        return False

    @property
    def rank(self) -> int | None:
        """Which of a group of workers this is, where a launcher set RANK; the other properties likewise."""
        return _launched("RANK")

    @property
    def world_size(self) -> int | None:
        """How many workers the group has."""
        return _launched("WORLD_SIZE")

    @property
    def local_rank(self) -> int | None:
        """Which of the machine's workers this is."""
        return _launched("LOCAL_RANK")

    @property
    def local_world_size(self) -> int | None:
        """How many workers the machine has."""
        return _launched("LOCAL_WORLD_SIZE")

    @property
    def node_rank(self) -> int | None:
        """Which of the group's machines this is."""
        return _launched("GROUP_RANK")

    @property
    def nnodes(self) -> int | None:
        """How many machines the group has."""
        return _launched("GROUP_WORLD_SIZE")

    @property
    def master_addr(self) -> str | None:
        """The address of the group's first worker."""
        return os.environ.get("MASTER_ADDR")

    @property
    def master_port(self) -> int | None:
        """The port of the group's first worker."""
        return _launched("MASTER_PORT")

    @property
    def checkpoint(self) -> Checkpoint:
        """The action's checkpoint: what an attempt saves, the next one loads."""
        from ._checkpoint import Checkpoint

        paths = self.checkpoint_paths
        assert paths is not None, "every action has a place for its checkpoint"  # noqa: S101 - an invariant
        key = f"{_CHECKPOINT}.{self.attempt_number}"  # the next attempt loads anew what this one saves
        made: Checkpoint = self.data.setdefault(key, Checkpoint(paths.checkpoint_path, paths.prev_checkpoint_path))
        return made


def _launched(name: str) -> int | None:
    """A number that a launcher of groups, such as torchrun, left in the environment."""
    value = os.environ.get(name)
    return int(value) if value else None


class _NoTaskContext:
    """The context outside of a run: false, with nothing in it."""

    custom_context: dict[str, str]

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NullTaskContext()"

    def __getattr__(self, name: str) -> Any:
        if name == "custom_context":
            return get_custom_context()
        if name in {f.name for f in dataclasses.fields(TaskContext)} or isinstance(
            getattr(TaskContext, name, None), property
        ):
            return None
        raise AttributeError(name)

    def is_in_cluster(self) -> bool:
        """Whether the task runs on the backend: there is none here."""
        return False


NO_TASK_CONTEXT = _NoTaskContext()
_current: ContextVar[TaskContext | None] = ContextVar("flyte_task_context", default=None)
_outside: ContextVar[dict[str, str] | None] = ContextVar("flyte_custom_context_outside", default=None)


def current() -> TaskContext | None:
    """The running task's context, or None outside of a run."""
    return _current.get()


def ctx() -> TaskContext:
    """The running task's context. Outside of a run it is false, and its fields are None."""
    return _current.get() or NO_TASK_CONTEXT  # type: ignore[return-value] # the same fields, false as a condition


def enter(context: TaskContext) -> None:
    """Makes the context current in this thread's or asyncio task's copy of the context variables."""
    _current.set(context)


@contextlib.contextmanager
def entered(context: TaskContext) -> Iterator[None]:
    """Makes the context current for a block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


@contextlib.contextmanager
def group(name: str) -> Iterator[None]:
    """Actions started in the block belong to the group; the name is part of what tells equal calls apart."""
    with group_of(name, None):
        yield


@contextlib.contextmanager
def group_of(name: str, size: int | None) -> Iterator[None]:
    """As `group`, where it is known how many actions there will be."""
    context = _current.get()
    if context is None:
        yield
        return
    with entered(context.replace(group_data=GroupData(name, size))):
        yield


@contextlib.contextmanager
def custom_context(**context: str) -> Iterator[None]:
    """Adds text by name to the custom context of this block and of the actions started in it."""
    for name, value in context.items():
        if not isinstance(value, str):
            raise TypeError(f"custom_context: {name} is {value!r}, wanted text")
    running = _current.get()
    if running is not None:
        with entered(running.replace(custom_context={**running.custom_context, **context})):
            yield
        return
    token = _outside.set({**(_outside.get() or {}), **context})
    try:
        yield
    finally:
        _outside.reset(token)


def get_custom_context() -> dict[str, str]:
    """The custom context here; empty where none was set."""
    running = _current.get()
    return dict(running.custom_context) if running is not None else dict(_outside.get() or {})
