"""Who waits in one attempt: for children and conditions to end, and for moments. One thread looks for all of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime

from flyte.protocol.costs import Usage
from flyte.protocol.model import Json
from flyte.protocol.phases import ActionPhase
from functions.control.attributes import Item
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.runner.child_turns import ChildTurns
from functions.runner.progress import Progress

SHORTEST_LOOK_S, LONGEST_LOOK_S = 0.02, 1.0
"""Between two looks at the children that are awaited; it grows while none of them ends."""
_SHARE_OF_LOOKING = 0.2
"""Looking at many children is work: this much of one processor's time at most goes into it."""

_NEWS_S = 2.0
"""Between two writes of how far the children are. Ours: what a person looks at again after."""

_logger = logging.getLogger(__name__)


class ChildWatch:
    """Answers those who wait, each when what it waits for has come.

    Args:
        claim: The attempt that waits.
        backend: Where its children are recorded.
        turns: The turns of its children, which those that end give back.
    """

    def __init__(self, claim: ClaimedAction, backend: Backend, turns: ChildTurns) -> None:
        self._claim = claim
        self._backend = backend
        self._turns = turns
        self._progress = Progress()
        self._news_at_s = time.monotonic() + _NEWS_S
        self._awaited: dict[str, list[Future[Json]]] = {}
        self._timers: list[tuple[float, Future[Json]]] = []
        self._ends: dict[str, datetime] = {}
        self._changed = threading.Condition()
        self._is_stopped = self._is_new = self._is_paused = False
        self._thread: threading.Thread | None = None

    # -- who waits -------------------------------------------------------------------------------------------------

    def wait_for(self, name: str, answer: Future[Json], ends_at: datetime | None = None) -> None:
        """Answers how a child ended; or a condition, by itself or at its end."""
        with self._changed:
            if ends_at is not None:
                self._ends[name] = ends_at
            self._awaited.setdefault(name, []).append(answer)
            self._from_now()

    def leave(self, name: str, answer: Future[Json]) -> None:
        """Waits no longer on behalf of one who waited; what it waited for stays."""
        with self._changed:
            answers = self._awaited.get(name, [])
            if answer not in answers:
                return
            answers.remove(answer)
            if not answers:
                del self._awaited[name]
        answer.set_result(None)

    def sleep_until(self, at_s: float) -> Future[Json]:
        """Answers at a moment, given in seconds since the epoch."""
        answer: Future[Json] = Future()
        with self._changed:
            self._timers.append((at_s, answer))
            self._from_now()
        return answer

    def hasten(self, sleep: Future[Json]) -> None:
        """Answers a sleep now, if it has not ended yet."""
        with self._changed:
            self._timers = [(0.0 if answer is sleep else at, answer) for at, answer in self._timers]
            self._from_now()

    def look_from_now(self) -> None:
        """Looks at those that keep others from being started, though nobody waits for them."""
        with self._changed:
            self._from_now()

    def forget(self, name: str) -> list[Future[Json]]:
        """Looks at a child no longer; gives those who have waited for it, without an answer."""
        with self._changed:
            return self._awaited.pop(name, [])

    @property
    def awaited(self) -> list[str]:
        """The children that the task waits for, or that keep others from being started."""
        with self._changed:
            return self._watched()

    @property
    def waiting(self) -> int:
        """How many wait for children, conditions and moments."""
        with self._changed:
            return len(self._timers) + sum(len(answers) for answers in self._awaited.values())

    @property
    def has_timers(self) -> bool:
        """Whether somebody waits for a moment."""
        return bool(self._timers)

    @property
    def wake_at(self) -> datetime | None:
        """When the first of the sleeps ends, or of the conditions that are awaited."""
        with self._changed:
            moments = [datetime.fromtimestamp(at, UTC) for at, _ in self._timers]
            moments += [at for name, at in self._ends.items() if name in self._awaited]
            return min(moments, default=None)

    # -- the thread ------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Looks at nothing until `go_on`."""
        with self._changed:
            self._is_paused = True
            self._changed.notify()

    def go_on(self) -> None:
        """Looks again, at once."""
        with self._changed:
            self._is_paused, self._is_new = False, True
            self._changed.notify()

    def stop(self) -> list[str]:
        """Looks no longer; gives the names of those that are still awaited."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()
            return list(self._awaited)

    def _from_now(self) -> None:
        self._is_new = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="children", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _watch(self) -> None:
        pause_s = SHORTEST_LOOK_S
        while (names := self._next_names(pause_s)) is not None:
            worked_s = time.thread_time()
            try:
                ended = self.look(names)
            except Exception:  # who waits must not wait for ever because a look has failed
                _logger.exception("could not look at the children of %s", self._claim.id.key)
                ended = False
            pause_s = SHORTEST_LOOK_S if ended else min(pause_s * 1.5, LONGEST_LOOK_S)
            pause_s = max(pause_s, (time.thread_time() - worked_s) / _SHARE_OF_LOOKING)

    def _next_names(self, pause_s: float) -> list[str] | None:
        """Whom to look at, after a pause, which a new child makes short; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopped or self._is_new, self._until_timer_s(pause_s))
            self._changed.wait_for(lambda: self._is_stopped, SHORTEST_LOOK_S)
            self._changed.wait_for(
                lambda: self._is_stopped or (not self._is_paused and (self._watched() or self._timers))
            )
            self._is_new = False
            return None if self._is_stopped else self._watched()

    def _watched(self) -> list[str]:
        return list(
            {**self._awaited, **dict.fromkeys(self._turns.in_progress)} if self._turns.waiting else self._awaited
        )

    def _until_timer_s(self, pause_s: float) -> float:
        if not self._timers:
            return pause_s
        left_s = max(0.0, min(at for at, _ in self._timers) - time.time())
        return min(pause_s, left_s) if self._watched() else left_s

    # -- what it sees ----------------------------------------------------------------------------------------------

    def look(self, names: list[str]) -> bool:
        """Answers for those that have ended, and says whether any has."""
        self._ring()
        for name in names:
            if name in self._ends and self._ends[name] <= self._backend.now():
                self._backend.conditions.expire(self._claim.id.action_id(name))
        found = self._backend.child_records.look_at(self._claim.id.run_id, names)
        ended = {name: item for name, item in found.items() if ActionPhase(item["phase"]).is_terminal}
        for name, item in ended.items():
            ending = self.ended(name, item)
            for answer in self.forget(name):
                answer.set_result(ending)
        if time.monotonic() >= self._news_at_s:
            self.tell_progress()
        return bool(ended)

    def asks(self, name: str, group: str | None, group_size: int | None) -> None:
        """Counts a child that the task asks for."""
        self._progress.asks(name, group, group_size)

    def ended(self, name: str, item: Item) -> Json:
        """Counts a child that has ended, lets the next one have its turn, and gives what the task is told."""
        self._turns.end(name)
        self._progress.ends(name, ActionPhase(item["phase"]))
        self._progress.took(name, item)
        return {"phase": item["phase"], "outputs": self._backend.payloads.outputs(item), "error": item.get("error")}

    def took(self, earlier: Mapping[str, Item]) -> Usage | None:
        """What the children took that have ended, with some that an earlier invocation had started."""
        for name, item in earlier.items():
            if ActionPhase(item["phase"]).is_terminal:
                self._progress.took(name, item)
        return self._progress.below

    def tell_progress(self) -> None:
        """Records how far the groups of children are, if that has changed."""
        self._news_at_s = time.monotonic() + _NEWS_S
        news = self._progress.news()
        if news is not None:
            self._backend.actions.count_groups(self._claim.id, news)

    def _ring(self) -> None:
        """Answers those whose moment has come."""
        now_s = time.time()
        with self._changed:
            due = [answer for at, answer in self._timers if at <= now_s]
            self._timers = [(at, answer) for at, answer in self._timers if at > now_s]
        for answer in due:
            answer.set_result(None)
