"""Conditions of a local run: whoever sits at the terminal is asked, one condition at a time."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte.errors import BaseRuntimeError, ConditionFailedError, ConditionTimedoutError

from .local import in_thread

if TYPE_CHECKING:
    from typing import TextIO

    from flyte._condition import Condition
    from flyte._context import TaskContext

_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_WANTED = {bool: "y or n", int: "a whole number", float: "a number", str: "a text"}


class _Terminal:
    """Lines of stdin. One thread reads them, only when asked to, so that a question can be given up."""

    def __init__(self) -> None:
        self.asking = threading.Lock()
        self._wanted: queue.SimpleQueue[TextIO] = queue.SimpleQueue()
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._is_reading = False
        self._thread: threading.Thread | None = None

    def line(self, timeout_s: float | None) -> str:
        """The next line; an empty text at the end of the input.

        Raises:
            queue.Empty: None came in time. What is typed later answers the next question.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._read, name="flyte-terminal", daemon=True)
            self._thread.start()
        if not self._is_reading:
            self._is_reading = True
            self._wanted.put(sys.stdin)  # what it is now: the thread may come to it later
        line = self._lines.get(timeout=timeout_s)
        self._is_reading = False
        return line

    def _read(self) -> None:
        while True:
            self._lines.put(self._wanted.get().readline())


_terminal = _Terminal()


@dataclass
class _Question:
    """A condition that was made: when its time is up, and what came of it."""

    ends_at: float | None
    outcome: Any = None
    is_answered: bool = False
    answering: threading.Lock = field(default_factory=threading.Lock)


class LocalConditions:
    """The conditions of one local action. Another attempt of it finds the answers that were given."""

    def __init__(self) -> None:
        self._questions: dict[str, _Question] = {}

    async def begin(self, context: TaskContext, condition: Condition[Any]) -> None:
        """From now on its time runs."""
        del context
        found = self._questions.get(condition.name)
        if found is None or isinstance(found.outcome, BaseRuntimeError):
            ends_at = None if condition.timeout_s is None else time.monotonic() + condition.timeout_s
            self._questions[condition.name] = _Question(ends_at)

    async def wait(self, context: TaskContext, condition: Condition[Any]) -> Any:
        """The answer from stdin."""
        if condition.name not in self._questions:
            await self.begin(context, condition)
        question = self._questions[condition.name]
        # In a thread that may be left behind: who interrupts the run does not answer first.
        outcome = await asyncio.wrap_future(in_thread(lambda: _outcome(condition, question)))
        if isinstance(outcome, BaseRuntimeError):
            raise outcome
        return outcome


def _outcome(condition: Condition[Any], question: _Question) -> Any:
    with question.answering, _terminal.asking:
        if not question.is_answered:
            try:
                question.outcome = _ask(condition, question)
            except BaseRuntimeError as error:
                question.outcome = error
            question.is_answered = True
    return question.outcome


def _ask(condition: Condition[Any], question: _Question) -> Any:
    if condition.description:
        _say(f"{condition.description}\n")
    while True:
        _say(f"[{condition.name}] {condition.prompt} ({_WANTED[condition.data_type]}): ")
        left_s = None if question.ends_at is None else max(0.0, question.ends_at - time.monotonic())
        try:
            line = _terminal.line(left_s)
        except queue.Empty:
            _say("\n")
            raise ConditionTimedoutError(
                f"nobody answered the condition {condition.name!r} within {condition.timeout_s:g} s"
            ) from None
        if not line:
            raise ConditionFailedError(
                f"the condition {condition.name!r} cannot be answered: there is no more input. Run it in a terminal, "
                "pipe the answers in, or run it on the backend"
            )
        try:
            return _parsed(line.rstrip("\r\n"), condition.data_type)
        except ValueError as error:
            _say(f"{error}\n")


def _parsed(text: str, data_type: type) -> Any:
    if data_type is str:
        return text
    word = text.strip().lower()
    if data_type is bool:
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise ValueError(f"{text!r} is neither y nor n.")
    try:
        return data_type(word)
    except ValueError:
        raise ValueError(f"{text!r} is not {_WANTED[data_type]}.") from None


def _say(text: str) -> None:
    """On stderr: stdout is for results."""
    sys.stderr.write(text)
    sys.stderr.flush()
