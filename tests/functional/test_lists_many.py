"""Lists of many runs: what an answer reads does not grow with the runs that there are, whatever the filter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control import listing, run_facets
from functions.control.action_items import item_of, root_index_keys
from functions.control.attributes import to_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from botocore.model import OperationModel

    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import Answer, FakeHttpApi

LOOKED_AT, LIMIT = 12, 6
"""Smaller than they are, so that the table can be."""

MANY = 60
RARE = 3
"""The run of this number, one of the oldest, is the only one of its kind."""


class Reads:
    """What was asked of DynamoDB, and how many items it has looked at."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.items = 0

    def note(self, parsed: dict[str, Any], model: OperationModel, **_: Any) -> None:
        self.calls[model.name] += 1
        self.items += parsed.get("ScannedCount", 0) + sum(map(len, parsed.get("Responses", {}).values()))


def record(number: int, at: datetime) -> ActionRecord:
    rare = number == RARE
    return ActionRecord(
        id=ActionId(project="flytesnacks", domain="development", run=f"{'needle' if rare else 'run'}-{number}"),
        task_name="env.rare" if rare else "env.usual",
        task_version="v-rare" if rare else "v1",
        phase=ActionPhase.FAILED if rare else ActionPhase.SUCCEEDED,
        created_at=at,
        updated_at=at,
        created_by="bea" if rare else "ana",
        labels={"team": "red", "only": "x"} if rare else {"team": "blue, green"},
    )


def add(backend: Backend, each: ActionRecord) -> None:
    """Records a run as `Actions.create` does, without the rest of it."""
    table, dynamodb = backend.settings.runs_table, backend.clients.dynamodb
    item = item_of(each, backend.now() - backend.now()) | root_index_keys(
        each.id, each.task_name, each.phase, each.created_at
    )
    run_facets.write(dynamodb, table, each, item["expires_at"])
    dynamodb.put_item(TableName=table, Item=to_attributes(item))


@pytest.fixture
def many(backend: Backend, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT", LOOKED_AT)
    for number in range(MANY):
        clock.advance(1)
        add(backend, record(number, clock()))


@pytest.fixture
def reads(backend: Backend) -> Iterator[Reads]:
    seen = Reads()
    backend.clients.dynamodb.meta.events.register("after-call", seen.note)
    yield seen
    backend.clients.dynamodb.meta.events.unregister("after-call", seen.note)


def names(answer: Answer) -> list[str]:
    return [run["id"]["run"] for run in answer.body["runs"]]


RARE_FILTERS: list[dict[str, Any]] = [
    {"phase": "failed"},
    {"phase": ["failed", "aborted", "running"]},
    {"task": "env.rare"},
    {"task": "env.rare", "phase": "failed"},
    {"version": "v-rare"},
    {"version": "v-rare", "task": "env.rare"},
    {"created_by": "bea"},
    {"created_by": "bea", "phase": "failed"},
    {"label": "team=red"},
    {"label": "only"},
    {"label": ["only", "team=red"]},
    {"label": "team=red", "phase": "failed", "task": "env.rare"},
    {"text": f"needle-{RARE}"},
]


@pytest.mark.usefixtures("many")
def test_what_is_rare_is_found_in_the_first_answer_and_few_reads(api: FakeHttpApi, reads: Reads) -> None:
    for query in RARE_FILTERS:
        reads.calls.clear()
        reads.items = 0
        assert names(api.get("runs", limit=LIMIT, **query)) == [f"needle-{RARE}"], query
        assert reads.items <= 2 * LOOKED_AT, query
        assert reads.calls["Query"] <= 3, query
        assert reads.calls["BatchGetItem"] <= 3, query
        assert "Scan" not in reads.calls


USUAL_FILTERS: list[dict[str, Any]] = [
    {},
    {"phase": "succeeded"},
    {"phase": ["succeeded", "failed"]},
    {"task": "env.usual"},
    {"created_by": "ana"},
    {"label": "team=blue, green"},
    {"text": "needle"},
    {"text": "RARE"},
    {"task": "env.usual", "phase": "succeeded", "created_by": "nobody"},
    {"updated_before": "2020-01-01T00:00:00Z"},
]


@pytest.mark.usefixtures("many")
def test_an_answer_reads_no_more_however_many_there_are(api: FakeHttpApi, reads: Reads) -> None:
    for query in USUAL_FILTERS:
        reads.calls.clear()
        reads.items = 0
        assert api.get("runs", limit=LIMIT, **query).status == 200
        # The runs themselves, what leads to them, and the sums of what they cost.
        assert reads.items <= 3 * LOOKED_AT, query
        assert reads.calls["Query"] <= 2, query
        assert sum(reads.calls.values()) <= 6, query


@pytest.mark.usefixtures("many")
def test_the_pages_have_every_run_that_matches_once(api: FakeHttpApi) -> None:
    usual = [f"run-{number}" for number in range(MANY - 1, -1, -1) if number != RARE]
    like_5 = ["run-5", *(f"run-5{n}" for n in range(9, -1, -1))]
    for query, expected in (
        ({"text": "needle"}, [f"needle-{RARE}"]),
        ({"text": "env.RARE"}, [f"needle-{RARE}"]),
        ({"phase": ["succeeded", "failed"]}, sorted([*usual, f"needle-{RARE}"], key=_number, reverse=True)),
        ({"label": "team=blue, green", "text": "run-5"}, like_5),
        ({"text": "run-5", "limit": 3}, like_5),
        ({"created_by": "ana", "limit": 23}, usual),
    ):
        assert all_pages(api, query) == expected, query


def all_pages(api: FakeHttpApi, query: dict[str, Any]) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("runs", **{"limit": LOOKED_AT} | query, **cursor)
        found += names(page)
        if page.body["cursor"] is None:
            return found
        cursor = {"cursor": page.body["cursor"]}


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def test_a_facet_of_a_run_that_was_refused_leads_nowhere(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> None:
    first = record(1, clock())
    add(backend, first)
    clock.advance(1)
    refused = first.model_copy(update={"created_at": clock(), "labels": {"team": "other"}})
    run_facets.write(backend.clients.dynamodb, backend.settings.runs_table, refused, 0)
    assert names(api.get("runs", label="team=other")) == []
    assert names(api.get("runs", created_by="ana")) == ["run-1"]


def test_a_run_with_many_labels_is_found_by_each(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> None:
    labels = {f"label-{n}": "v" * 3000 for n in range(run_facets.LABELS_AT_MOST)}
    add(backend, record(1, clock()).model_copy(update={"labels": labels}))
    assert names(api.get("runs", label="label-49")) == ["run-1"]
    assert names(api.get("runs", label=f"label-0={'v' * 3000}")) == ["run-1"]
