"""The store of actions: create, claim, finish, abort. Each is one conditional write; none reads before it writes.

A write whose answer got lost is sent again by the AWS client and then fails its own condition. So every refusal is
compared with what the item says: what this caller wrote itself is not a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from flyte.protocol.costs import Usage
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import Attempt, ErrorRecord, GroupCount, Outcome
from functions.control import attempts, lifecycle, parking, run_facets
from functions.control.action_items import (
    id_of,
    is_root,
    key_of,
    outcome_of,
    phase_of,
    root_index_keys,
)
from functions.control.action_update import ActionUpdate
from functions.control.attributes import Item, found_by_condition, from_attributes, to_attributes
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked, OpenAttempt
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.ends import Ends, Tell, nobody
from functions.control.errors import ActionNotFoundError, RunNotFoundError
from functions.control.failure import Failure, outputs_too_large
from functions.control.new_actions import NewAction
from functions.control.payloads import Payloads, attempt_key
from functions.control.retries import retry_after
from functions.control.writes import put_new, update_if

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an action is, and the request id of the invocation that works on it."""

    phase: ActionPhase
    owner: str | None


class Actions:
    """Actions in the runs table."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        payloads: Payloads,
        now: Clock = utc_now,
        tell: Tell = nobody,
    ) -> None:
        self._table = settings.runs_table
        self._retention = timedelta(days=settings.run_retention_days)
        self._clients = clients
        self._payloads = payloads
        self._ends = Ends(settings, clients, now, tell)
        self._now = now

    def create(self, new: NewAction) -> Item | None:
        """Records a queued action.

        Returns:
            None if it was recorded, else the item that is there already. One of the same `request_token` was recorded
            by this very request, sent before.
        """
        record, values = new.record, new.to_item(self._retention)
        if is_root(record.id):
            values |= root_index_keys(record.id, record.task_name, record.phase, record.created_at)
            run_facets.write(self._clients.dynamodb, self._table, record, values["expires_at"])
        return put_new(self._clients.dynamodb, self._table, values)

    def claim(self, action: ActionId, attempt: int, invoked: Invoked) -> ClaimedAction | AlreadyClaimed | Ended:
        """Takes an attempt for this invocation: it is running from now on. One write, no read.

        Args:
            action: The action to work on.
            attempt: Its attempt, counted from 1, as the state machine says.
            invoked: Who asks.

        Raises:
            ActionNotFoundError: No such action is recorded.
        """
        now = self._now()
        entry = Attempt(
            number=attempt,
            started_at=now,
            request_id=invoked.request_id,
            log_group=invoked.log_group,
            log_stream=invoked.log_stream,
        )
        update = (
            ActionUpdate(action, now)
            .enter(ActionPhase.RUNNING)
            .put("owner", invoked.request_id)
            .put("attempt", attempt)
            .put_once("started_at", to_iso(now))
            .append("attempts", entry.to_dict())
            .require("attempt", attempt - 1)
        )
        try:
            return ClaimedAction.from_item(self._write(update))
        except _RefusedError as refused:
            return self._refused_claim(refused.item, attempt, invoked)

    def park(
        self,
        claimed: ClaimedAction,
        awaited: Sequence[str],
        tick_s: int,
        wake_at: datetime | None,
        in_a_row: int = 0,
    ) -> Outcome:
        """Lets go of the attempt because its task only waits; a later invocation resumes it.

        Args:
            claimed: The attempt.
            awaited: The children that it waits for.
            tick_s: When it is resumed even if nothing wakes it, in seconds.
            wake_at: When it is to be resumed in any case, because its task sleeps until then.
            in_a_row: How many times before it was parked without having started a child in between.
        """
        now = self._now()
        entry = attempts.left(claimed.attempt, now)
        left = parking.ends_until_woken(len(awaited), in_a_row)
        update = (
            ActionUpdate(claimed.id, now)
            .require("phase", ActionPhase.RUNNING.value)
            .require("owner", claimed.attempt.request_id)
            .remove("owner")
            .put("parked_at", to_iso(now))
            .put("awaiting", left)
            .put("awaiting_from", left)
            .put("awaited", parking.names_kept(awaited))
            .put("tick_s", tick_s)
            .put("in_a_row", in_a_row or None)
            .put("wake_at", None if wake_at is None else to_iso(wake_at))
            .put("below", claimed.below and claimed.below.to_dict())
            .put_at("attempts", claimed.attempt.number - 1, entry.to_dict())
        )
        return self._outcome(update, claimed.attempt.number)

    def finish_succeeded(self, claimed: ClaimedAction, outputs: str) -> Outcome:
        """Ends the action with its outputs.

        Outputs above the task's `max_inline_io_bytes` fail it with `InlineIOMaxBytesBreached` instead.

        Args:
            claimed: The attempt that succeeded.
            outputs: All outputs as one JSON object, `{"o0": …}`.
        """
        size_bytes = len(outputs.encode())
        if size_bytes > claimed.spec.max_inline_io_bytes:
            return self.finish_failed(claimed, outputs_too_large(claimed, size_bytes))
        key = attempt_key(claimed.id, claimed.attempt.number, "outputs.json")
        stored = self._payloads.store(outputs, key)
        now, number = self._now(), claimed.attempt.number
        update = (
            ActionUpdate(claimed.id, now)
            .enter(ActionPhase.SUCCEEDED)
            .require("owner", claimed.attempt.request_id)
            .remove("owner")
            .put("outputs", stored.text)
            .put("outputs_uri", stored.uri)
            .put("below", claimed.below and claimed.below.to_dict())
            .put_at("attempts", number - 1, attempts.ended(claimed.attempt, now).to_dict())
        )
        return self._outcome(update, number)

    def finish_failed(self, claimed: ClaimedAction, failure: Failure) -> Outcome:
        """Ends the attempt with an error: the action is queued again if the task's policy allows it, else it ends."""
        return self.fail(claimed.open_attempt, failure)

    def fail(self, attempt: OpenAttempt, failure: Failure) -> Outcome:
        """Ends an attempt with an error, whether its owner says so or whoever found the owner dead."""
        now = self._now()
        number = attempt.entry.number
        error = self._payloads.store_error(failure.error, attempt.id, number)
        retry = retry_after(attempt, now, is_ours=failure.is_ours) if failure.recoverable else None
        phase = lifecycle.ending_of(error.code) if retry is None else ActionPhase.QUEUED
        update = ActionUpdate(attempt.id, now).enter(phase).put("below", attempt.below and attempt.below.to_dict())
        entry = attempts.ended(attempt.entry, now).model_copy(update={"error": attempts.brief(error)}).to_dict()
        if attempt.owner is None:
            update.require("attempt", number - 1).put("attempt", number).append("attempts", entry)
        else:
            update.require("owner", attempt.owner).remove("owner").put_at("attempts", number - 1, entry)
        if retry is None:
            update.put("error", error.to_dict())
        elif retry.is_ours:
            update.put("retry_wait_s", retry.wait_s).put("system_retries", attempt.system_retries + 1)
        else:
            update.put("retry_wait_s", retry.wait_s).put("tries_from", number + 1)
        return self._outcome(update, number)

    def abort(self, item: Item, reason: str) -> Item | None:
        """Records an action as aborted.

        Args:
            item: The action as it was read; its running attempt is ended too.
            reason: Why, in the caller's words.

        Returns:
            The item as it is now, or None if the action moved on since it was read: read it again.
        """
        now = self._now()
        update = ActionUpdate(id_of(item), now).enter(ActionPhase.ABORTED).put("abort_reason", reason)
        self._end_open_attempt(update, item, now)
        try:
            return self._write(update)
        except _RefusedError:
            return None

    def close(self, item: Item, phase: ActionPhase, error: ErrorRecord) -> Item | None:
        """Ends an action whose execution is over, without another attempt. Returns as `abort` does."""
        now = self._now()
        update = ActionUpdate(id_of(item), now).enter(phase).put("error", error.to_dict())
        self._end_open_attempt(update, item, now, attempts.brief(error))
        try:
            return self._write(update)
        except _RefusedError:
            return None

    def write(self, update: ActionUpdate) -> tuple[Item, bool]:
        """Makes a write of an action that no invocation works on.

        Returns:
            The item, and whether this is because of the write; else it is what forbade it.
        """
        try:
            return self._write(update), True
        except _RefusedError as refused:
            return refused.item, False

    def touch(self, action: ActionId) -> None:
        """Puts an action that was found alive at the end of the reconciler's queue. Nothing happens if it ended."""
        try:
            self._write(ActionUpdate(action, self._now()).require_open())
        except _RefusedError:
            return

    def count_groups(self, action: ActionId, counts: Mapping[str, GroupCount]) -> None:
        """Records how far the groups of an action's children are. Nothing happens if it ended."""
        groups = {name: count.to_dict() for name, count in counts.items()}
        self.write(ActionUpdate(action, self._now()).require_open().put("groups", groups))

    def count_below(self, action: ActionId, below: Usage) -> None:
        """Records what the actions below it took, of an action that has ended: nobody is told again."""
        values = {":below": below.to_dict()}
        update_if(
            self._clients.dynamodb, self._table, key_of(action), "SET below = :below", "attribute_exists(pk)", values
        )

    def warn(self, action: ActionId, text: str) -> None:
        """Records what whoever looks at the action should know. Nothing happens if it ended."""
        self.write(ActionUpdate(action, self._now()).require_open().put("warning", text))

    def get(self, action: ActionId) -> Item:
        """The whole item, as last written.

        Raises:
            RunNotFoundError: No such run, where its root action is asked for.
            ActionNotFoundError: No such action in the run.
        """
        item = self._read(action, None)
        if item is None:
            raise _not_found(action)
        return item

    def phase(self, action: ActionId) -> ActionPhase:
        """The phase alone. Raises as `get` does."""
        return self.standing(action).phase

    def standing(self, action: ActionId) -> Standing:
        """The phase, and which invocation owns the running attempt: what a supervisor asks. Raises as `get` does."""
        item = self._read(action, ("phase", "owner"))
        if item is None:
            raise _not_found(action)
        return Standing(phase_of(item), item.get("owner"))

    def forget(self, action: ActionId, request_token: str) -> bool:
        """Removes an action that was recorded under this token and never started; says whether it did."""
        try:
            self._clients.dynamodb.delete_item(
                TableName=self._table,
                Key=to_attributes(key_of(action)),
                ConditionExpression="request_token = :token AND attempt = :none",
                ExpressionAttributeValues=to_attributes({":token": request_token, ":none": 0}),
            )
        except ClientError as error:
            found_by_condition(error)
            return False
        return True

    def _refused_claim(self, item: Item, attempt: int, invoked: Invoked) -> ClaimedAction | AlreadyClaimed | Ended:
        action, phase, current = id_of(item), phase_of(item), item["attempt"]
        if phase is ActionPhase.RUNNING and current == attempt:
            if item.get("owner") == invoked.request_id:
                return ClaimedAction.from_item(item)
            if parking.is_parked(item):
                return self._resume(item, attempt, invoked)
            return AlreadyClaimed(action, attempt, item.get("owner", ""))
        return Ended(action, phase, outcome_of(item, attempt))

    def _resume(self, item: Item, attempt: int, invoked: Invoked) -> ClaimedAction | AlreadyClaimed | Ended:
        """Takes a parked attempt for this invocation."""
        action, now = id_of(item), self._now()
        parked = parking.Parked.from_item(item)
        entry = attempts.resumed(Attempt.model_validate(item["attempts"][-1]), parked, invoked, now)
        update = (
            ActionUpdate(action, now)
            .require("phase", ActionPhase.RUNNING.value)
            .require("parked_at", item["parked_at"])
            .put("owner", invoked.request_id)
            .remove(*parking.ATTRIBUTES)
            .put_at("attempts", attempt - 1, entry.to_dict())
        )
        try:
            return ClaimedAction.from_item(self._write(update), parked)
        except _RefusedError as refused:
            if refused.item.get("owner") == invoked.request_id:
                return ClaimedAction.from_item(refused.item, parked)
            return self._refused_claim(refused.item, attempt, invoked)

    def _end_open_attempt(
        self, update: ActionUpdate, item: Item, now: datetime, error: ErrorRecord | None = None
    ) -> None:
        """Ends the attempt that is running by the item, if one is, on condition that it still is."""
        update.require("owner", item.get("owner")).require("parked_at", item.get("parked_at"))
        if "owner" in item or parking.is_parked(item):
            entry = attempts.closed(item, now).to_dict() | ({"error": error.to_dict()} if error else {})
            update.put_at("attempts", len(item["attempts"]) - 1, entry).remove("owner", *parking.ATTRIBUTES)

    def _outcome(self, update: ActionUpdate, attempt: int) -> Outcome:
        """Writes; whether or not somebody else was first, the item then says what the state machine does next."""
        try:
            item = self._write(update)
        except _RefusedError as refused:
            item = refused.item
        return outcome_of(item, attempt)

    def _write(self, update: ActionUpdate) -> Item:
        try:
            answer = self._clients.dynamodb.update_item(**update.to_request(self._table))
        except ClientError as error:
            item = found_by_condition(error)
            if item is None:
                raise _not_found(update.action) from error
            raise _RefusedError(item) from error
        item = from_attributes(answer["Attributes"])
        if phase_of(item).is_terminal:
            self._ends.tell(update.action, item, self.write)
        return item

    def _read(self, action: ActionId, names: tuple[str, ...] | None) -> Item | None:
        key = to_attributes(key_of(action))
        if names is None:
            answer = self._clients.dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        else:
            answer = self._clients.dynamodb.get_item(
                TableName=self._table,
                Key=key,
                # An old answer could make a supervisor believe that it lost its action.
                ConsistentRead=True,
                ProjectionExpression=", ".join(f"#{name}" for name in names),
                ExpressionAttributeNames={f"#{name}": name for name in names},
            )
        return from_attributes(answer["Item"]) if "Item" in answer else None


class _RefusedError(Exception):
    """The condition of a write did not hold; `item` is what is recorded."""

    def __init__(self, item: Item) -> None:
        super().__init__(f"refused: {id_of(item)} is {item['phase']}")
        self.item = item


def _not_found(action: ActionId) -> RunNotFoundError | ActionNotFoundError:
    where = f"{action.scope}"
    if is_root(action):
        return RunNotFoundError(f"There is no run {action.run!r} in {where}.")
    return ActionNotFoundError(f"There is no action {action.action!r} in the run {action.run!r} of {where}.")
