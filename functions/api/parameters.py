"""Query parameters that several lists share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import AfterValidator

from flyte.protocol.phases import ActionPhase


def _writable(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise ValueError("there is no such moment in UTC") from None


Limit = Annotated[int, Query(ge=1, le=1000, description="Entries at most.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="Where the last page ended.")]
Phases = Annotated[
    list[ActionPhase] | None,
    Query(alias="phase", max_length=10, description="Only in this phase; given again, or in that."),
]
Moment = Annotated[datetime, AfterValidator(_writable)]
"""With its zone; without one, in UTC."""

Task = Annotated[str | None, Query(max_length=255, description="Only of this task.")]
Version = Annotated[str | None, Query(max_length=128, description="Only of this version of a task.")]
CreatedBy = Annotated[str | None, Query(max_length=2048, description="Only by this user or role session, by ARN.")]
CreatedAfter = Annotated[Moment | None, Query(description="Only created from this moment on.")]
CreatedBefore = Annotated[Moment | None, Query(description="Only created before this moment.")]
UpdatedAfter = Annotated[Moment | None, Query(description="Only changed last from this moment on.")]
UpdatedBefore = Annotated[Moment | None, Query(description="Only changed last before this moment.")]
Labels = Annotated[
    list[str] | None,
    Query(
        alias="label", max_length=10, description="Only with this label, `key` or `key=value`; given again, with all."
    ),
]
Text = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="Only with this text in the name, or in the task's, in any case."),
]


def each_of(event: APIGatewayProxyEventV2, name: str) -> tuple[str, ...]:
    """All values of a query parameter that is given more than once, as they were sent: a comma separates nothing."""
    return tuple(parse_qs(event.raw_query_string, keep_blank_values=True).get(name, ()))
