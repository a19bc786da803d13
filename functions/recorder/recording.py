"""What the recorder does with each kind of event that it gets."""

from __future__ import annotations

import json
import logging
from typing import Any

from pydantic import ValidationError

from flyte.protocol.runs import ExecutionInput, Invocation
from functions.control.backend import Backend
from functions.control.executions import ExecutionState

_logger = logging.getLogger(__name__)

_CAUSE = ("error", "cause")
_IDENTITY = ("project", "domain", "run", "action", "attempt")


def subject_of(event: dict[str, Any]) -> dict[str, Any]:
    """What an event is about, as log lines name it; nothing of an execution that is no action's."""
    given = event.get("close") or event.get("park")
    if given is None:
        try:
            given = json.loads(event.get("detail", {}).get("input") or "{}")
        except ValueError:
            given = {}
    return {name: given[name] for name in _IDENTITY if name in given} if isinstance(given, dict) else {}


class Recorder:
    """Records what the runner could not."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def record(self, event: dict[str, Any]) -> dict[str, Any]:
        """Handles a `{"close": …}` or `{"park": …}` of the state machine, or EventBridge's news of an execution.

        Returns:
            The Outcome for a `close`; what became of the action for an event.

        Raises:
            ValueError: The event is neither.
        """
        if "close" in event:
            return self._close(event["close"])
        if "park" in event:
            return self._park(event["park"])
        if event.get("source") == "aws.states":
            return self._execution_ended(event["detail"])
        raise ValueError(f"the recorder knows no such event: {sorted(event)}")

    def _close(self, given: dict[str, Any]) -> dict[str, Any]:
        invocation = Invocation.model_validate({name: given[name] for name in given if name not in _CAUSE})
        error, cause = (str(given.get(name) or "") for name in _CAUSE)
        outcome = self._backend.deaths.close_attempt(invocation.id, invocation.attempt, error, cause)
        return outcome.model_dump(mode="json")

    def _park(self, given: dict[str, Any]) -> dict[str, Any]:
        invocation = Invocation.model_validate({name: given[name] for name in given if name != "token"})
        self._backend.wakeups.keep_token(invocation.id, given["token"])
        return {"verdict": "parked"}

    def _execution_ended(self, detail: dict[str, Any]) -> dict[str, Any]:
        try:
            given = ExecutionInput.model_validate_json(detail.get("input") or "")
        except ValidationError:
            # Somebody started an execution by hand: there is no action behind it.
            _logger.warning("the input of %s is no action's", detail.get("executionArn"))
            return {"verdict": "ignored"}
        state = ExecutionState(detail["status"], detail.get("error") or "", detail.get("cause") or "")
        return {"verdict": self._backend.closing.close(given.id, state).value}
