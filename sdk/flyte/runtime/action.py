"""Runs the action that a `run` message asks for, in the worker process: finds the task, runs it, names the failure."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte._cache import cache_of
from flyte._context import ActionID, CheckpointPaths, RawDataPath, TaskContext
from flyte._in_task import load_program_for, within_task
from flyte._task import TaskTemplate
from flyte.protocol.tasks import PICKLE_FILE, CacheSettings, Loader, TaskSpec
from flyte.report import Report
from flyte.types.texts import joined

from . import search_path
from .backend_conditions import BackendConditions
from .backend_results import BackendResults
from .backend_traces import BackendTraces
from .children import ChildActions
from .controller import ActionState
from .execution import Failed, Result, Succeeded, execute
from .program_module import import_program
from .results import cache_key, cached, is_serialized, keep
from .task_backend import TaskBackend
from .tracebacks import user_traceback

if TYPE_CHECKING:
    from .channel import Channel
    from .frames import Message


class TaskNotLoadedError(Exception):
    """The artifact does not hold the task that its specification names."""


def run_action(order: Message, channel: Channel) -> Message:
    """The fields of the `done` message for a `run` message."""
    spec = TaskSpec.model_validate_json(order["spec"])
    load_program_for(order["project"], order["domain"])
    try:
        task = _as_called(load(spec.loader), spec.cache)
    except BaseException as error:  # noqa: BLE001 - whatever the user's module raises, SystemExit too
        # What a half-imported program has left in this process, nobody knows.
        return {**_failed(import_failure(error, spec)), "unclean": "its program could not be imported"}
    context, results = context_of(order, spec, channel), BackendResults(channel)
    is_cached = task.cache_request.is_enabled() and not context.disable_run_cache
    inputs = json.loads(order["inputs"]) if is_cached else {}
    outputs = _earlier_outputs(order, results, task, inputs) if is_cached else None
    if outputs is not None:
        return {"outputs": json.dumps(outputs, ensure_ascii=False, allow_nan=False, separators=(",", ":"))}
    with within_task(TaskBackend(channel, context, spec, order["context"]["try_number"])):
        result = execute(task, order["inputs"], context)
    if isinstance(result, Succeeded) and is_cached and not order["context"]["cached_by_caller"]:
        keep(results, task, inputs, result.outputs)
    return _done(result)


def _as_called(task: TaskTemplate[..., Any], settings: CacheSettings) -> TaskTemplate[..., Any]:
    """The task with the cache that its caller has given it, if one has."""
    if not settings.is_override:
        return task
    return task.override(cache=cache_of(settings, "auto"))


def _earlier_outputs(order: Message, results: BackendResults, task: TaskTemplate[..., Any], inputs: Any) -> Any:
    """Outputs of an equal call, which whoever called this one may have looked for."""
    overwrites = order["context"]["overwrite_cache"]
    if not order["context"]["cached_by_caller"]:
        outputs = cached(results, task, inputs, overwrite=overwrites)
        if outputs is not None:
            return outputs
    if overwrites or not is_serialized(task):
        return None
    return results.reserve(cache_key(task, inputs), task.cache_request.max_age_s)


def load(loader: Loader) -> TaskTemplate[..., Any]:
    """The task, from the program in the working directory. Modules stay imported: only the first time takes long.

    Raises:
        TaskNotLoadedError: There is no such task in it.
    """
    search_path.extend(loader.sys_path)
    if loader.module is None:
        found = _pickled(loader.attribute)
    else:
        found = getattr(import_program(loader.module), loader.attribute, None)
    if not isinstance(found, TaskTemplate):
        where = PICKLE_FILE if loader.module is None else f"{loader.module}.{loader.attribute}"
        raise TaskNotLoadedError(
            f"{where} is {found!r}, not a task: was it renamed, or is it made at import only at times?"
        )
    return found


def _pickled(name: str) -> Any:
    from .pickled_program import OtherPythonError, pickled_tasks

    try:
        return pickled_tasks(Path.cwd()).get(name)
    except OtherPythonError as error:
        raise TaskNotLoadedError(str(error)) from None


def import_failure(error: BaseException, spec: TaskSpec) -> Failed:
    """The failure of a program that cannot be imported, with only the user's frames."""
    if isinstance(error, TaskNotLoadedError):
        return Failed("ModuleLoadError", "user", str(error), retriable=False)
    message = str(error) or type(error).__name__
    if isinstance(error, SystemExit):
        message = f"sys.exit({error.code!r}) was called"
    hint = ""
    if isinstance(error, ModuleNotFoundError) and (root := _likely_root(error, spec.loader)) is not None:
        hint = f" It lies below {root}: say so with --root-dir {root}."
    elif isinstance(error, ModuleNotFoundError):
        hint = (
            f" Add the package that holds {error.name!r} to the image of {spec.environment!r} "
            "(flyte.Image…with_pip_packages), or the file to what is bundled (--copy-style all, or include=)."
        )
    what = "its pickle cannot be loaded" if spec.loader.module is None else f"{spec.loader.module} cannot be imported"
    text = f"{what}: {message}.{hint}"
    return Failed(type(error).__name__, "user", text, user_traceback(error))


def _likely_root(error: ModuleNotFoundError, loader: Loader) -> str | None:
    """The folder from which the program's own packages can be imported, where the root is a folder above it."""
    parts, missing = (loader.module or "").split("."), (error.name or "").partition(".")[0]
    return "/".join(parts[: parts.index(missing)]) if missing in parts[1:] else None


def context_of(order: Message, spec: TaskSpec, channel: Channel) -> TaskContext:
    """What the task may know of itself."""
    given = order["context"]
    return TaskContext(
        action=ActionID(order["action"], order["run"], order["project"], order["domain"]),
        version=spec.version,
        raw_data_path=RawDataPath(given["raw_data_path"]),
        input_path=given["input_path"],
        output_path=given["output_path"],
        run_base_dir=given["run_base_dir"],
        report=Report(order["action"]),
        checkpoint_paths=CheckpointPaths(given["checkpoint_path"], given["checkpoint_path"]),
        mode="remote",
        interactive_mode=spec.loader.module is None,
        custom_context=given["custom_context"],
        disable_run_cache=given["disable_run_cache"],
        run_start_time=datetime.fromisoformat(given["run_start_time"]),
        attempt_number=order["attempt"] - 1,
        controller=ChildActions(channel, spec),
        state=ActionState(
            traces=BackendTraces(channel, order["action"], replays=given["replays"]),
            conditions=BackendConditions(channel),
        ),
    )


def _done(result: Result) -> Message:
    if isinstance(result, Failed):
        return _failed(result)
    return {"outputs": joined(result.texts)}


def _failed(failure: Failed) -> Message:
    return {
        "error": {
            "code": failure.code,
            "kind": failure.kind,
            "message": failure.message,
            "traceback": failure.traceback,
        },
        "retriable": failure.retriable,
    }
