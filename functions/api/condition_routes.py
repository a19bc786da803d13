"""The route that signals a condition. Conditions are listed and shown as the actions that they are."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from flyte.protocol.conditions import SignalRequest
from flyte.protocol.identity import ActionId
from flyte.protocol.model import ActionName, RunName
from flyte.protocol.runs import ActionRecord
from functions.api.callers import caller_of
from functions.control.backend import Backend

_SIGNAL = "/v1/projects/<project>/domains/<domain>/runs/<run>/actions/<action>/signal"


def add_condition_routes(app: APIGatewayHttpResolver, backend: Backend) -> None:
    """Adds the route under `…/actions/<action>`."""

    @app.post(_SIGNAL, summary="Signal a condition", tags=["actions"])
    def signal_condition(
        project: str, domain: str, run: RunName, action: ActionName, asked: SignalRequest
    ) -> ActionRecord:
        backend.projects.require(project, domain)
        signalled = ActionId(project=project, domain=domain, run=run, action=action)
        with backend.lookup.near_names(signalled):
            return backend.conditions.signal(signalled, asked.value, caller_of(app.current_event))
