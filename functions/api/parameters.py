"""Query parameters that several lists share."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

Limit = Annotated[int, Query(ge=1, le=1000, description="Entries at most.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="Where the last page ended.")]
