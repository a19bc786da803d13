"""Starts runs: a task of this program with its code (ephemeral), or a deployed one by reference. One request each."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flyte import errors
from flyte._context import get_custom_context
from flyte._deploy._interactive import check_backend, is_pickled, pickled_code
from flyte._deploy._plan import gather_code, with_dependencies
from flyte._deploy._specify import loader_of, specify
from flyte._deploy._without_effect import warn_of_environments, warn_of_options
from flyte._in_task import backend_of_task
from flyte._initialize import InitState, get_init_state, require_backend
from flyte._names import checked
from flyte._notifications import to_wire
from flyte._task import TaskTemplate
from flyte._version import __version__
from flyte.packages import Dependencies, prepare
from flyte.protocol import limits
from flyte.protocol.identity import ROOT_ACTION, ActionId
from flyte.protocol.marks import IO_MARK
from flyte.protocol.runs import ActionRecord, Recovery, RunSpec, TaskReference

from ._artifacts import OpenArtifact, post_with_artifacts
from ._bind import bind
from ._http import ApiClient, get_client, path_of, scope_path
from ._records import fetch_record, input_payload
from ._run import Run
from ._task import LazyEntity, TaskDetails
from ._trigger import TriggerDetails, fired_by_hand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._environment import Environment
    from flyte._runcontext import RunOptions
    from flyte.bundle import CodeBundle
    from flyte.protocol.tasks import TaskSpec
    from flyte.runtime.task_backend import TaskBackend
    from flyte.types import NativeInterface


@dataclass(frozen=True, slots=True)
class Launch:
    """What is to be run: a specification of our own, or a reference; its inputs; its code."""

    spec: TaskSpec
    inputs: dict[str, Any]
    reference: TaskReference | None = None
    interface: NativeInterface | None = None
    bundle: CodeBundle | None = None
    dependencies: Dependencies = field(default_factory=Dependencies)
    recovery: Recovery | None = None
    repeats: str | None = None
    """The run that this one is a rerun of."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be run again, and what of its results is to serve."""

    run_name: str
    action_name: str = ROOT_ACTION
    recover: bool = False
    forced: tuple[str, ...] = ()
    allow_missing_outputs: bool = False

    @property
    def recovery(self) -> Recovery | None:
        """The same for the backend; None if everything is to be run.

        Raises:
            ValueError: The wishes contradict each other.
        """
        if not self.recover:
            if self.forced:
                raise ValueError(
                    "force_rerun_actions names what to run although results serve: it needs recover=True. "
                    "Without that every action is run."
                )
            return None
        if self.action_name not in {"", ROOT_ACTION}:
            raise ValueError(
                f"recover=True is for a whole run, and action_name={self.action_name!r} makes a run of one of its "
                "actions, where those below have other names: leave one of the two out."
            )
        forced = tuple(checked("action", name) for name in self.forced)
        return Recovery(
            run=checked("run", self.run_name), forced=forced, allow_missing_outputs=self.allow_missing_outputs
        )


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would have been run."""

    task_spec: TaskSpec
    inputs: dict[str, Any]
    code_bundle: CodeBundle | None
    name: str = "dry-run"


async def launch(task: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], options: RunOptions) -> Run | DryRun:
    """Starts a run, and does not wait for it.

    Args:
        task: A task of this program, a reference to a deployed one, or a trigger of one.
        args: Its inputs by position.
        kwargs: Its inputs by name.
        options: How to run it.

    Raises:
        InitializationError: no backend is configured.
        TypeError: an argument is missing, unknown or of the wrong type; the message names it.
        CodeBundleError: the code cannot be bundled.
        DeploymentError: its environment has what Lambda cannot have.
        ImageBuildError: its packages cannot be had.
        RunAlreadyExistsError: a run of that name exists.
        InlineIOMaxBytesBreached: the inputs are larger than the task takes.
    """
    state = _state_for(options)
    warn_of_options(options)
    inside = backend_of_task()
    if isinstance(task, TaskTemplate) and inside is not None:
        inputs = await asyncio.to_thread(_encoded, task, args, kwargs)
        spec = await asyncio.to_thread(inside.spec_of, task, options.version)
        prepared = Launch(spec, inputs, None, task.native_interface)
    elif isinstance(task, TaskTemplate):
        inputs = await asyncio.to_thread(_encoded, task, args, kwargs)
        environments = _environments_of(task)
        warn_of_environments(environments)
        if not options.dry_run and is_pickled(task, environments, options.interactive_mode):
            await check_backend()
        dependencies = await prepare(environments, backend=state.has_backend)
        prepared = await asyncio.to_thread(_ephemeral, task, inputs, options, state, dependencies)
    elif isinstance(task, LazyEntity | TaskDetails):
        prepared = await _deployed(task, args, kwargs)
    elif isinstance(task, TriggerDetails):
        details, kwargs, options = await fired_by_hand(task, args, kwargs, options)
        prepared = await _deployed(details, args, kwargs)
    else:
        name = getattr(task, "__name__", repr(task))
        raise TypeError(f"{name} is no task: put @env.task above it, or take a deployed one with flyte.remote.Task.get")
    if options.copy_bundle_to is not None and prepared.bundle is not None:
        await asyncio.to_thread(prepared.bundle.copy_to, Path(options.copy_bundle_to))
    return _dry(prepared) if options.dry_run else await _start(prepared, options, state)


async def relaunch(source: Source, inputs: Mapping[str, Any], options: RunOptions) -> Run | DryRun:
    """Starts an earlier action's code again as a run of its own.

    Args:
        source: The action, and what of its run's results is to serve.
        inputs: Inputs to give instead of its own.
        options: How to run it; what they leave open is as it was, and variables, labels, annotations and custom
            context are added to those that it had.

    Raises:
        InitializationError: no backend is configured.
        ValueError: what is wanted of the source contradicts itself.
        TypeError: an input is unknown or of the wrong type; the message names it.
        RuntimeUserError: there is no such run or action.
        CodeBundleError: the code of an ephemeral run has expired.
    """
    from flyte.types.by_schema import WireJson

    state = require_backend()
    warn_of_options(options)
    recovery = source.recovery
    record, spec = await fetch_source(source.run_name, source.action_name, options, state)
    recorded = {name: WireJson(value) for name, value in (await input_payload(record.id)).items()}
    values = await asyncio.to_thread(bind, spec, (), {**recorded, **inputs})
    reference = None if record.ephemeral else TaskReference(name=spec.name, version=spec.version)
    prepared = Launch(spec, values, reference, recovery=recovery, repeats=record.id.run)
    if options.dry_run:
        return _dry(prepared)
    try:
        return await _start(prepared, _carried_over(record, options), state)
    except errors.RuntimeSystemError as error:
        if error.code != "ArtifactsMissing":
            raise
        raise errors.CodeBundleError(
            f"the code or packages of {spec.name} {spec.version} are not kept any more, so {source.run_name} cannot be "
            "run again: run the task from its files, or deploy it"
        ) from error


async def fetch_source(
    run_name: str, action_name: str, options: RunOptions, state: InitState
) -> tuple[ActionRecord, TaskSpec]:
    """An action that is to be run again, with its task.

    Raises:
        RuntimeUserError: there is no such run or action.
    """
    project, domain = _scope(options, state)
    action_id = ActionId(
        project=project,
        domain=domain,
        run=checked("run", run_name),
        action=checked("action", action_name or ROOT_ACTION),
    )
    record = await fetch_record(action_id)
    if record.kind != "task" or record.spec is None:
        raise ValueError(f"{run_name}/{action_name} is a {record.kind}, and only tasks can be run again")
    return record, record.spec


def _carried_over(record: ActionRecord, options: RunOptions) -> RunOptions:
    """The options, completed with what the earlier action was run with."""
    return replace(
        options,
        env_vars={**record.env_vars, **(options.env_vars or {})},
        labels={**record.labels, **(options.labels or {})},
        annotations={**record.annotations, **(options.annotations or {})},
        custom_context={**record.custom_context, **(options.custom_context or {})},
        service_account=options.service_account or record.service_account,
        raw_data_path=options.raw_data_path or record.raw_data_path,
        max_action_concurrency=options.max_action_concurrency or record.max_action_concurrency,
    )


def _state_for(options: RunOptions) -> InitState:
    """A dry run of a task of this program needs no backend; without one, packages are only checked."""
    return get_init_state() or InitState() if options.dry_run else require_backend()


def _encoded(task: TaskTemplate[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    interface = task.native_interface
    try:
        return interface.encode_inputs(interface.bind(args, kwargs))
    except TypeError as error:
        raise TypeError(f"{task.name}: {error}") from None


def _environments_of(task: TaskTemplate[..., Any]) -> list[Environment]:
    return [] if task.parent_env is None else with_dependencies([task.parent_env])


def _ephemeral(
    task: TaskTemplate[..., Any],
    inputs: dict[str, Any],
    options: RunOptions,
    state: InitState,
    dependencies: Dependencies,
) -> Launch:
    environments = _environments_of(task)
    root_dir, sync_sys_path = state.root_dir, state.sync_local_sys_paths
    bundle: CodeBundle | None
    if is_pickled(task, environments, options.interactive_mode):
        bundle, loader = pickled_code(
            task, environments, root_dir=root_dir, sync_sys_path=sync_sys_path, copy_style=options.copy_style
        )
    else:
        code = gather_code(environments, first=task, root_dir=root_dir, sync_sys_path=sync_sys_path)
        bundle = None if options.copy_style == "none" else code.bundle(options.copy_style)
        loader = loader_of(task, code.root)
    version = checked("version", options.version or (bundle.computed_version if bundle else ""))
    artifact = None if bundle is None else bundle.artifact
    spec = specify(task, version=version, loader=loader, code=artifact, dependencies=dependencies)
    return Launch(spec, inputs, None, task.native_interface, bundle, dependencies)


async def _deployed(task: LazyEntity | TaskDetails, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Launch:
    details = task if isinstance(task, TaskDetails) else await task.fetch.aio()
    reference = None if details.overridden else TaskReference(name=details.name, version=details.version)
    return Launch(details.spec, bind(details.spec, args, kwargs), reference)


def _dry(prepared: Launch) -> DryRun:
    return DryRun(prepared.spec, prepared.inputs, prepared.bundle)


async def _start(prepared: Launch, options: RunOptions, state: InitState) -> Run:
    client = get_client()
    project, domain = _scope(options, state)
    name = None if options.name is None else checked("run", options.name)
    inside, may_be_there = backend_of_task(), False
    if inside is not None:
        spec = prepared.spec
        name, may_be_there = inside.run_name(spec.name, spec.version, prepared.inputs, name)
    body = RunSpec(
        name=name,
        spec=None if prepared.reference else prepared.spec,
        task=prepared.reference,
        **await _inputs(client, prepared, project, domain),
        env_vars=options.variables,
        labels=options.labels or {},
        annotations=options.annotations or {},
        custom_context={**get_custom_context(), **(options.custom_context or {})},
        overwrite_cache=options.overwrite_cache,
        disable_run_cache=options.disable_run_cache,
        run_start_time=None if options.run_start_time is None else options.run_start_time.astimezone(UTC),
        service_account=options.service_account,
        raw_data_path=options.raw_data_path,
        max_action_concurrency=options.max_action_concurrency,
        recover_from=prepared.recovery,
        notifications=to_wire(options.notifications),
        notifications_of=prepared.repeats if options.notifications is None else None,
        client_version=__version__,
    )
    artifacts: dict[str, OpenArtifact] = prepared.dependencies.openers
    if prepared.bundle is not None:
        artifacts[prepared.bundle.artifact.sha256] = prepared.bundle.open_zip
    path = scope_path(project, domain, "runs")
    try:
        record = await post_with_artifacts(client, path, body, ActionRecord, artifacts, uuid.uuid4().hex)
    except errors.RunAlreadyExistsError:
        found = await _started_before(inside, body, path) if inside is not None and may_be_there else None
        if found is None:
            raise
        record = found
    return Run(record, prepared.interface)


async def _started_before(inside: TaskBackend, asked: RunSpec, runs_path: str) -> ActionRecord | None:
    """The run of that name, if it is of the same task and an earlier invocation of the running one has started it."""
    task = asked.spec or asked.task
    found = await get_client().get(f"{runs_path}/{quote(asked.name or '', safe='')}", ActionRecord)
    is_ours = task is not None and (found.created_by, found.task_name) == (inside.creator, task.name)
    return found if is_ours else None


async def _with_data_uploaded(client: ApiClient, prepared: Launch, project: str, domain: str) -> dict[str, Any]:
    """The inputs with files, folders and frames of this machine uploaded. Without any, `flyte.io` is not loaded."""
    interface = prepared.spec.interface
    if not any(IO_MARK in json.dumps(parameter.json_schema) for parameter in interface.inputs):
        return prepared.inputs
    from flyte.io.uploads import ApiUploader, replace_local_paths

    return await replace_local_paths(prepared.inputs, interface, ApiUploader(client, project, domain))


async def _inputs(client: ApiClient, prepared: Launch, project: str, domain: str) -> dict[str, Any]:
    """`inputs`, or `inputs_uri` of an upload where they are too large for a record."""
    from flyte.protocol.api import PresignedUpload, UploadRequest

    inputs = await _with_data_uploaded(client, prepared, project, domain)
    document = json.dumps(inputs, ensure_ascii=False, separators=(",", ":")).encode()
    if len(document) > prepared.spec.max_inline_io_bytes:
        raise errors.InlineIOMaxBytesBreached(
            f"the inputs of {prepared.spec.name} have {len(document):,} bytes, and it takes "
            f"{prepared.spec.max_inline_io_bytes:,}: give large values as flyte.io.File or flyte.io.Dir, or raise "
            "max_inline_io_bytes of the task"
        )
    if len(document) <= limits.INLINE_IO_BYTES:
        return {"inputs": inputs}
    request = UploadRequest(
        project=project,
        domain=domain,
        filename="inputs.json",
        size_bytes=len(document),
        sha256=hashlib.sha256(document).hexdigest(),
    )
    target = await client.post(path_of("uploads"), request, PresignedUpload)
    await client.upload(target, lambda: io.BytesIO(document), len(document))
    return {"inputs_uri": target.uri}


def _scope(options: RunOptions, state: InitState) -> tuple[str, str]:
    project, domain = options.project or state.project or "", options.domain or state.domain or ""
    return checked("project", project), checked("domain", domain)
