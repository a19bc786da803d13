"""Runs of tasks that no file holds: in a notebook, in the REPL, from standard input. Their code is a pickle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte.bundle import make_bundle
from flyte.bundle._layout import code_root, is_installed
from flyte.bundle._pickled import check_python, has_file, pickled
from flyte.errors import CodeBundleError
from flyte.protocol.tasks import Loader

from ._plan import code_root_here, tasks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte._environment import Environment
    from flyte._task import TaskTemplate
    from flyte.bundle import CodeBundle, CodeRoot, CopyStyle


def is_pickled(task: TaskTemplate[..., Any], environments: Sequence[Environment], asked: bool | None) -> bool:  # noqa: FBT001 - Flyte's three values
    """Whether a run sends a pickle: where `interactive_mode` says so, else where some task has no file."""
    if asked is not None:
        return asked
    return not all(has_file(each) for each in _all_tasks(task, environments).values())


async def check_backend() -> None:
    """Refuses a pickle that the backend's Python could not read.

    Raises:
        CodeBundleError: It is another Python than this one.
    """
    from flyte.protocol.api import Health
    from flyte.remote._http import get_client, path_of

    health = await get_client().get(path_of("health"), Health)
    if health.platform is not None:
        check_python(health.platform.python)


def pickled_code(
    task: TaskTemplate[..., Any],
    environments: Sequence[Environment],
    *,
    root_dir: Path | None,
    sync_sys_path: bool = True,
    copy_style: CopyStyle = "loaded_modules",
) -> tuple[CodeBundle, Loader]:
    """The artifact of a task that is sent as a pickle, and how a worker finds it there.

    Args:
        task: The task that is run.
        environments: Those whose tasks it may call.
        root_dir: Where the modules that it imports have their root; the current folder if that was not said.
        sync_sys_path: Whether folders of `sys.path` below the root are import folders.
        copy_style: Which files go along with the pickle: modules that are imported, all, or none.

    Raises:
        CodeBundleError: An environment includes files, or something cannot be pickled.
    """
    for environment in environments:
        if environment.include:
            raise CodeBundleError(
                f"environment {environment.name} includes {', '.join(environment.include)}: include is relative to a "
                "file, and a task of a notebook or the REPL has none; put the task into a file, give the data as "
                'flyte.io.File, or bundle the current folder with copy_style="all"'
            )
    tasks = _all_tasks(task, environments)
    root = _root(root_dir, sync_sys_path=sync_sys_path)
    files = [Path(each.source_file).resolve() for each in tasks.values() if each.source_file and has_file(each)]
    sources = [file for file in files if not is_installed(file)]
    bundle = make_bundle(root, copy_style=copy_style, sources=sources, made=pickled(tasks))
    return bundle, Loader(module=None, attribute=task.name, sys_path=root.sys_path)


def _root(root_dir: Path | None, *, sync_sys_path: bool) -> CodeRoot:
    here = code_root_here(root_dir)
    return code_root(here.path, here.path, "", sync_sys_path=sync_sys_path)


def _all_tasks(task: TaskTemplate[..., Any], environments: Sequence[Environment]) -> dict[str, TaskTemplate[..., Any]]:
    """Tasks by name; the one that is run wins over the one that it may be an override of."""
    return {**{each.name: each for env in environments for each in tasks_of(env)}, task.name: task}
