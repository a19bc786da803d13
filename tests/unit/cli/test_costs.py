from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.protocol.api import Project, ProjectList
from flyte.protocol.costs import Cost, CostPage, CostRow, PriceList, RunCost, Usage
from flyte.protocol.runs import ActionIo
from flyte.runtime import local_cache
from flyte_cli.costs import dollars
from tests.fakes.api import FakeApi, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Request, Response

PRICES = PriceList(
    region="us-east-1",
    as_of="2025",
    architecture="arm64",
    gb_second=1e-5,
    million_invocations=0.2,
    thousand_transitions=0.025,
    million_write_units=0.6,
)
USAGE = Usage(actions=2, invocations=2, billed_ms=61_000, memory_mb_ms=1, transitions=6, write_units=9)


@pytest.fixture
def run(flyte: Flyte, api: FakeApi, menu: Path) -> str:
    api.io = ActionIo(outputs={"o0": "black"})
    assert flyte("run", "--name", "mine", "menu.py", "coffee").code == 0
    return "mine"


@pytest.mark.parametrize(
    ("usd", "text"),
    [(0, "$0.00"), (0.01, "$0.01"), (1234.5, "$1,234.50"), (0.00123, "$0.0012"), (0.0000873, "$0.000087")],
)
def test_dollars_have_as_many_digits_as_count(usd: float, text: str) -> None:
    assert dollars(usd) == text


def test_lists_and_details_of_runs_tell_their_cost(flyte: Flyte, api: FakeApi, run: str) -> None:
    api.runs[run] = api.runs[run].model_copy(update={"cost": Cost(usd=0.5, own_usd=0.1, usage=USAGE)})
    header, row = flyte("get", "run").stdout.splitlines()
    assert (header.split()[-1], row.split()[-1]) == ("cost", "$0.50")
    assert "$0.50" in flyte("get", "run", run).stdout
    assert document(flyte("-of", "json", "get", "run"))[0]["cost"]["usd"] == 0.5


def test_a_run_tells_its_cost_by_task(flyte: Flyte, api: FakeApi, run: str) -> None:
    rows = (CostRow(key="cafe.coffee", runs=1, usage=USAGE, usd=0.01),)

    def answer(request: Request) -> Response | None:
        if "/cost" not in request.url:
            return None
        last = "cursor=next" in request.url
        return respond(RunCost(run=run, usage=USAGE, usd=0.01, tasks=rows, cursor=None if last else "next"))

    api.intercept = answer
    text = flyte("get", "run", run, "--cost").stdout
    for part in ("cafe.coffee", "2 min 2 s", "$0.02", "In all $0.02"):
        assert part in text
    told = document(flyte("-of", "json", "get", "run", run, "--cost"))
    assert (told["tasks"][0]["runs"], told["usd"], told["usage"]["billed_ms"]) == (2, 0.02, 2 * USAGE.billed_ms)
    assert flyte("get", "run", "--cost").code == 2


def test_costs_of_all_pages_are_added_up(flyte: Flyte, api: FakeApi) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.url)
        last = "cursor=next" in request.url
        row = CostRow(key="red", runs=1 if last else 2, usage=USAGE, usd=0.5)
        return respond(CostPage(rows=(row,), prices=PRICES, cursor=None if last else "next"))

    api.intercept = answer
    options = ["--by", "label", "--label-key", "team", "--in-phase", "failed", "--in-phase", "aborted"]
    text = flyte("get", "cost", *options).stdout
    assert "In all $1.00" in text
    assert "us-east-1" in text
    for part in ("by=label", "label_key=team", "phase=failed&phase=aborted", "created_after=2"):
        assert part in seen[0]
    told = document(flyte("-of", "json", "get", "cost", *options))
    assert (told["rows"][0]["runs"], told["usd"]) == (3, 1.0)


@pytest.mark.parametrize("options", [["--by", "label"], ["--label-key", "team"]])
def test_a_label_is_named_where_it_is_summed_up_by(flyte: Flyte, api: FakeApi, options: list[str]) -> None:
    assert flyte("get", "cost", *options).code == 2
    assert api.calls == []


def test_a_project_is_changed(flyte: Flyte, api: FakeApi) -> None:
    api.intercept = lambda request: respond(
        Project(id="shop", archived=True) if request.method == "PATCH" else ProjectList(projects=())
    )
    ended = flyte("update", "project", "shop", "--archive", "-l", "team=red", "--name", "Shop")
    assert (ended.code, ended.stdout) == (0, "Changed the project shop.\n")
    assert api.requests[-1].body == b'{"name":"Shop","labels":{"team":"red"},"archived":true}'
    assert document(flyte("-of", "json", "update", "project", "shop", "--unarchive"))["id"] == "shop"
    assert flyte("update", "project", "shop").code == 2


def test_cached_results_of_local_runs_are_forgotten(flyte: Flyte) -> None:
    assert "no cached results" in flyte("delete", "local-cache").stdout
    local_cache.path().parent.mkdir(parents=True)
    local_cache.path().touch()
    assert document(flyte("-of", "json", "delete", "local-cache"))["deleted"] is True
    assert not local_cache.path().exists()
