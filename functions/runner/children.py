"""The children of one attempt: each is started once a name, or found as an earlier invocation has started it."""

from __future__ import annotations

import functools
import logging
import random
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.costs import Usage
from flyte.protocol.model import Json
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import CacheLookup, ChildRequest
from flyte.protocol.tasks import TaskSpec
from flyte.runtime.naming import digest
from functions.control.attributes import Item
from functions.control.backend import Backend
from functions.control.child_records import KEYS_PER_READ, Earlier
from functions.control.claims import ClaimedAction
from functions.control.parking import AWAKE_S
from functions.control.recovery import is_forced
from functions.runner.child_aborts import ChildAborts
from functions.runner.child_turns import ChildTurns
from functions.runner.child_watch import ChildWatch
from functions.runner.course import Course

_STARTS = 8
"""Children whose turn has come are started so many at a time."""

_NEW_FOR = timedelta(seconds=30)
"""A child that was not begun for longer may not have been started; it may as well wait for a free runner."""

_NOT_AWAITED = "The task that had called it does not wait for it any more."
_PARENT_ENDED = "The task that had called it has ended."

_logger = logging.getLogger(__name__)


class Children:
    """Starts children for the task that runs, and ends them.

    Args:
        claim: The attempt whose children they are.
        backend: Where they are recorded and run.
    """

    watch: ChildWatch
    """Who waits for them."""

    def __init__(self, claim: ClaimedAction, backend: Backend) -> None:
        self._claim = claim
        self._backend = backend
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._earlier: Earlier | None = None
        most = claim.max_action_concurrency
        self._turns = ChildTurns(None if most is None else most - 1)
        self.watch = ChildWatch(claim, backend, self._turns)
        self._starts = ThreadPoolExecutor(_STARTS, "starts")
        self._aborts = ChildAborts(lambda names: backend.aborts.abort_all(claim.id, names, _NOT_AWAITED))
        self._called: dict[str, str] = {}
        self._course = Course()
        self._started = 0
        self._new = 0
        self._awake_until = claim.created_at
        self._is_stopped = self._is_over = False

    def run(self, params: Json) -> Future[Json]:
        """Starts a child, or finds the one that was started by that name.

        Returns:
            A future of how it ended: `phase`, and `outputs` as JSON text or `error`.
        """
        spec = params.get("spec")
        asked = ChildRequest.model_validate({**params, "spec": None if spec is None else _parsed(spec)})
        request, item = self._found(asked)
        self._called[asked.name] = request.name
        self.watch.asks(request.name, asked.group, asked.group_size)
        self._started += 1
        answer: Future[Json] = Future()
        if item is not None and ActionPhase(item["phase"]) is not ActionPhase.QUEUED:
            self._answer_or_await(request.name, item, answer)
            return answer
        turn = self._turns.take(request.name)
        if turn.done():
            self._start(request, answer)
        else:
            turn.add_done_callback(lambda turn: self._turn_came(request, answer, turn))
            self.watch.look_from_now()
        return answer

    def is_to_be_repeated(self, item: Item) -> bool:
        """Whether it failed before the task was tried again: within one try, what a child came to stays what it is."""
        if ActionPhase(item["phase"]) not in {ActionPhase.FAILED, ActionPhase.TIMED_OUT, ActionPhase.ABORTED}:
            return False
        since = self._claim.tries_since
        return since is not None and datetime.fromisoformat(item["ended_at"]) <= since

    def count(self) -> None:
        """The task has asked for something that another invocation finds."""
        self._started += 1

    def earlier(self, name: str) -> Item | None:
        """What an earlier invocation has recorded under that name, if it is done with."""
        if not self._claim.may_have_children:
            return None
        earlier = self._earlier_ones()
        item = earlier.items.get(name)
        if item is None and not earlier.is_all:
            item = self._backend.child_records.look_at(self._claim.id.run_id, [name]).get(name)
        return item

    def may_wait(self, open_calls: int) -> bool:
        """Whether so many calls are no more than those that wait for children, turns and moments.

        Not yet, while a child that was just started counts on its parent not to be parked.
        """
        is_soon = self._backend.now() < self._awake_until
        return not is_soon and open_calls == self.watch.waiting + self._turns.waiting

    @property
    def has_any(self) -> bool:
        """Whether the task has asked for children, so that it gets further by being run again."""
        return self._started > 0 or self.watch.has_timers

    @property
    def new(self) -> int:
        """How many children were started here, and not found to be there."""
        with self._lock:
            return self._new

    @property
    def holds_back(self) -> bool:
        """Whether there are children that wait for their turn."""
        return self._turns.waiting > 0

    def have_ended(self, names: Sequence[str]) -> bool:
        """Whether any of these children has ended. One that is recorded and was never started is started."""
        found = self._backend.child_records.look_at(self._claim.id.run_id, names)
        forgotten = [name for name, item in found.items() if _was_forgotten(item, self._backend.now())]
        # A few at a time: who looks is about to be suspended, and is billed for it.
        for name in random.sample(forgotten, min(_STARTS, len(forgotten))):
            self._start_forgotten(name)
        return any(map(_has_ended, found.values()))

    @property
    def below(self) -> Usage | None:
        """What the children that have ended took; None if that is not known."""
        return self.watch.took({} if self._earlier is None else self._earlier.items)

    def _found(self, request: ChildRequest) -> tuple[ChildRequest, Item | None]:
        """The request by the name that the child has now, and its item if it need not be started."""
        item = self.earlier(request.name)
        if self._claim.may_have_children:
            self._course.asks(self._names(request), _task_of(request), is_new=item is None)
        if item is not None and self.is_to_be_repeated(item):
            # It failed before, and this attempt is there to try again.
            request = request.model_copy(update={"name": digest(request.name, str(self._claim.try_number))})
            item = self.earlier(request.name)
        return request, item or self._recovered(request) or self._kept(request)

    def _turn_came(self, request: ChildRequest, answer: Future[Json], turn: Future[None]) -> None:
        if turn.cancelled():
            answer.set_result(None)  # nobody waits for it any more
        elif not self._is_stopped:
            self._starts.submit(self._start, request, answer)

    def _start(self, request: ChildRequest, answer: Future[Json]) -> None:
        try:
            item = self._backend.runs.start_child(self._claim, request)
            with self._lock:
                self._new += item is None
                self._awake_until = self._backend.now() + timedelta(seconds=AWAKE_S)
            if self._is_over:  # it was asked for when the task was about to end
                self._backend.aborts.abort_all(self._claim.id, [request.name], _PARENT_ENDED)
            self._answer_or_await(request.name, item, answer)
        except Exception as error:  # noqa: BLE001 - the answer of who asked
            self._turns.end(request.name)
            answer.set_exception(error)

    def _answer_or_await(self, name: str, item: Item | None, answer: Future[Json]) -> None:
        if item is not None and _has_ended(item):
            answer.set_result(self.watch.ended(name, item))
        else:
            self.watch.wait_for(name, answer)

    def _recovered(self, request: ChildRequest) -> Item | None:
        """The child's item, with what it gave in the run that is recovered; None if it is to be run."""
        found = self._backend.recoveries.find(self._claim, self._names(request))
        if found is None:
            return None
        there = self._backend.runs.start_child(self._claim, request, found.outputs, found.source)
        return there or {"phase": ActionPhase.RECOVERED.value, "outputs": found.outputs}

    def _kept(self, request: ChildRequest) -> Item | None:
        """The child's item, with what an equal call gave; None if it is to be run."""
        outputs = None if is_forced(self._claim, self._names(request)) else self._kept_outputs(request.cache)
        if outputs is None:
            return None
        there = self._backend.runs.start_child(self._claim, request, outputs)
        return there or {"phase": ActionPhase.SUCCEEDED.value, "outputs": outputs, "cache_hit": True}

    def _names(self, request: ChildRequest) -> list[str]:
        """What the child can be called in another run: each attempt of the parent repeats children under new names."""
        attempts = range(2, min(self._claim.spec.retry.count + 2, KEYS_PER_READ))
        return [request.name, *(digest(request.name, str(attempt)) for attempt in attempts)]

    def _earlier_ones(self) -> Earlier:
        """Read once, by whichever call comes first: a replay makes many at a time."""
        with self._reading:
            if self._earlier is None:
                self._earlier = self._backend.child_records.started_by(self._claim.id)
                for name, item in _tasks(self._earlier.items).items():
                    if not _has_ended(item):
                        self._turns.take(name)
            return self._earlier

    def abort(self, params: Json) -> Json | Future[Json]:
        """Ends a child that nobody waits for any more, with everything below it."""
        name = self._called.get(str(params["name"]), str(params["name"]))
        if self._turns.end(name):
            return None
        answers = self.watch.forget(name)
        ended = self._aborts.add(name)
        ended.add_done_callback(lambda ended: _answer_all(answers, ended))
        return ended

    def changed_course(self) -> str | None:
        """What another invocation had asked for instead, in words: see `Course`."""
        if self._earlier is None:
            return None
        children = _tasks(self._earlier.items)
        since = self._claim.tries_since
        if since is not None and any(self.is_to_be_repeated(item) for item in children.values()):
            # What is repeated may come to something else, and then lead elsewhere: only this try is to be the same.
            children = {
                name: item for name, item in children.items() if datetime.fromisoformat(item["created_at"]) >= since
            }
        return self._course.change(children)

    def close(self, *, abort: bool) -> None:
        """Watches no longer; ends the children that are left, if the action has ended for good."""
        self._is_stopped, self._is_over = True, abort
        left = self.watch.stop()
        self._starts.shutdown(wait=False, cancel_futures=True)
        not_ended = self._aborts.stop()
        if abort and (left or not_ended or self._not_asked_for()):
            self._backend.aborts.end_below(self._claim.id, _PARENT_ENDED)

    def _not_asked_for(self) -> list[str]:
        """Open children that an earlier invocation had started, and this one has not come to."""
        if not self._claim.may_have_children:
            return []
        asked, earlier = set(self._called.values()), self._earlier_ones().items
        return [name for name, item in _tasks(earlier).items() if name not in asked and not _has_ended(item)]

    def _start_forgotten(self, name: str) -> None:
        try:
            self._backend.closing.start(self._claim.id.action_id(name))
        except (ClientError, BotoCoreError):
            _logger.exception("could not start %s of %s; the reconciler will", name, self._claim.id.key)

    def _kept_outputs(self, cache: CacheLookup | None) -> str | None:
        """The outputs of an equal call, if they may serve."""
        if cache is None or cache.overwrite or self._claim.overwrite_cache or self._claim.disable_run_cache:
            return None
        return self._backend.results.fresh(self._claim.id.scope, cache.key, cache.max_age_s)


def _answer_all(answers: Sequence[Future[Json]], ended: Future[Json]) -> None:
    """Tells those who waited for a child that was ended; if it could not be, the attempt comes to its end instead."""
    if ended.exception() is None:
        for answer in answers:
            answer.set_result(None)


def _task_of(request: ChildRequest) -> str:
    called = request.spec or request.task
    return called.name if called is not None else ""


def _tasks(items: Mapping[str, Item]) -> dict[str, Item]:
    """Those that are calls of tasks: beside them are traces and conditions."""
    return {name: item for name, item in items.items() if item.get("kind", "task") == "task"}


def _has_ended(item: Item) -> bool:
    return ActionPhase(item["phase"]).is_terminal


def _was_forgotten(item: Item, now: datetime) -> bool:
    """Whether no invocation has worked on the child although it is not new: its start may have failed."""
    is_queued = ActionPhase(item["phase"]) is ActionPhase.QUEUED and "started_at" not in item
    return is_queued and now - datetime.fromisoformat(item["created_at"]) >= _NEW_FOR


@functools.lru_cache(maxsize=32)
def _parsed(spec: str) -> TaskSpec:
    """A specification; a map sends the same one many times."""
    return TaskSpec.model_validate_json(spec)
