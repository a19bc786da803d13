"""Triggers in memory, for `FakeApi.intercept`: what the routes of triggers answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from flyte.protocol.triggers import ActivateTriggerRequest, PutTriggerRequest, TriggerId, TriggerPage, TriggerRecord
from tests.fakes.api import NOW, problem, respond

if TYPE_CHECKING:
    from flyte.remote._transport import Request, Response

_PAGE = 2


class FakeTriggers:
    """Answers requests about triggers, and leaves all others alone."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], TriggerRecord] = {}

    def __call__(self, request: Request) -> Response | None:
        parts = urlsplit(request.url)
        match unquote(parts.path).split("/")[2:]:
            case ["projects", _, "domains", _, "triggers"]:
                return self._page(dict(parse_qsl(parts.query)))
            case ["projects", project, "domains", domain, "tasks", task, "triggers", name]:
                return self._one(request, TriggerId(project=project, domain=domain, task=task, name=name))
        return None

    def _page(self, query: dict[str, str]) -> Response:
        found = [each for each in self.records.values() if query.get("task") in {None, each.id.task}]
        start = int(query.get("cursor", 0))
        more = str(start + _PAGE) if start + _PAGE < len(found) else None
        return respond(TriggerPage(triggers=tuple(found[start : start + _PAGE]), cursor=more))

    def _one(self, request: Request, trigger: TriggerId) -> Response:
        key = (trigger.task, trigger.name)
        body = json.loads(request.body) if isinstance(request.body, bytes) else None
        if request.method == "PUT":
            asked = PutTriggerRequest.model_validate(body)
            self.records[key] = TriggerRecord(
                id=trigger,
                spec=asked.spec,
                active=asked.spec.auto_activate,
                declared=False,
                task_version=asked.task_version,
                created_at=NOW,
                updated_at=NOW,
            )
        if key not in self.records:
            return problem(404, "TriggerNotFound", f"The task {trigger.task!r} has no trigger {trigger.name!r}")
        if request.method == "PATCH":
            active = ActivateTriggerRequest.model_validate(body).active
            self.records[key] = self.records[key].model_copy(update={"active": active})
        answer = respond(self.records[key])
        if request.method == "DELETE":
            del self.records[key]
        return answer
