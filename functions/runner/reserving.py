"""Lets a task wait for a result that an equal call makes at the moment (`flyte.Cache(serialize=True)`)."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING

from flyte.protocol.model import Json
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.runner.child_watch import ChildWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6, 4.0, 15.0, 60.0, 240.0, 900.0)
"""Between two looks. The end of the other call wakes a task that is suspended: the short ones are for the time before,
the long ones for a wake-up that got lost. In a week they are 700, within what an execution's history has room for."""


@dataclass(eq=False)
class _Wait:
    key: str
    max_age_s: float | None
    answer: Future[Json] = field(default_factory=Future)
    pause: Future[Json] = field(default_factory=Future)
    pauses_s: Iterator[float] = field(default_factory=lambda: chain(_PAUSES_S, repeat(_PAUSES_S[-1])))


class Reserving:
    """The results that one attempt reserves, or waits for.

    Args:
        claim: The attempt.
        backend: Where results are kept.
        watch: Who counts the attempt's waits, so that it can be suspended.
    """

    def __init__(self, claim: ClaimedAction, backend: Backend, watch: ChildWatch) -> None:
        self._claim = claim
        self._backend = backend
        self._watch = watch
        self._waits: set[_Wait] = set()
        self._lock = threading.Lock()

    def reserve(self, params: Json) -> Future[Json]:
        """Answers with the `outputs` of an equal call as JSON text, or with None: then the task is to make them."""
        wait = _Wait(str(params["key"]), params.get("max_age_s"))
        if self._claim.parked is not None:
            wait.pauses_s = repeat(_PAUSES_S[-1])  # it has waited before: a replay does not begin anew
        with self._lock:
            self._waits.add(wait)
        wait.answer.add_done_callback(lambda _: self._waits.discard(wait))
        self._look(wait)
        return wait.answer

    def may_go_on(self) -> bool:
        """Whether something that the task waits for is there, or is free."""
        with self._lock:
            waits = list(self._waits)
        return any(not self._backend.reservations.is_taken(self._claim.id.scope, wait.key) for wait in waits)

    def go_on(self) -> None:
        """Looks again at once: the task was suspended, and is woken."""
        with self._lock:
            waits = list(self._waits)
        for wait in waits:
            self._watch.hasten(wait.pause)

    def _look(self, wait: _Wait) -> None:
        try:
            outputs = self._outputs(wait)
            if outputs is None and not self._backend.reservations.take(self._claim.id, wait.key):
                wait.pause = self._watch.sleep_until(time.time() + next(wait.pauses_s))
                wait.pause.add_done_callback(lambda _: self._look(wait))
                return
            # Whoever had it may have kept its result in between.
            outputs = outputs or self._outputs(wait)
            wait.answer.set_result(None if outputs is None else {"outputs": outputs})
        except Exception as error:  # noqa: BLE001 - the answer of who asked
            wait.answer.set_exception(error)

    def _outputs(self, wait: _Wait) -> str | None:
        return self._backend.results.fresh(self._claim.id.scope, wait.key, wait.max_age_s, is_latest=True)
