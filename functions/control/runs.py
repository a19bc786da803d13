"""Starting a run: resolve its task, check it, record its root action as queued, start its execution."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol import limits
from flyte.protocol.identity import ActionId, RunId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, ChildRequest, PhaseTransition, RunSpec
from flyte.protocol.tasks import ArtifactRef, TaskSpec
from functions.control.action_items import phase_of, to_record
from functions.control.actions import Actions
from functions.control.artifacts import Artifacts, artifact_key
from functions.control.attributes import Item
from functions.control.claims import ClaimedAction
from functions.control.clock import Clock, utc_now
from functions.control.errors import InvalidRequestError, PayloadTooLargeError, RunAlreadyExistsError, did_you_mean
from functions.control.executions import Executions, NameUsedError
from functions.control.lookup import Lookup
from functions.control.new_actions import NewAction
from functions.control.notifications import check_notifications, kept
from functions.control.payloads import Payloads, StoredPayload
from functions.control.recovery import Recoveries
from functions.control.registry import Registry, check_spec_size
from functions.control.run_facets import LABELS_AT_MOST
from functions.control.run_names import new_run_name, run_name_for
from functions.control.tracing import trace_id

if TYPE_CHECKING:
    from functions.control.settings import Settings

_logger = logging.getLogger(__name__)

_INLINE_SPEC_AND_INPUTS_BYTES = 200_000
"""Specification and inputs together in an item of 400 KB, which outputs, errors and names must fit as well."""

_CHILDRENS_PATIENCE_S = 60.0
"""A large map is started as fast as Step Functions lets it; what is late by more, the reconciler starts."""

_METADATA_BYTES = 30_000
"""Environment variables, labels, annotations and custom context together, for the same reason."""


class Runs:
    """Starts runs."""

    def __init__(
        self,
        *,
        settings: Settings,
        registry: Registry,
        artifacts: Artifacts,
        payloads: Payloads,
        actions: Actions,
        executions: Executions,
        recoveries: Recoveries,
        lookup: Lookup,
        now: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._artifacts = artifacts
        self._payloads = payloads
        self._actions = actions
        self._executions = executions
        self._recoveries = recoveries
        self._lookup = lookup
        self._now = now

    def create(
        self, project: str, domain: str, asked: RunSpec, *, created_by: str = "", idempotency_key: str | None = None
    ) -> ActionRecord:
        """Starts a run once, however often the same request comes.

        Args:
            project: Where the run is to be; it exists.
            domain: Likewise.
            asked: What to run, with which inputs.
            created_by: The caller's identity.
            idempotency_key: The same for each repetition of one request. Without it a repetition that names the run
                is refused, and one that does not starts another run.

        Raises:
            InvalidRequestError: The request contradicts itself, the task's interface or a limit.
            PayloadTooLargeError: The inputs exceed the task's `max_inline_io_bytes`.
            TaskNotFoundError: The deployed task or version does not exist.
            ArtifactsMissingError: Code or dependencies are not in the bucket yet.
            RunAlreadyExistsError: The name is taken.
            RunNotFoundError: There is no run to recover from, or to repeat.
            ActionNotFoundError: It has not the actions that are to be run in any case.
        """
        name = asked.name or (
            run_name_for(f"{project}/{domain}", idempotency_key) if idempotency_key else new_run_name()
        )
        action = RunId(project=project, domain=domain, run=name).action_id()
        if asked.recover_from is not None:
            checked = self._recoveries.checked(action.run_id, asked.recover_from)
            asked = asked.model_copy(update={"recover_from": checked})
        spec = self._resolve(action.scope, asked)
        keys = self._artifacts.locate(_artifacts_of(spec, asked), ephemeral=asked.spec is not None)
        token = idempotency_key or new_run_name()
        started = asked.run_start_time
        new = self._new(action, asked, spec, keys=keys, created_by=created_by, token=token, run_started_at=started)
        if asked.notifications_of is not None and not asked.notifications:
            repeated = RunId(project=project, domain=domain, run=asked.notifications_of)
            new = replace(new, notifications=self._lookup.notifications(repeated))
        existing = self._actions.create(new)
        return self._repeated(existing, new, action) if existing else self._start(new, action)

    def start_child(
        self,
        parent: ClaimedAction,
        child: ChildRequest,
        outputs: str | None = None,
        recovered_from: ActionId | None = None,
    ) -> Item | None:
        """Starts an action of a running one, once, however often it is asked for under that name.

        Args:
            parent: The attempt that asks; the child runs with what the run was started with.
            child: What to run, with which inputs.
            outputs: What was kept of an equal call: then the child is recorded as succeeded, and nothing runs.
            recovered_from: The action of an earlier run that has given `outputs`: then it is recorded as recovered.

        Returns:
            None if it was started, else the action that is there already.

        Raises:
            InvalidRequestError: The inputs do not fit the task's interface.
            PayloadTooLargeError: The inputs exceed the task's `max_inline_io_bytes`.
            TaskNotFoundError: The deployed task or version does not exist.
        """
        asked = RunSpec(
            spec=child.spec,
            task=child.task,
            inputs=child.inputs,
            env_vars=parent.env_vars,
            custom_context={**parent.custom_context, **child.custom_context},
            overwrite_cache=parent.overwrite_cache,
            disable_run_cache=parent.disable_run_cache,
            service_account=parent.service_account,
            raw_data_path=parent.raw_data_path,
            max_action_concurrency=parent.max_action_concurrency,
            recover_from=parent.recover_from,
        )
        action = parent.id.action_id(child.name)
        spec = self._resolve(action.scope, asked)
        new = self._new(
            action,
            asked,
            spec,
            keys=self._keys_of_child(parent, spec),
            inputs_key=f"{action.s3_prefix}/inputs.json",
            created_by=parent.created_by,
            token=child.name,
            parent=parent.id.action,
            group=child.group,
            cache_key=_cache_key(child),
            run_started_at=parent.run_created_at,
        )
        if outputs is not None:
            stored = self._payloads.store(outputs, f"{action.s3_prefix}/outputs.json")
            return self._actions.create(_ended(new, stored, recovered_from))
        existing = self._actions.create(new)
        if existing is None:
            self._start(new, action, _CHILDRENS_PATIENCE_S)
        elif phase_of(existing) is ActionPhase.QUEUED:
            self._start_again(existing, action)
        return existing

    def _keys_of_child(self, parent: ClaimedAction, spec: TaskSpec) -> dict[str, str]:
        """Where a child's artifacts lie. What its parent has been started with is known to be there."""
        keys = {ref.sha256: artifact_key(ref, ephemeral=False) for ref in (spec.code, spec.dependencies) if ref}
        if spec.code is not None and spec.code == parent.spec.code and parent.code_key is not None:
            keys[spec.code.sha256] = parent.code_key
        return keys

    def _new(
        self,
        action: ActionId,
        asked: RunSpec,
        spec: TaskSpec,
        *,
        keys: dict[str, str],
        inputs_key: str | None = None,
        created_by: str,
        token: str,
        parent: str | None = None,
        group: str | None = None,
        cache_key: str | None = None,
        run_started_at: datetime | None = None,
    ) -> NewAction:
        spec_json = spec.to_json()
        check_spec_size(spec, spec_json)
        _check_metadata(asked)
        check_notifications(asked.notifications, is_emulated=self._settings.is_emulated)
        function_arn, memory_mb = self._runner_for(spec)
        now = self._now()
        return NewAction(
            record=ActionRecord(
                id=action,
                parent=parent,
                task_name=spec.name,
                task_version=spec.version,
                short_name=spec.short_name,
                phase=ActionPhase.QUEUED,
                created_at=now,
                updated_at=now,
                transitions=(PhaseTransition(phase=ActionPhase.QUEUED, at=now),),
                created_by=created_by,
                ephemeral=asked.spec is not None,
                labels=asked.labels,
                annotations=asked.annotations,
                env_vars=asked.env_vars,
                group=group,
                execution_arn=self._settings.execution_arn(action.execution_name),
                trace_id=trace_id(),
                memory_mb=memory_mb,
                service_account=asked.service_account or spec.service_account,
                custom_context=asked.custom_context,
                raw_data_path=asked.raw_data_path,
                max_action_concurrency=asked.max_action_concurrency,
                recover_from=asked.recover_from,
            ),
            spec_json=spec_json,
            inputs=self._inputs(action.scope, spec, asked, len(spec_json.encode()), inputs_key),
            function_arn=function_arn,
            request_token=_request_token(token, asked),
            code_key=keys[spec.code.sha256] if spec.code else None,
            dependencies_key=keys[spec.dependencies.sha256] if spec.dependencies else None,
            overwrite_cache=asked.overwrite_cache,
            disable_run_cache=asked.disable_run_cache,
            client_version=asked.client_version,
            cache_key=cache_key,
            run_started_at=run_started_at,
            notifications=kept(asked.notifications),
        )

    def _start(self, new: NewAction, action: ActionId, patience_s: float = 0.0) -> ActionRecord:
        try:
            self._executions.start(action, new.function_arn, patience_s=patience_s)
        except NameUsedError as error:
            # Either a run whose record has expired used the name (Step Functions remembers names for 90 days), or this
            # very start got through, its answer did not, and the run has ended before it was sent again.
            if self._actions.forget(action, new.request_token):
                raise _name_taken(action) from error
        except (ClientError, BotoCoreError):
            # The run is recorded, so it will run: the reconciler starts it under the same name.
            _logger.exception("could not start the execution of %s; the reconciler will", action.key)
        return new.record

    def _repeated(self, existing: Item, new: NewAction, action: ActionId) -> ActionRecord:
        if existing.get("request_token") != new.request_token:
            raise _name_taken(action)
        if phase_of(existing) is ActionPhase.QUEUED:
            self._start_again(existing, action)
        return to_record(existing)

    def _start_again(self, existing: Item, action: ActionId) -> None:
        """The first request may have been cut off before it started the execution. Starting twice is harmless."""
        try:
            self._executions.start(action, existing["function_arn"])
        except NameUsedError:
            _logger.info("the execution of %s has ended already", action.key)
        except (ClientError, BotoCoreError):
            _logger.exception("could not start the execution of %s; the reconciler will", action.key)

    def _resolve(self, scope: str, asked: RunSpec) -> TaskSpec:
        if asked.spec is not None and asked.task is None:
            return asked.spec
        if asked.task is not None and asked.spec is None:
            return self._registry.get(scope, asked.task.name, asked.task.version).spec
        raise InvalidRequestError("Give exactly one of spec (an ephemeral task) and task (a deployed one).")

    def _runner_for(self, spec: TaskSpec) -> tuple[str, int]:
        tiers = sorted(self._settings.runner_functions)
        memory_mb = next((tier for tier in tiers if tier >= spec.memory_mb), None)
        if memory_mb is None:
            raise InvalidRequestError(
                f"{spec.name} asks for {spec.memory_mb} MB of memory; this backend's functions have "
                f"{', '.join(map(str, tiers)) or 'none'} MB. Lower Resources(memory=…)."
            )
        return self._settings.runner_functions[memory_mb], memory_mb

    def _inputs(self, scope: str, spec: TaskSpec, asked: RunSpec, spec_bytes: int, key: str | None) -> StoredPayload:
        if asked.inputs_uri is not None:
            if asked.inputs:
                raise InvalidRequestError("Give inputs or inputs_uri, not both.")
            return self._uploaded_inputs(scope, spec, asked.inputs_uri)
        _check_names(spec, asked)
        text = json.dumps(asked.inputs, separators=(",", ":"), ensure_ascii=False)
        size_bytes = len(text.encode())
        _check_inputs_size(spec, size_bytes)
        room = min(limits.INLINE_IO_BYTES, _INLINE_SPEC_AND_INPUTS_BYTES - spec_bytes)
        if key is None:
            # Named by its content, as an upload of the client's would be: a refused repetition overwrites nothing.
            key = f"uploads/{scope}/{hashlib.sha256(text.encode()).hexdigest()}/inputs.json"
        return self._payloads.store(text, key, inline_bytes=room)

    def _uploaded_inputs(self, scope: str, spec: TaskSpec, uri: str) -> StoredPayload:
        if not uri.startswith(self._payloads.uri(f"uploads/{scope}/")):
            raise InvalidRequestError(
                f"inputs_uri: {uri} is no upload of {scope}. Ask for a place with POST /v1/uploads."
            )
        size_bytes = self._payloads.size(uri)
        if size_bytes is None:
            raise InvalidRequestError(f"inputs_uri: nothing was uploaded to {uri}.")
        _check_inputs_size(spec, size_bytes)
        return StoredPayload(uri=uri)


def _ended(new: NewAction, outputs: StoredPayload, recovered_from: ActionId | None) -> NewAction:
    """The action as one that came to its end without running."""
    at, phase = new.record.created_at, ActionPhase.SUCCEEDED if recovered_from is None else ActionPhase.RECOVERED
    transitions = (*new.record.transitions, PhaseTransition(phase=phase, at=at))
    changes = {
        "phase": phase,
        "started_at": at,
        "ended_at": at,
        "transitions": transitions,
        "cache_hit": recovered_from is None,
        "recovered_from": recovered_from,
    }
    return replace(new, record=new.record.model_copy(update=changes), outputs=outputs)


def _cache_key(child: ChildRequest) -> str | None:
    """A deployed task says itself where its result is kept: its caller has not the code that says so."""
    if child.spec is None or child.says_itself:
        return None
    return child.cache.key if child.cache else ""


def _artifacts_of(spec: TaskSpec, asked: RunSpec) -> tuple[ArtifactRef | None, ...]:
    """What must be in the bucket; for a deployed task, what its children need is there since it was deployed."""
    needed_by_children = () if asked.spec is None else tuple(spec.environment_dependencies.values())
    return (spec.code, spec.dependencies, *needed_by_children)


def _check_names(spec: TaskSpec, asked: RunSpec) -> None:
    known = [parameter.name for parameter in spec.interface.inputs]
    for name in asked.inputs:
        if name not in known:
            accepted = f" It takes {', '.join(known)}." if known else " It takes no inputs."
            raise InvalidRequestError(
                f"inputs.{name}: {spec.name} has no input {name!r}.{did_you_mean(name, known) or accepted}"
            )
    missing = [
        parameter.name
        for parameter in spec.interface.inputs
        if parameter.required and parameter.name not in asked.inputs
    ]
    if missing:
        raise InvalidRequestError(f"inputs: {spec.name} needs {', '.join(missing)}. Give a value for each.")


def _check_inputs_size(spec: TaskSpec, size_bytes: int) -> None:
    if size_bytes > spec.max_inline_io_bytes:
        raise PayloadTooLargeError(
            f"The inputs of {spec.name} have {size_bytes:,} bytes; max_inline_io_bytes allows "
            f"{spec.max_inline_io_bytes:,}. Pass large data as flyte.io.File or Dir, or raise the task's limit."
        )


def _check_metadata(asked: RunSpec) -> None:
    if len(asked.labels) > LABELS_AT_MOST:
        raise InvalidRequestError(f"labels: there are {len(asked.labels)}; at most {LABELS_AT_MOST} are allowed.")
    given = {name: getattr(asked, name) for name in ("env_vars", "labels", "annotations", "custom_context")}
    size_bytes = 0
    for name, values in given.items():
        if "" in values:
            raise InvalidRequestError(f"{name}: there is an entry without a name.")
        size_bytes += sum(len(key.encode()) + len(value.encode()) for key, value in values.items())
    if size_bytes > _METADATA_BYTES:
        raise InvalidRequestError(
            f"{', '.join(given)} have {size_bytes:,} bytes together; at most {_METADATA_BYTES:,} are allowed. "
            "Pass data as inputs."
        )


def _request_token(key: str, asked: RunSpec) -> str:
    """The same only for the same key with the same request: another request under a used key is refused."""
    return hashlib.sha256(f"{key}\0{asked.to_json()}".encode()).hexdigest()


def _name_taken(action: ActionId) -> RunAlreadyExistsError:
    return RunAlreadyExistsError(
        f"The run {action.run!r} exists in {action.scope}. Choose another name, or leave it out. "
        f"Look at it with: flyte get run {action.run}"
    )
