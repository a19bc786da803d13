"""What a task asks its supervisor about conditions: to open one, to wait for it, to stop waiting."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime

from flyte.protocol.conditions import ConditionRequest
from flyte.protocol.model import Json
from flyte.runtime.naming import digest
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.runner.calls import Method
from functions.runner.children import Children


class ConditionCalls:
    """The conditions of one attempt."""

    def __init__(self, claim: ClaimedAction, backend: Backend, children: Children) -> None:
        self._claim = claim
        self._backend = backend
        self._children = children
        self._ends: dict[str, datetime | None] = {}
        self._waits: dict[tuple[str, int], Future[Json]] = {}

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""
        return {"new_condition": self._new, "wait_condition": self._wait, "leave_condition": self._leave}

    def _new(self, params: Json) -> Json:
        """Opens a condition, or finds the one that was opened by that name.

        Returns:
            `name` of its action, `is_new`, and `path` of the API's route that signals it.
        """
        request = ConditionRequest.model_validate(params)
        while (item := self._children.earlier(request.name)) and self._children.is_to_be_repeated(item):
            request = request.model_copy(update={"name": digest(request.name, item["ended_at"])})
        details, is_new = self._backend.conditions.create(self._claim, request)
        self._children.count()
        self._ends[request.name] = details.ends_at
        run = self._claim.id
        path = f"/v1/projects/{run.project}/domains/{run.domain}/runs/{run.run}/actions/{request.name}/signal"
        return {"name": request.name, "is_new": is_new, "path": path}

    def _wait(self, params: Json) -> Future[Json]:
        """A future of how it ended: `phase`, and `outputs` as JSON text or `error`."""
        name, number = str(params["name"]), int(params["wait"])
        answer = self._waits[name, number] = Future()
        answer.add_done_callback(lambda _: self._waits.pop((name, number), None))
        self._children.watch.wait_for(name, answer, self._ends[name])
        return answer

    def _leave(self, params: Json) -> Json:
        name = str(params["name"])
        waited = self._waits.get((name, int(params["wait"])))
        if waited is not None:
            self._children.watch.leave(name, waited)
        return None
