"""Reads what is recorded of an action: its phase until it ends, its inputs, its outputs, its failure."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Literal

from flyte import errors
from flyte._in_task import backend_of_task
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ActionRecord

from ._http import get_client, scope_path
from ._io import ActionInputs, ActionOutputs
from ._polling import delays
from ._problems import BUSY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from flyte.protocol.identity import ActionId
    from flyte.protocol.tasks import Interface, Parameter
    from flyte.types import NativeInterface

WaitFor = Literal["terminal", "running"]

_TRACE = "X-Ray trace"
_DEVBOX_ACCOUNT = "000000000000"
"""The emulator's: there is no console of AWS behind it."""


def links_of(record: ActionRecord) -> dict[str, str]:
    """Links for an action: addresses by name, the task's own and that of its trace."""
    words = {
        "runName": record.id.run,
        "project": record.id.project,
        "domain": record.id.domain,
        "actionName": record.id.action,
        "parentActionName": record.parent or "",
        "podName": record.attempts[-1].log_stream if record.attempts else "",
    }
    own = {link.name: link.uri_for(words) for link in (record.spec.links if record.spec else ())}
    trace = trace_url(record)
    return {**own, **({_TRACE: trace} if trace else {})}


def trace_url(record: ActionRecord) -> str | None:
    """Where CloudWatch shows the X-Ray trace of an action; None if it was not traced, or in a devbox."""
    _, _, _, region, account, *_ = [*record.execution_arn.split(":"), *[""] * 5]
    if not record.trace_id or not region or account == _DEVBOX_ACCOUNT:
        return None
    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#xray:traces/{record.trace_id}"


def action_path(action_id: ActionId, *parts: str) -> str:
    """The API's path of an action."""
    return scope_path(action_id.project, action_id.domain, "runs", action_id.run, "actions", action_id.action, *parts)


async def fetch_record(action_id: ActionId) -> ActionRecord:
    """The record of an action, with its specification."""
    return await get_client().get(action_path(action_id), ActionRecord)


async def follow(
    action_id: ActionId,
    known: ActionRecord | None,
    wait_for: WaitFor = "terminal",
    fetch: Callable[[], Any] | None = None,
) -> AsyncIterator[ActionRecord]:
    """The record after each change of its phase, until it has ended or begun to run."""
    pauses = delays()
    seen: ActionPhase | None = None
    record = known
    while True:
        if record is not None:
            if record.phase is not seen:
                seen = record.phase
                yield record
            if record.phase.is_terminal or (wait_for == "running" and record.phase is ActionPhase.RUNNING):
                return
            task = backend_of_task()
            await (asyncio.sleep(next(pauses)) if task is None else task.pause(record))
        try:
            record = await (fetch() if fetch else fetch_record(action_id))
        except errors.RuntimeSystemError as error:
            # A large map may take up all that Lambda runs at a time. Who waits for it waits for that too.
            if error.code != BUSY or record is None:
                raise


async def request_abort(path: str, reason: str) -> ActionRecord | None:
    """The record after an abort; None where it had ended already."""
    from flyte.protocol.api import AbortRequest

    try:
        return await get_client().post(path, AbortRequest(reason=reason), ActionRecord)
    except errors.RuntimeUserError as error:
        if error.code == "RunAlreadyEnded":
            return None
        raise


async def fetch_inputs(action_id: ActionId, interface: NativeInterface | None) -> ActionInputs:
    """An action's inputs, as the task's types where they are known, else as what their schemas tell."""
    payload = await input_payload(action_id)
    if interface is not None:
        return ActionInputs(interface.decode_inputs(payload))
    described = await _described(action_id)
    return ActionInputs(payload if described is None else _guessed(payload, described.inputs))


async def fetch_outputs(action_id: ActionId, interface: NativeInterface | None) -> ActionOutputs:
    """An action's outputs, likewise."""
    payload = await output_payload(action_id)
    if interface is not None:
        return ActionOutputs.of(interface.decode_outputs(payload), len(interface.outputs))
    if (described := await _described(action_id)) is not None:
        payload = _guessed(payload, described.outputs)
    return ActionOutputs(payload[f"o{index}"] for index in range(len(payload)) if f"o{index}" in payload)


async def _described(action_id: ActionId) -> Interface | None:
    spec = (await fetch_record(action_id)).spec
    return None if spec is None else spec.interface


def _guessed(payload: dict[str, Any], parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    from flyte.types.guessed import decode_by_schema

    schemas = {parameter.name: parameter.json_schema for parameter in parameters}
    return {name: decode_by_schema(value, schemas.get(name, {})) for name, value in payload.items()}


async def input_payload(action_id: ActionId) -> dict[str, Any]:
    """An action's inputs as JSON values."""
    found = await get_client().get(action_path(action_id, "io"), ActionIo)
    return (found.inputs if found.inputs_url is None else await _document(found.inputs_url)) or {}


async def output_payload(action_id: ActionId) -> dict[str, Any]:
    """An action's outputs as JSON values, by `o0`, `o1` and so on."""
    found = await get_client().get(action_path(action_id, "io"), ActionIo)
    return (found.outputs if found.outputs_url is None else await _document(found.outputs_url)) or {}


def raise_for(record: ActionRecord) -> None:
    """Nothing where the action succeeded, or has not ended.

    Raises:
        BaseRuntimeError: what the action failed with.
    """
    if not record.phase.is_terminal or record.phase in {ActionPhase.SUCCEEDED, ActionPhase.RECOVERED}:
        return
    if record.error is not None:
        raise errors.rebuild(record.error.code, record.error.kind, record.error.message)
    name = f"{record.id.run}/{record.id.action}"
    if record.phase is ActionPhase.ABORTED:
        raise errors.ActionAbortedError(f"{name} was aborted: {record.abort_reason or 'no reason was given'}")
    if record.phase is ActionPhase.TIMED_OUT:
        raise errors.TaskTimeoutError(f"{name} ran out of time")
    raise errors.RuntimeUnknownError("Unknown", f"{name} failed, and no reason is recorded")


async def _document(url: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(await get_client().download(url))
    return payload
