"""What a task may ask the HTTP API for, through its supervisor: runs and tasks of its own project and domain.

The worker holds no rights to the control plane. The supervisor passes on what is listed here, in the action's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from flyte.protocol.identity import ActionId
from flyte.protocol.model import Json
from functions.control.errors import ControlError
from functions.runner.api_function import Answer, event_of
from functions.runner.calls import Method

Send = Callable[[dict[str, Any]], Answer]
"""Brings an event of an HTTP API to the api function."""

_SCOPED = re.compile(r"/v1/projects/(?P<project>[^/]+)/domains/(?P<domain>[^/]+)/(?P<route>.+)")
_NAME = r"[^/]+"
_RUN = rf"runs/{_NAME}"
_ACTION = rf"{_RUN}/actions/{_NAME}"
_TASK = rf"tasks/{_NAME}"
_IN_SCOPE: Mapping[str, tuple[str, ...]] = {
    "GET": (
        "runs",
        "costs",
        _RUN,
        rf"{_RUN}/(actions|cost)",
        _ACTION,
        rf"{_ACTION}/(io|code|logs)",
        "tasks",
        rf"{_TASK}/versions",
        rf"{_TASK}/versions/{_NAME}",
        "triggers",
        rf"{_TASK}/triggers/{_NAME}",
    ),
    "POST": ("runs", rf"{_RUN}/abort", rf"{_ACTION}/(abort|signal)"),
}
"""Routes below the action's project and domain, by method. All others are for people. The boundary is the project and
domain: within it a task can start runs of any specification, and answer conditions."""

_SCOPE_IN_BODY = r"/v1/(uploads(/folder|/parts(/begin|/end)?)?|downloads)"
_OF_NOBODY = "/v1/health"


class NotForTasksError(ControlError):
    """A task asks for what it may not have: another project or domain, or a route that is for people."""

    code = "Forbidden"


class ApiCalls:
    """The requests of one action.

    Args:
        action: Whose task asks.
        send: Brings a request to the api function.
        started: Called when the task has started a run, which another invocation of it finds.
    """

    def __init__(self, action: ActionId, send: Send, started: Callable[[], None]) -> None:
        self._action = action
        self._send = send
        self._started = started

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""
        return {"call_api": self._call}

    def _call(self, params: Json) -> Json:
        """The answer's `status` and `body`.

        Raises:
            NotForTasksError: It is not for tasks, or not of this task's project and domain.
        """
        # Decoded once, as API Gateway does it: what is checked is what the api function sees.
        method, path, body = str(params["method"]), unquote(str(params["path"])), params.get("body")
        if re.fullmatch(_SCOPE_IN_BODY, path) and method == "POST":
            body = self._checked_body(body)
        elif (method, path) != ("GET", _OF_NOBODY):
            self._check_path(method, path)
        key = params.get("idempotency_key")
        headers = {} if key is None else {"idempotency-key": str(key)}
        event = event_of(method, path, str(params.get("query") or ""), body, headers, self._action.as_creator)
        answer = self._send(event)
        status = int(answer["statusCode"])
        if (method, status) == ("POST", 201):
            self._started()
        return {"status": status, "body": answer.get("body") or ""}

    def _check_path(self, method: str, path: str) -> None:
        own = self._action
        found = _SCOPED.fullmatch(path)
        if found is None or not any(re.fullmatch(route, found["route"]) for route in _IN_SCOPE.get(method, ())):
            raise NotForTasksError(
                f"{method} {path}: tasks may start, read, wait for and abort runs, signal conditions and read deployed "
                "tasks. Do the rest from a client."
            )
        if (found["project"], found["domain"]) != (own.project, own.domain):
            raise NotForTasksError(
                f"{method} {path}: a task reaches only its own project and domain, {own.scope}. "
                "Leave project= and domain= out, or ask from a client."
            )

    def _checked_body(self, body: Json) -> str:
        """The body, written anew: whoever reads it sees the project and domain that were checked."""
        asked = json.loads(body or "{}")
        own = self._action
        if not isinstance(asked, dict) or (asked.get("project"), asked.get("domain")) != (own.project, own.domain):
            raise NotForTasksError(f"a task reaches only data of its own project and domain, {own.scope}.")
        return json.dumps(asked)
