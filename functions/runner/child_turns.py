"""Which children of one attempt may be in progress at a time, where the run bounds them (`max_action_concurrency`)."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from flyte.runtime.turns import Turns


class ChildTurns:
    """Turns by the children's names, so that each is given back once, when its child is seen to have ended.

    Args:
        most: How many children at a time; None for any number.
    """

    def __init__(self, most: int | None) -> None:
        self._turns = None if most is None else Turns(most)
        self._taken: dict[str, Future[None]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> Future[None]:
        """The child's turn. One that is asked for again has it already."""
        if self._turns is None:
            turn: Future[None] = Future()
            turn.set_result(None)
            return turn
        with self._lock:
            known = self._taken.get(name)
            if known is None:
                known = self._taken[name] = self._turns.take()
            return known

    def end(self, name: str) -> bool:
        """The child has ended, or is not to be started any more; says whether its turn had not come."""
        with self._lock:
            turn = self._taken.pop(name, None)
        if turn is None or self._turns is None:
            return False
        if turn.cancel():
            return True
        self._turns.give_back()
        return False

    @property
    def in_progress(self) -> list[str]:
        """The children whose turn it is, where turns are counted."""
        with self._lock:
            return [name for name, turn in self._taken.items() if turn.done()]

    @property
    def waiting(self) -> int:
        """How many wait for theirs."""
        with self._lock:
            return sum(not turn.done() for turn in self._taken.values())
