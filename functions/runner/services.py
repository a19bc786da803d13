"""What a task may ask its supervisor for while it runs: results, deployed tasks, children of its action, the API.

Everything is bound to the action that asks: a task cannot reach into another project or domain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from flyte.protocol.costs import Usage
from flyte.protocol.model import Json
from flyte.protocol.runs import Outcome, OutcomeStatus
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.control.parking import FIRST_TICK_S, LAST_TICK_S, NAMES_KEPT
from functions.runner.api_calls import ApiCalls
from functions.runner.api_function import ApiFunction
from functions.runner.calls import Method
from functions.runner.children import Children
from functions.runner.conditions import ConditionCalls
from functions.runner.reserving import Reserving


class Services(Protocol):
    """What the supervisor offers during one attempt."""

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""

    @property
    def can_go_on(self) -> bool:
        """Whether another invocation gets further than this one: what was asked for is recorded."""

    def may_wait(self, open_calls: int) -> bool:
        """Whether so many calls without an answer are all of the kind that another invocation can wait for."""

    def still_waits(self) -> Outcome | None:
        """What to return at once, if the attempt was resumed while nothing that it awaits has ended."""

    def park(self, claim: ClaimedAction, *, only_waits: bool) -> Outcome:
        """Lets go of the attempt until what it awaits has ended, or for no longer than it takes, to go on elsewhere."""

    def go_on(self) -> None:
        """The attempt is taken up again where it was parked."""

    @property
    def below(self) -> Usage | None:
        """What the action's children took, as far as is known."""

    def keep(self, outputs: str) -> None:
        """The task has given these outputs, which are about to be recorded."""

    def changed_course(self) -> str | None:
        """What to tell of a task that was run again and, having waited or ended, has asked for other things."""

    def close(self, *, has_ended: bool) -> None:
        """The attempt is over, and with `has_ended` the action as well."""


class BackendServices:
    """The services of one attempt on a backend."""

    def __init__(self, claim: ClaimedAction, backend: Backend) -> None:
        self._claim = claim
        self._backend = backend
        self._children = Children(claim, backend)
        self._conditions = ConditionCalls(claim, backend, self._children)
        self._reserving = Reserving(claim, backend, self._children.watch)
        api_function = ApiFunction(backend.clients, backend.settings.api_function)
        self._api_calls = ApiCalls(claim.id, api_function, self._children.count)
        self._has_traces = False
        self._new_before = 0
        self._open_calls: int | None = None
        self._parked_in_a_row = -1 if claim.parked is None else claim.parked.in_a_row

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""
        return {
            "find_result": self._find_result,
            "keep_result": self._keep_result,
            "reserve_result": self._reserving.reserve,
            "describe_task": self._describe_task,
            "run_child": self._children.run,
            "abort_child": self._children.abort,
            "sleep_until": self._sleep_until,
            "find_trace": self._find_trace,
            "keep_trace": self._keep_trace,
            **self._conditions.methods,
            **self._api_calls.methods,
        }

    @property
    def can_go_on(self) -> bool:
        """Whether the task has children, sleeps or traces, which another invocation finds."""
        return self._children.has_any or self._has_traces

    def may_wait(self, open_calls: int) -> bool:
        """Whether so many calls without an answer all wait for children or moments."""
        self._open_calls = open_calls
        return self._children.may_wait(open_calls)

    def still_waits(self) -> Outcome | None:
        """What to return at once, if the attempt was resumed while nothing that it awaits has ended."""
        parked = self._claim.parked
        if parked is None or parked.left <= 0 or not (parked.names or parked.wake_at):
            return None
        if self._time_left_s(self._claim) <= 1:
            return None  # a bound of the task has passed, and somebody has to end it
        is_due = parked.wake_at is not None and parked.wake_at <= self._backend.now()
        if is_due or (parked.names and self._children.have_ended(parked.names)):
            return None
        tick_s = min(2 * parked.tick_s, LAST_TICK_S)
        return self._park(self._claim, parked.names, tick_s, parked.wake_at, in_a_row=0)

    def park(self, claim: ClaimedAction, *, only_waits: bool) -> Outcome:
        """Lets go of the attempt; `claim` is the one of this invocation, which may have resumed another's."""
        self._children.watch.pause()
        self._children.watch.tell_progress()
        watch, new = self._children.watch, self._children.new
        awaited, wake_at = watch.awaited, watch.wake_at
        is_same = new == self._new_before
        # Each end lets another child begin, where some are held back: the parent hears of each.
        self._parked_in_a_row = self._parked_in_a_row + 1 if is_same and not self._children.holds_back else 0
        self._new_before = new
        tick_s = FIRST_TICK_S
        if claim.parked is not None and is_same and len(awaited) > NAMES_KEPT:
            tick_s = min(2 * claim.parked.tick_s, LAST_TICK_S)  # of fewer, `still_waits` sees whether one has ended
        outcome = self._park(claim, awaited, tick_s, wake_at, self._parked_in_a_row)
        # What was answered after the task was found to wait, it has not heard: its process was being stopped.
        was_answered = self._open_calls is not None and not self._children.may_wait(self._open_calls)
        is_due = not only_waits or was_answered or self._reserving.may_go_on()
        if outcome.status is OutcomeStatus.SUSPENDED and is_due:
            self._backend.wakeups.hurry(claim.id)
        return outcome

    def go_on(self) -> None:
        """Looks at the children and at what else is awaited again."""
        self._children.watch.go_on()
        self._reserving.go_on()

    def _park(
        self, claim: ClaimedAction, awaited: Sequence[str], tick_s: int, wake_at: datetime | None, in_a_row: int
    ) -> Outcome:
        tick_s = min(tick_s, self._time_left_s(claim))
        claim = replace(claim, below=self.below)
        outcome = self._backend.actions.park(claim, awaited, tick_s, wake_at, in_a_row)
        # Who ended before the count was there has not taken itself off it.
        if outcome.status is OutcomeStatus.SUSPENDED and awaited and self._children.have_ended(awaited):
            self._backend.wakeups.hurry(claim.id)
        return outcome

    def _time_left_s(self, claim: ClaimedAction) -> int:
        """Until the first of the task's bounds, at which somebody has to end it."""
        bounds, now = claim.spec.timeout, self._backend.now()
        ends = [
            began + timedelta(seconds=limit_s)
            for began, limit_s in (
                (claim.attempt.started_at, bounds.max_runtime_s),
                (claim.created_at, bounds.deadline_s),
            )
            if limit_s is not None
        ]
        left_s = [math.ceil((end - now).total_seconds()) + 1 for end in ends]
        return max(1, min(left_s, default=LAST_TICK_S))

    @property
    def below(self) -> Usage | None:
        """What the children took that have ended, as far as they were looked at."""
        return self._children.below

    def keep(self, outputs: str) -> None:
        """Keeps the result, if the caller has said where; and how far the children are, for the last time."""
        if (
            self._claim.cache_key
            and not self._claim.disable_run_cache
            and len(outputs.encode()) <= self._claim.spec.max_inline_io_bytes
        ):
            self._backend.results.keep(self._claim.id, self._claim.cache_key, outputs)
        self._children.watch.tell_progress()

    def changed_course(self) -> str | None:
        """Says and records that the task has asked for other children than an earlier invocation of it."""
        change = self._children.changed_course()
        if change is not None:
            self._backend.actions.warn(self._claim.id, change)
        return change

    def close(self, *, has_ended: bool) -> None:
        """Lets go of the children; they end with their parent."""
        self._children.close(abort=has_ended)

    def _find_result(self, params: Json) -> Json:
        found = self._backend.results.find(self._claim.id.scope, str(params["key"]))
        return None if found is None else {"outputs": found.outputs, "stored_at": found.stored_at.timestamp()}

    def _keep_result(self, params: Json) -> Json:
        self._backend.results.keep(self._claim.id, str(params["key"]), str(params["outputs"]))
        return None

    def _sleep_until(self, params: Json) -> Future[Json]:
        return self._children.watch.sleep_until(float(params["at"]))

    def _find_trace(self, params: Json) -> Json:
        """What a call of a traced function gave in an earlier invocation, or in the recovered run: JSON text."""
        name = str(params["name"])
        item = self._children.earlier(name)
        if item is not None:
            return self._backend.payloads.outputs(item)
        found = self._backend.recoveries.find(self._claim, [name])
        if found is None:
            return None
        self._backend.traces.keep(self._claim, name, found.task_name, found.outputs, found.source)
        self._has_traces = True
        return found.outputs

    def _keep_trace(self, params: Json) -> Json:
        self._backend.traces.keep(self._claim, str(params["name"]), str(params["function"]), str(params["value"]))
        self._has_traces = True
        return None

    def _describe_task(self, params: Json) -> Json:
        """The specification of a deployed task; without a version, of the latest."""
        found = self._backend.registry.get(self._claim.id.scope, str(params["task"]), params.get("version"))
        return found.spec.to_json()
