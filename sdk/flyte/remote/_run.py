"""A run on the backend: made by `flyte.run`, or found by its name."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Any, Literal

from flyte._initialize import require_backend
from flyte._local_run import LocalRun
from flyte._syncify import syncify
from flyte.protocol.phases import ActionPhase

from ._action import Action, ActionDetails
from ._code import CodeBundle, download_code
from ._logs import log_lines, print_logs
from ._recorded import Recorded
from ._records import (
    WaitFor,
    fetch_inputs,
    fetch_outputs,
    follow,
    input_payload,
    output_payload,
    raise_for,
    request_abort,
)
from ._report import fetch_report
from ._runs import fetch_root, list_runs, run_path, run_url, scope_of, scope_of_lists
from ._typed import typed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from flyte.protocol.identity import ActionId
    from flyte.protocol.runs import ActionRecord
    from flyte.types import NativeInterface

    from ._http import Query
    from ._io import ActionInputs, ActionOutputs
    from ._time import TimeFilter
    from ._typed import Deserializers, Types


class Run(Recorded, ABC):
    """A run. `str(run)` waits and gives its result; `repr(run)`, `name`, `url` and `phase` never ask the backend.

    Args:
        record: Its root action.
        interface: The task's inputs and outputs as Python types, where its code is at hand.
    """

    def __init__(self, record: ActionRecord, interface: NativeInterface | None = None) -> None:
        super().__init__(record)
        self._interface = interface
        self._outputs: ActionOutputs | None = None

    # -- finding ---------------------------------------------------------------------------------------------------

    @syncify
    @classmethod
    async def get(cls, name: str, project: str | None = None, domain: str | None = None) -> Run:
        """The run of that name.

        Raises:
            RuntimeUserError: `RunNotFound`: there is none.
        """
        return cls(await fetch_root(scope_of(name, project, domain)))

    @syncify
    @classmethod
    async def listall(
        cls,
        in_phase: tuple[ActionPhase | str, ...] | None = None,
        task_name: str | None = None,
        task_version: str | None = None,
        created_by_subject: str | None = None,
        sort_by: tuple[str, Literal["asc", "desc"]] | None = None,
        limit: int = 100,
        project: str | None = None,
        domain: str | None = None,
        created_at: TimeFilter | None = None,
        updated_at: TimeFilter | None = None,
        with_labels: dict[str, str] | None = None,
        with_label_keys: list[str] | None = None,
        paused_actions_only: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> AsyncIterator[Run]:
        """Runs that fit all of the filters, the newest first.

        Args:
            in_phase: Their phase is one of these.
            task_name: Their task, as `environment.function`.
            task_version: Their task's version.
            created_by_subject: Who created them.
            sort_by: Only `created_at` with `desc`, which is the order in any case.
            limit: At most so many.
            project: Instead of the configured one.
            domain: Instead of the configured one.
            created_at: When they were created.
            updated_at: When they changed last.
            with_labels: Labels that they have.
            with_label_keys: Labels that they have, whatever their value.
            paused_actions_only: Only those that wait for a condition.
        """
        if sort_by not in {None, ("created_at", "desc")}:
            raise ValueError(f"sort_by={sort_by!r}: runs are listed by ('created_at', 'desc') only")
        phases = [ActionPhase.PAUSED] if paused_actions_only else [ActionPhase(phase) for phase in in_phase or ()]
        labels = [f"{key}={value}" for key, value in (with_labels or {}).items()] + list(with_label_keys or ())
        query: Query = {
            "phase": list(dict.fromkeys(phase.value for phase in phases)),
            "task": task_name,
            "version": task_version,
            "created_by": created_by_subject,
            "label": labels,
            **(created_at.query("created") if created_at else {}),
            **(updated_at.query("updated") if updated_at else {}),
        }
        for record in await list_runs(query, limit, scope_of_lists(project, domain)):
            yield cls(record)

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Its name, unique in its project and domain."""
        return self._record.id.run

    @property
    def action(self) -> Action:
        """Its root action."""
        return Action(self._record)

    @property
    def url(self) -> str:
        """Where people can see it: the console, else the execution in the AWS console, else the API itself."""
        return run_url(self._record, require_backend())

    # -- following -------------------------------------------------------------------------------------------------

    @syncify
    async def wait(self, quiet: bool = False, wait_for: WaitFor = "terminal") -> None:  # noqa: FBT001, FBT002
        """Waits until it has ended, or begun to run. Does not raise when it failed: see `raise_for_status`."""
        del quiet
        async for record in self._watch(wait_for):
            self._record = record

    async def watch(self, cache_data_on_done: bool = False) -> AsyncIterator[ActionDetails]:  # noqa: FBT001, FBT002
        """Its root action's details after each change of its phase, until it has ended."""
        del cache_data_on_done
        async for record in self._watch("terminal"):
            self._record = record
            yield ActionDetails(record, self._interface)

    def _watch(self, wait_for: WaitFor) -> AsyncIterator[ActionRecord]:
        return follow(self._record.id, self._record, wait_for, lambda: fetch_root(self._record.id))

    @syncify
    async def sync(self) -> Run:
        """Reads it again."""
        self._record = await fetch_root(self._record.id)
        return self

    @syncify
    async def raise_for_status(self) -> None:
        """Waits until it has ended.

        Raises:
            BaseRuntimeError: what it failed with, if it did.
        """
        await self.wait.aio(quiet=True)
        raise_for(self._record)

    @syncify
    async def abort(self, reason: str = "Manually aborted from the SDK api.") -> None:
        """Stops it with all its actions. One that has ended stays as it is."""
        record = await request_abort(run_path(self._record.id, "abort"), reason)
        self._record = record or await fetch_root(self._record.id)

    # -- what it took and gave -------------------------------------------------------------------------------------

    @syncify
    async def inputs(self) -> ActionInputs:
        """Its inputs."""
        return await fetch_inputs(self._record.id, self._interface)

    @syncify
    async def outputs(self) -> ActionOutputs:
        """Waits until it has ended, and gives its outputs.

        Raises:
            BaseRuntimeError: what it failed with, if it did.
        """
        return await self._known_outputs()

    @syncify
    async def typed_inputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Those inputs that `types` names, as its types: also where the task's own are not at hand."""
        return typed(await input_payload(self._record.id), types, deserializers)

    @syncify
    async def typed_outputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Waits until it has ended, and gives those outputs that `types` names, as its types.

        Args:
            types: The types by `o0`, `o1` and so on.
            deserializers: By type, what makes its value of the JSON instead.

        Raises:
            BaseRuntimeError: what it failed with, if it did.
        """
        await self.raise_for_status.aio()
        return typed(await output_payload(self._record.id), types, deserializers)

    @syncify
    async def code_bundle(self) -> CodeBundle | None:
        """The code that it ran; None if none was brought."""
        return (await ActionDetails.of(self._record.id)).code_bundle

    @syncify
    async def download_code(
        self,
        dest: str | Path | None = None,
        extract: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
        attempt: int | None = None,
    ) -> Path:
        """A copy of the code that it ran.

        Args:
            dest: The folder to put it into; a fresh temporary one if not given.
            extract: Whether its files are wanted, or the artifact as it is.
            attempt: All attempts run the same.

        Returns:
            The folder with its files, or the artifact.
        """
        del attempt
        return await download_code(self._record.id, dest, extract=extract)

    @syncify
    async def get_report(self, attempt: int | None = None) -> str:
        """The HTML page that its task reported. Attempts share one.

        Raises:
            RuntimeUserError: `ReportNotFound`: there is none.
        """
        del attempt
        return await fetch_report(self._record.id)

    @syncify
    async def details(self) -> RunDetails:
        """Everything known of it."""
        return RunDetails(await ActionDetails.of(self._record.id, self._interface))

    @syncify
    async def first_failure(self) -> ActionDetails | None:
        """The action that failed first, or None."""
        failed: list[Action] = [
            action
            async for action in Action.listall.aio(self.name)
            if action.phase in {ActionPhase.FAILED, ActionPhase.TIMED_OUT}
        ]
        if not failed:
            return None
        first = min(failed, key=lambda action: action.record.ended_at or action.record.updated_at)
        return await ActionDetails.of(first.action_id)

    @syncify
    async def show_logs(
        self,
        attempt: int | None = None,
        max_lines: int = 100,
        show_ts: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        raw: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        filter_system: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> None:
        """Prints the log lines that are there: the last `max_lines`, or all with `raw`."""
        lines = None if raw else max_lines
        await print_logs(self._record.id, attempt, lines, show_ts=show_ts, filter_system=filter_system)

    @syncify
    async def get_logs(
        self,
        attempt: int | None = None,
        filter_system: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
        show_ts: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> AsyncIterator[str]:
        """Its root action's log lines, until it has ended."""
        async for line in log_lines(self._record.id, attempt, show_ts=show_ts, filter_system=filter_system):
            yield line

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return {"name": self.name, "url": self.url, "phase": self.phase.value, "action": self._record.to_dict()}

    def __str__(self) -> str:
        return str(self.outputs().value)

    def __repr__(self) -> str:
        return f"Run(name={self.name!r}, url={self.url!r}, phase={self.phase.value!r})"

    async def _known_outputs(self) -> ActionOutputs:
        if self._outputs is None:
            await self.wait.aio(quiet=True)
            raise_for(self._record)
            self._outputs = await fetch_outputs(self._record.id, self._interface)
        return self._outputs


class RunDetails:
    """Everything known of a run: the details of its root action."""

    def __init__(self, action_details: ActionDetails) -> None:
        self.action_details = action_details

    @syncify
    @classmethod
    async def get(cls, name: str) -> RunDetails:
        """The details of the run of that name."""
        return cls(await ActionDetails.of(scope_of(name).action_id()))

    @property
    def name(self) -> str:
        """The run's name."""
        return self.action_details.run_name

    @property
    def task_name(self) -> str:
        """`environment.function`."""
        return self.action_details.task_name

    @property
    def action_id(self) -> ActionId:
        """Project, domain, run and name of the root action."""
        return self.action_details.action_id

    def done(self) -> bool:
        """Whether it had ended when it was read."""
        return self.action_details.done()

    async def inputs(self) -> ActionInputs:
        """Its inputs."""
        return await self.action_details.inputs()

    async def outputs(self) -> ActionOutputs:
        """Its outputs.

        Raises:
            BaseRuntimeError: it did not succeed; the error is that of the run.
        """
        return await self.action_details.outputs()

    async def typed_inputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Its inputs as the types that are given by name."""
        return await self.action_details.typed_inputs(types, deserializers)

    async def typed_outputs(self, types: Types, deserializers: Deserializers | None = None) -> dict[str, Any]:
        """Its outputs as the types that are given by name."""
        return await self.action_details.typed_outputs(types, deserializers)

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self.action_details.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return self.action_details.to_json()

    def __repr__(self) -> str:
        return (
            f"RunDetails(name={self.name!r}, task_name={self.task_name!r}, phase={self.action_details.phase.value!r})"
        )


Run.register(LocalRun)  # which has the same face: programs ask of what `flyte.run` gives whether it is a `Run`
