"""The store of actions: create, claim, finish, abort. Each is one conditional write; none reads before it writes.

A write whose answer got lost is sent again by the AWS client and then fails its own condition. So every refusal is
compared with what the item says: what this caller wrote itself is not a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, Attempt, ErrorRecord, GroupCount, LogStay, Outcome
from functions.control import lifecycle, parking, run_facets
from functions.control.action_items import (
    OPEN_CONDITIONS,
    id_of,
    is_root,
    item_of,
    key_of,
    open_shard,
    outcome_of,
    phase_of,
    root_index_keys,
    to_record,
)
from functions.control.action_update import ActionUpdate
from functions.control.attributes import Item, found_by_condition, from_attributes, to_attributes
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked, OpenAttempt
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.errors import ActionNotFoundError, RunNotFoundError
from functions.control.pauses import Pauses
from functions.control.payloads import Payloads, StoredPayload, attempt_key, cut_text
from functions.control.reservations import RESERVES, Reservations
from functions.control.retries import retry_after
from functions.control.usage import UsageBelow
from functions.control.writes import put_new

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_logger = logging.getLogger(__name__)

Tell = Callable[[Item], None]
"""Hears of an action's end, once: gets the item as it was written."""

_ATTEMPT_ERROR_BYTES = 300
"""Text kept of an error for each attempt. The last one's is in the record's `error`; an item has room for 400 KB."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to be recorded as queued."""

    record: ActionRecord
    spec_json: str
    inputs: StoredPayload
    function_arn: str
    request_token: str
    code_key: str | None = None
    dependencies_key: str | None = None
    overwrite_cache: bool = False
    disable_run_cache: bool = False
    client_version: str = ""
    cache_key: str | None = None
    """Where the result is kept: by its caller's word, which is empty for nowhere; None lets the task itself say."""
    run_started_at: datetime | None = None
    """When the run was created; None for the run's first action, which is as old."""
    outputs: StoredPayload | None = None
    """Of an action that need not run, because a result was kept of an equal one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt failed. `recoverable` is false where no policy may retry it; `is_ours` as in `retries`."""

    error: ErrorRecord
    recoverable: bool = True
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an action is, and the request id of the invocation that works on it."""

    phase: ActionPhase
    owner: str | None


def nobody(_item: Item) -> None:
    """Tells nobody."""


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
        self._wakeups = parking.Wakeups(settings, clients, now)
        self._pauses = Pauses(settings, clients)
        self._usage_below = UsageBelow(settings, clients)
        self._reservations = Reservations(settings, clients, now)
        self._now = now
        self._tell = tell

    def create(self, new: NewAction) -> Item | None:
        """Records a queued action.

        Returns:
            None if it was recorded, else the item that is there already. One of the same `request_token` was recorded
            by this very request, sent before.
        """
        record = new.record
        values: dict[str, Any] = {
            **item_of(record, self._retention),
            "attempts": [],
            "attempt": 0,
            "spec": new.spec_json,
            "inputs": new.inputs.text,
            "inputs_uri": new.inputs.uri,
            "function_arn": new.function_arn,
            "request_token": new.request_token,
            "code_key": new.code_key,
            "dependencies_key": new.dependencies_key,
            "overwrite_cache": new.overwrite_cache,
            "disable_run_cache": new.disable_run_cache or None,
            "client_version": new.client_version,
            "cache_key": new.cache_key,
            "run_started_at": None if new.run_started_at is None else to_iso(new.run_started_at),
            "outputs": new.outputs and new.outputs.text,
            "outputs_uri": new.outputs and new.outputs.uri,
            "open_shard": None if record.phase.is_terminal else open_shard(record.id),
        }
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
        entry = _left(claimed.attempt, now)
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
            return self.finish_failed(claimed, _outputs_too_large(claimed, size_bytes))
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
            .put_at("attempts", number - 1, _ended(claimed.attempt, now).to_dict())
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
        update = ActionUpdate(attempt.id, now).enter(phase)
        entry = _ended(attempt.entry, now).model_copy(update={"error": _brief(error)}).to_dict()
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
        self._end_open_attempt(update, item, now, _brief(error))
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
        entry = _resumed(Attempt.model_validate(item["attempts"][-1]), parked, invoked, now)
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
            entry = _closed(item, now).to_dict() | ({"error": error.to_dict()} if error else {})
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
            self._after_end(update.action, item)
        return item

    def _after_end(self, action: ActionId, item: Item) -> None:
        """Wakes who may wait for the action or its result, and ends the conditions that its task has left open."""
        try:
            if "parent" in item:
                self._wakeups.child_ended(action.action_id(item["parent"]))
            if RESERVES in item:
                self._reservations.release(action, item[RESERVES], self._wakeups.hurry)
            if item.get("kind") == "condition":
                self._pauses.end(action, item["parent"])
            for name in item.get(OPEN_CONDITIONS, ()):
                left = ActionUpdate(action.action_id(name), self._now()).enter(ActionPhase.ABORTED)
                self.write(left.put("abort_reason", "The task that had made the condition has ended."))
            if "parent" in item:
                self._usage_below.add(to_record(item), item["expires_at"])  # last: all else is waited for
        except (ClientError, BotoCoreError):
            # The end is recorded: the parent's tick finds it, and so does who signals a condition that is left.
            _logger.exception("could not tell others of the end of %s/%s", action.key, action.action)
        try:
            self._tell(item)
        except Exception:
            # The end is recorded: whoever counts ends must not undo it.
            _logger.exception("the end of %s/%s could not be told", action.key, action.action)

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


def _left(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt when its invocation lets go of it."""
    worked = now - (attempt.resumed_at or attempt.started_at)
    return attempt.model_copy(update={"active_ms": attempt.active_ms + _milliseconds(worked)})


def _ended(attempt: Attempt, now: datetime) -> Attempt:
    return _left(attempt, now).model_copy(update={"ended_at": now})


def _closed(item: Item, now: datetime) -> Attempt:
    """The attempt when somebody else than its owner ends it: it is worked on, or waits."""
    attempt = Attempt.model_validate(item["attempts"][-1])
    if not parking.is_parked(item):
        return _ended(attempt, now)
    return _waited(attempt, parking.Parked.from_item(item), now).model_copy(update={"ended_at": now})


def _waited(attempt: Attempt, parked: parking.Parked, now: datetime) -> Attempt:
    """The attempt when its wait is over."""
    suspended_ms = attempt.suspended_ms + _milliseconds(now - parked.since)
    return attempt.model_copy(update={"suspended_ms": suspended_ms, "suspensions": attempt.suspensions + 1})


def _resumed(attempt: Attempt, parked: parking.Parked, invoked: Invoked, now: datetime) -> Attempt:
    """The attempt when another invocation takes it up."""
    earlier = attempt.earlier_streams
    if invoked.log_stream != attempt.log_stream:
        left = LogStay(log_stream=attempt.log_stream, request_id=attempt.request_id, until=now)
        earlier = (*earlier, left)[-limits.LOG_STREAMS_KEPT :]
    return _waited(attempt, parked, now).model_copy(
        update={
            "request_id": invoked.request_id,
            "log_group": invoked.log_group,
            "log_stream": invoked.log_stream,
            "earlier_streams": earlier,
            "resumed_at": now,
        }
    )


def _milliseconds(duration: timedelta) -> int:
    return max(0, round(duration.total_seconds() * 1000))


def _brief(error: ErrorRecord) -> ErrorRecord:
    return error.model_copy(
        update={"message": cut_text(error.message, _ATTEMPT_ERROR_BYTES), "traceback": "", "full_text_uri": None}
    )


def _outputs_too_large(claimed: ClaimedAction, size_bytes: int) -> Failure:
    limit = claimed.spec.max_inline_io_bytes
    return Failure(
        ErrorRecord(
            code="InlineIOMaxBytesBreached",
            kind="user",
            message=f"The outputs of {claimed.spec.name} have {size_bytes:,} bytes; max_inline_io_bytes allows "
            f"{limit:,}. Return a flyte.io.File or Dir, or raise max_inline_io_bytes of the task.",
        ),
        recoverable=False,
    )
