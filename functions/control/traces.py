"""What functions with `@flyte.trace` gave: recorded under the action that called them, for its later invocations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, PhaseTransition
from functions.control.action_items import item_of
from functions.control.claims import ClaimedAction
from functions.control.clock import Clock, utc_now
from functions.control.payloads import Payloads, attempt_key
from functions.control.writes import put_new

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings


class Traces:
    """Records calls of traced functions, each as an item beside the actions of its run."""

    def __init__(self, settings: Settings, clients: Clients, payloads: Payloads, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._retention = timedelta(days=settings.run_retention_days)
        self._clients = clients
        self._payloads = payloads
        self._now = now

    def keep(
        self, parent: ClaimedAction, name: str, function: str, value: str, recovered_from: ActionId | None = None
    ) -> None:
        """Records what a call gave; what is recorded already stays.

        Args:
            parent: The action whose task called.
            name: What tells this call from others of the action.
            function: The traced function, for people.
            value: What it gave, as JSON text of outputs: `{"o0": …}`.
            recovered_from: The call in an earlier run that gave it.
        """
        now, action = self._now(), parent.id.action_id(name)
        phase = ActionPhase.SUCCEEDED if recovered_from is None else ActionPhase.RECOVERED
        record = ActionRecord(
            id=action,
            kind="trace",
            parent=parent.id.action,
            task_name=function,
            task_version=parent.spec.version,
            short_name=function.rpartition(".")[2],
            phase=phase,
            created_at=now,
            updated_at=now,
            started_at=now,
            ended_at=now,
            transitions=(PhaseTransition(phase=phase, at=now),),
            recovered_from=recovered_from,
        )
        stored = self._payloads.store(value, attempt_key(action, parent.attempt.number, "outputs.json"))
        values = {**item_of(record, self._retention), "outputs": stored.text, "outputs_uri": stored.uri}
        # One that is there: this very write, sent again; or that of the successor of an attempt taken for dead.
        put_new(self._clients.dynamodb, self._table, values)
