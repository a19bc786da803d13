"""Actions of a run: what is recorded of them, their inputs, outputs and logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from flyte._initialize import require_backend
from flyte._names import checked
from flyte._syncify import syncify
from flyte.protocol.phases import ActionPhase

from ._code import CodeBundle, download_code
from ._http import Query, get_client, scope_path
from ._logs import log_lines, print_logs
from ._recorded import RecordedAction
from ._records import (
    WaitFor,
    action_path,
    fetch_inputs,
    fetch_outputs,
    fetch_record,
    follow,
    input_payload,
    links_of,
    output_payload,
    raise_for,
    request_abort,
)
from ._report import fetch_report
from ._typed import typed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from flyte.protocol.identity import ActionId
    from flyte.protocol.runs import ActionRecord, Attempt, ErrorRecord, PhaseTransition
    from flyte.types import NativeInterface

    from ._io import ActionInputs, ActionOutputs
    from ._time import TimeFilter
    from ._typed import Deserializers, Types

PAGE = 100


class Action(RecordedAction):
    """An action as it is listed."""

    @syncify
    @classmethod
    async def get(cls, uri: str | None = None, /, run_name: str | None = None, name: str | None = None) -> Action:
        """The action of that run and name. `uri` is `run/action`."""
        return cls(await fetch_record(_action_id(uri, run_name, name)))

    @syncify
    @classmethod
    async def listall(
        cls,
        for_run_name: str,
        in_phase: tuple[ActionPhase | str, ...] | None = None,
        parent_name: str | None = None,
        sort_by: tuple[str, Literal["asc", "desc"]] | None = None,
        created_at: TimeFilter | None = None,
        updated_at: TimeFilter | None = None,
    ) -> AsyncIterator[Action]:
        """The actions of a run in the order of their creation, or turned round by `sort_by=("created_at", "desc")`."""
        wanted = {ActionPhase(phase) for phase in in_phase or ()}
        query: Query = {"phase": sorted(phase.value for phase in wanted), "parent": parent_name}
        found = [record async for record in list_actions(for_run_name, query)]
        if sort_by is not None:
            found.sort(key=lambda record: _sort_value(record, sort_by[0]), reverse=sort_by[1] == "desc")
        for record in found:
            times = (created_at is None or created_at.holds(record.created_at)) and (
                updated_at is None or updated_at.holds(record.updated_at)
            )
            if times and (not wanted or record.phase in wanted) and parent_name in {None, record.parent}:
                yield cls(record)

    async def details(self) -> ActionDetails:
        """Everything known of it."""
        return await ActionDetails.of(self.action_id)

    async def sync(self) -> Action:
        """Reads it again."""
        self._record = await fetch_record(self.action_id)
        return self

    async def wait(self, quiet: bool = False, wait_for: WaitFor = "terminal") -> None:  # noqa: FBT001, FBT002
        """Waits until it has ended, or begun to run. Does not raise when it failed."""
        del quiet
        async for record in follow(self.action_id, self._record, wait_for):
            self._record = record

    async def watch(
        self,
        cache_data_on_done: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        wait_for: WaitFor = "terminal",
    ) -> AsyncIterator[ActionDetails]:
        """Its details after each change, until it has ended or begun to run."""
        del cache_data_on_done
        async for record in follow(self.action_id, None, wait_for):
            self._record = record
            yield ActionDetails(record)

    @syncify
    async def abort(self, reason: str = "Manually aborted from the SDK.") -> None:
        """Stops it and everything below it. One that has ended stays as it is."""
        self._record = await request_abort(action_path(self.action_id, "abort"), reason) or self._record

    @syncify
    async def show_logs(
        self,
        attempt: int | None = None,
        max_lines: int = 30,
        show_ts: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        raw: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        filter_system: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> None:
        """Prints the log lines that are there: the last `max_lines`, or all with `raw`."""
        lines = None if raw else max_lines
        await print_logs(self.action_id, attempt, lines, show_ts=show_ts, filter_system=filter_system)

    @syncify
    async def get_report(self, attempt: int | None = None) -> str:
        """The HTML page that its task reported. Attempts share one.

        Raises:
            RuntimeUserError: `ReportNotFound`: there is none.
        """
        del attempt
        return await fetch_report(self.action_id)

    @syncify
    async def download_code(
        self,
        dest: str | Path | None = None,
        extract: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
        attempt: int | None = None,
    ) -> Path:
        """A copy of the code that it ran, in `dest` or a fresh folder. All attempts run the same."""
        del attempt
        return await download_code(self.action_id, dest, extract=extract)

    @syncify
    async def get_logs(
        self,
        attempt: int | None = None,
        filter_system: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        show_ts: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> AsyncIterator[str]:
        """Its log lines, until it has ended."""
        async for line in log_lines(self.action_id, attempt, show_ts=show_ts, filter_system=filter_system):
            yield line


class ActionDetails(RecordedAction):
    """Everything known of an action.

    Args:
        record: What is recorded.
        interface: The task's inputs and outputs as Python types, where its code is at hand.
    """

    def __init__(self, record: ActionRecord, interface: NativeInterface | None = None) -> None:
        super().__init__(record)
        self._interface = interface

    @syncify
    @classmethod
    async def get(
        cls, uri: str | None = None, /, run_name: str | None = None, name: str | None = None
    ) -> ActionDetails:
        """The details of that run's action. `uri` is `run/action`."""
        return await cls.of(_action_id(uri, run_name, name))

    @syncify
    @classmethod
    async def get_details(cls, action_id: ActionId) -> ActionDetails:
        """The details of that action."""
        return await cls.of(action_id)

    @classmethod
    async def of(cls, action_id: ActionId, interface: NativeInterface | None = None) -> ActionDetails:
        """The details of that action, decoded by that interface."""
        return cls(await fetch_record(action_id), interface)

    @property
    def attempts(self) -> int:
        """How many attempts were begun."""
        return len(self._record.attempts)

    @property
    def attempt_records(self) -> tuple[Attempt, ...]:
        """The attempts themselves."""
        return self._record.attempts

    @property
    def error_info(self) -> ErrorRecord | None:
        """Why it failed, if it did."""
        return self._record.error

    @property
    def error_message(self) -> str | None:
        """Why it failed, in words."""
        return None if self._record.error is None else self._record.error.message

    @property
    def abort_info(self) -> str | None:
        """Why it was aborted, if it was."""
        return self._record.abort_reason

    @property
    def is_running(self) -> bool:
        """Whether it ran when it was last read."""
        return self.phase is ActionPhase.RUNNING

    @property
    def links(self) -> dict[str, str]:
        """The task's links for this action: addresses by name."""
        return links_of(self._record)

    @property
    def metadata(self) -> dict[str, str]:
        """Its labels."""
        return dict(self._record.labels)

    @property
    def status(self) -> ActionPhase:
        """Its phase."""
        return self.phase

    @property
    def runtime(self) -> timedelta:
        """The time from its start to its end, or to now."""
        began = self._record.started_at
        return timedelta(0) if began is None else (self._record.ended_at or datetime.now(UTC)) - began

    @property
    def phase_durations(self) -> dict[ActionPhase, timedelta]:
        """How long it was in each phase that it has left, and so far in the present one."""
        found: dict[ActionPhase, timedelta] = {}
        transitions = self._record.transitions
        ends = [*(each.at for each in transitions[1:]), self._record.ended_at or datetime.now(UTC)]
        for each, end in zip(transitions, ends, strict=False):
            found[each.phase] = found.get(each.phase, timedelta(0)) + max(end - each.at, timedelta(0))
        return found

    @property
    def queued_time(self) -> timedelta | None:
        """How long it was queued."""
        return self.phase_durations.get(ActionPhase.QUEUED)

    @property
    def waiting_for_resources_time(self) -> timedelta | None:
        """How long it waited for resources."""
        return self.phase_durations.get(ActionPhase.WAITING_FOR_RESOURCES)

    @property
    def initializing_time(self) -> timedelta | None:
        """How long it was made ready."""
        return self.phase_durations.get(ActionPhase.INITIALIZING)

    @property
    def running_time(self) -> timedelta | None:
        """How long it ran."""
        return self.phase_durations.get(ActionPhase.RUNNING)

    def get_phase_transitions(self, attempt: int | None = None) -> list[PhaseTransition]:
        """When it entered each phase; with an attempt, those from that one's start to its end."""
        if attempt is None:
            return list(self._record.transitions)
        found = next((each for each in self._record.attempts if each.number == attempt), None)
        if found is None:
            return []
        end = found.ended_at or datetime.now(UTC)
        return [each for each in self._record.transitions if found.started_at <= each.at <= end]

    def logs_available(self, attempt: int | None = None) -> bool:
        """Whether an attempt has a log."""
        return any(each.log_stream for each in self._record.attempts if attempt in {None, each.number})

    async def inputs(self) -> ActionInputs:
        """Its inputs."""
        return await fetch_inputs(self.action_id, self._interface)

    async def outputs(self) -> ActionOutputs:
        """Its outputs.

        Raises:
            BaseRuntimeError: it did not succeed; the error is that of the action.
        """
        raise_for(self._record)
        return await fetch_outputs(self.action_id, self._interface)

    async def typed_inputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Inputs as the types that are given by name. See `flyte.remote._typed`."""
        return typed(await input_payload(self.action_id), types, deserializers)

    async def typed_outputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Outputs as the types that are given by `o0`, `o1` and so on.

        Raises:
            BaseRuntimeError: it did not succeed; the error is that of the action.
        """
        raise_for(self._record)
        return typed(await output_payload(self.action_id), types, deserializers)

    @property
    def code_bundle(self) -> CodeBundle | None:
        """The code that it ran; None if none was brought."""
        return CodeBundle.of(self._record)


async def list_actions(run_name: str, query: Query) -> AsyncIterator[ActionRecord]:
    """The actions of a run that fit a query of the API."""
    from flyte.protocol.api import ActionPage

    state = require_backend()
    path = scope_path(state.project or "", state.domain or "", "runs", run_name, "actions")
    cursor: str | None = None
    while True:
        page = await get_client().get(path, ActionPage, {**query, "limit": PAGE, "cursor": cursor})
        for record in page.actions:
            yield record
        if (cursor := page.cursor) is None:
            return


def _action_id(uri: str | None, run_name: str | None, name: str | None) -> ActionId:
    from flyte.protocol.identity import ROOT_ACTION, ActionId

    if uri is not None:
        run_name, _, name = uri.strip("/").rpartition("/")
    if run_name is None:
        raise ValueError("an action is named by its run and its name: give run_name and name, or 'run/action'")
    state = require_backend()
    return ActionId(
        project=checked("project", state.project or ""),
        domain=checked("domain", state.domain or ""),
        run=checked("run", run_name.rsplit("/", 1)[-1]),
        action=checked("action", name or ROOT_ACTION),
    )


def _sort_value(record: ActionRecord, field: str) -> Any:
    if field not in {"created_at", "updated_at"}:
        raise ValueError(f"sort_by={field!r}: created_at or updated_at")
    return getattr(record, field)
