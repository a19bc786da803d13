"""What the Runs list takes with 10,000 runs against what it takes with 100, whatever the filter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from aws_lambda_powertools import Logger

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.api.application import build
from functions.control import run_facets
from functions.control.action_items import item_of, root_index_keys
from functions.control.attributes import to_attributes
from functions.control.backend import Backend
from functions.control.clients import Clients
from tests.fakes.aws_stack import SETTINGS
from tests.fakes.http_api import FakeHttpApi

from .measure import Row, paired_ms
from .sorted_table import SortedTable

MANY, FEW, RATIO = 10_000, 100, 2.0
_RARE_EVERY = 1000
_START = datetime(2026, 1, 1, tzinfo=UTC)

FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"phase": "succeeded"},
    {"phase": "failed"},
    {"phase": ["failed", "running"], "task": "env.usual"},
    {"task": "env.rare"},
    {"version": "v-rare"},
    {"created_by": "bea"},
    {"label": "team=red"},
    {"label": "team=red", "phase": "failed"},
    {"text": "needle"},
    {"text": "nothing reads like this"},
    {"task": "env.usual", "phase": "succeeded", "created_by": "nobody"},
    {"updated_before": "2020-01-01T00:00:00Z"},
)


def rows(pairs: int) -> Iterator[Row]:
    """One row: the worst of all filters."""
    many, few = _api(MANY), _api(FEW)
    worst: tuple[float, float, dict[str, Any]] = (0.0, 0.0, {})
    for query in FILTERS:
        taken, _, ratio = paired_ms(lambda q=query: many.get("runs", **q), lambda: few.get("runs"), pairs)  # type: ignore[misc]
        worst = max(worst, (ratio, taken, query), key=lambda each: each[0])
    ratio, taken, query = worst
    what = " ".join(query) or "no filter"
    yield Row(
        f"Runs list of {MANY:,} runs, worst of {len(FILTERS)} filters ({what})",
        taken,
        "ms",
        f"{FEW} runs, unfiltered",
        ratio,
        f"≤ {RATIO:g}×",
        ratio <= RATIO,
    )


def _api(count: int) -> FakeHttpApi:
    table = SortedTable()
    clients = cast("Clients", SimpleNamespace(dynamodb=table))
    for number in range(count):
        record = _record(number)
        item = item_of(record, timedelta(days=90))
        keys = root_index_keys(record.id, record.task_name, record.phase, record.created_at)
        run_facets.write(cast("Any", table), SETTINGS.runs_table, record, item["expires_at"])
        table.put_item(Item=to_attributes(item | keys))
    return FakeHttpApi(build(Backend(SETTINGS, clients), Logger(service="api", level="CRITICAL")).resolve)


def _record(number: int) -> ActionRecord:
    at = _START + timedelta(seconds=number)
    rare = number % _RARE_EVERY == 0
    return ActionRecord(
        id=ActionId(project="flytesnacks", domain="development", run=f"{'needle' if rare else 'run'}-{number}"),
        task_name="env.rare" if rare else "env.usual",
        task_version="v-rare" if rare else "v1",
        phase=ActionPhase.FAILED if rare else ActionPhase.SUCCEEDED,
        created_at=at,
        updated_at=at,
        created_by="bea" if rare else "ana",
        labels={"team": "red" if rare else "blue"},
    )
