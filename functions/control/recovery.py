"""Recovering: what succeeded in an earlier run serves in a new one, so that only the rest is run.

Names of actions say what is called with which inputs and not in which run, so an action of the new run is looked up in
the earlier one by its own name. What serves is copied: it outlives the record that it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flyte.protocol.identity import ROOT_ACTION, ActionId, RunId
from flyte.protocol.phases import SUCCESSFUL_PHASES
from flyte.protocol.runs import Recovery
from functions.control.action_items import phase_of
from functions.control.attributes import Item
from functions.control.child_records import ChildRecords
from functions.control.claims import ClaimedAction
from functions.control.errors import ActionNotFoundError, InvalidRequestError, SourceOutputsMissingError
from functions.control.lookup import Lookup
from functions.control.payloads import Payloads

FORCED_AT_MOST = 100
"""Actions that one rerun can name: they, and those above them, are in the record of each of its actions."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """An action of an earlier run that need not be run again."""

    source: ActionId
    """The action that ran: of the earlier run, or of the one that this one had recovered it from."""
    task_name: str
    outputs: str
    """As JSON text."""


class Recoveries:
    """Finds in earlier runs what need not be run again."""

    def __init__(self, lookup: Lookup, child_records: ChildRecords, payloads: Payloads) -> None:
        self._lookup = lookup
        self._child_records = child_records
        self._payloads = payloads

    def checked(self, scope: RunId, asked: Recovery) -> Recovery:
        """The same with all actions that `asked.forced` lie below: a parent that is not run asks for no children.

        Args:
            scope: Any run of the project and domain.
            asked: What a client wants.

        Raises:
            RunNotFoundError: There is no such run. The message names near ones.
            ActionNotFoundError: The run has none of a name that is forced.
            InvalidRequestError: Too many names are forced.
        """
        if len(asked.forced) > FORCED_AT_MOST:
            raise InvalidRequestError(
                f"recover_from.forced: {len(asked.forced)} actions; at most {FORCED_AT_MOST} can be forced. "
                "Force one that they are below, or rerun without recovering."
            )
        source = RunId(project=scope.project, domain=scope.domain, run=asked.run)
        self._lookup.run(source)
        forced = dict.fromkeys(asked.forced)
        names = [name for name in forced if name != ROOT_ACTION]
        while names:
            found = self._child_records.look_at(source, names)
            missing = next((name for name in names if name not in found), None)
            if missing is not None:
                raise ActionNotFoundError(
                    f"There is no action {missing!r} in the run {asked.run!r}: it cannot be forced. "
                    f"List them with: flyte get action {asked.run}"
                )
            above = dict.fromkeys(item["parent"] for item in found.values())
            names = [name for name in above if name not in forced and name != ROOT_ACTION]
            forced |= dict.fromkeys(names)
        return asked.model_copy(update={"forced": tuple(forced)})

    def find(self, claim: ClaimedAction, names: Sequence[str]) -> Recovered | None:
        """What the run that `claim` recovers from has under one of these names. One read, if it recovers at all.

        Args:
            claim: The attempt that asks.
            names: What the action can be called there: its name, and those of its repetitions.

        Raises:
            SourceOutputsMissingError: It succeeded, its outputs are gone, and the rerun does not allow for that.
        """
        recovery = claim.recover_from
        if recovery is None or is_forced(claim, names):
            return None
        source = claim.id.run_id.model_copy(update={"run": recovery.run})
        found = self._child_records.look_at(source, names)
        item = next((item for item in found.values() if phase_of(item) in SUCCESSFUL_PHASES), None)
        if item is None:
            return None
        outputs = self._payloads.outputs(item, may_be_gone=True)
        if outputs is not None:
            return Recovered(_origin(source, item), item["task_name"], outputs)
        if recovery.allow_missing_outputs:
            return None
        raise SourceOutputsMissingError(
            f"{item['task_name']} (action {item['sk']}) succeeded in the run {recovery.run!r}, but its outputs are not "
            "in the bucket any more. To run it again: flyte.rerun(…, allow_missing_source_outputs=True), or "
            "--allow-missing-outputs."
        )


def is_forced(claim: ClaimedAction, names: Sequence[str]) -> bool:
    """Whether the rerun wants an action run that has one of these names."""
    return claim.recover_from is not None and not set(names).isdisjoint(claim.recover_from.forced)


def _origin(source: RunId, item: Item) -> ActionId:
    known = item.get("recovered_from")
    return source.action_id(item["sk"]) if known is None else ActionId.model_validate(known)
