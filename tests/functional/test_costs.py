"""What an action asks of AWS, counted: the numbers that docs/cost.md multiplies with prices."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.costs import Usage
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, Attempt, ChildRequest, OutcomeStatus, RunSpec
from functions.control.attributes import from_attributes
from functions.control.claims import ClaimedAction, Invoked
from functions.control.parking import SURELY_AWAKE_S
from functions.control.prices import PRICES, usd
from functions.control.usage import usage_of
from functions.runner.services import BackendServices
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

    from functions.control.backend import Backend
    from functions.control.clients import Clients
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import FakeHttpApi

ROOT = Path(__file__).resolve().parents[2]
PARENT = ActionId(project="flytesnacks", domain="development", run="parent")


def units(size_bytes: int) -> int:
    """Write units of an item. Source: Amazon DynamoDB Developer Guide, read and write units: 1 KB each."""
    return math.ceil(size_bytes / 1024)


@pytest.fixture
def sizes(aws: Clients) -> Iterator[list[int]]:
    """Bytes of the items that writes send or answer with, from now on."""
    seen: list[int] = []

    def note(parsed: dict[str, Any], model: OperationModel, **_: Any) -> None:
        if model.name == "UpdateItem" and "Attributes" in parsed:
            seen.append(sum(len(name) + _size(value) for name, value in from_attributes(parsed["Attributes"]).items()))

    aws.dynamodb.meta.events.register("after-call", note)
    yield seen
    aws.dynamodb.meta.events.unregister("after-call", note)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value))


class Parent:
    """A task that calls others, as its supervisor sees it."""

    def __init__(self, backend: Backend, action: ActionId) -> None:
        self._backend = backend
        self._action = action
        self._invocations = 0
        self.resumes()

    def resumes(self) -> None:
        self._invocations += 1
        claim = self._backend.actions.claim(self._action, 1, Invoked(f"{self._action.action}-{self._invocations}"))
        assert isinstance(claim, ClaimedAction)
        self._claim, self._services = claim, BackendServices(claim, self._backend)

    def calls(self, name: str) -> Future[Any]:
        asked = {"name": name, "spec": greet(name="part").to_json(), "inputs": {"message": name}}
        answer = self._services.methods["run_child"](asked)
        assert isinstance(answer, Future)
        return answer

    def parks(self) -> None:
        assert self._services.park(self._claim, only_waits=True).status is OutcomeStatus.SUSPENDED
        self._services.close(has_ended=False)

    def ends(self) -> None:
        self._backend.actions.finish_succeeded(replace(self._claim, below=self._services.below), "{}")
        self._services.close(has_ended=True)


def claimed(backend: Backend, action: ActionId) -> ClaimedAction:
    claim = backend.actions.claim(action, 1, Invoked(f"request-{action.action}"))
    assert isinstance(claim, ClaimedAction)
    return claim


@pytest.mark.parametrize(("took_s", "also_told"), [(0.1, 0), (SURELY_AWAKE_S, 1)])
def test_a_child_costs_three_writes_and_no_object_and_one_that_takes_long_tells_its_parent(
    backend: Backend, clock: FakeClock, counted_calls: list[str], sizes: list[int], took_s: float, also_told: int
) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}))
    parent = claimed(backend, PARENT)
    counted_calls.clear()
    sizes.clear()
    assert backend.runs.start_child(parent, ChildRequest(name="c1", spec=greet(), inputs={"message": "x"})) is None
    child = claimed(backend, PARENT.action_id("c1"))
    clock.advance(took_s)
    backend.actions.finish_succeeded(child, '{"o0":"x!"}')
    # Recorded, claimed, ended; and the parent is told, which is refused unless it is parked.
    assert Counter(counted_calls) == {"PutItem": 1, "UpdateItem": 2 + also_told}
    assert len(counted_calls) == numbers()["writes of an action"] + also_told
    assert max(map(units, sizes)) <= numbers()["units of an item"]
    record = backend.lookup.action(PARENT.action_id("c1"))
    units_of_writes = (numbers()["writes of an action"] + also_told) * numbers()["units of an item"]
    assert usage_of(record).write_units == units_of_writes + numbers()["writes of the index"]


def numbers() -> dict[str, float]:
    """What the tables of docs/cost.md say."""
    text = (ROOT / "docs" / "cost.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| ([\d.,]+) \|", text, re.MULTILINE)
    return {name.strip(): float(value.replace(",", "")) for name, value in rows}


def test_the_sums_of_the_document_are_those_of_its_numbers() -> None:
    number = numbers()
    states = number["states of an action"] * number["1,000 state transitions"] / 1_000
    writes = number["writes of an action"] * number["units of an item"] + number["writes of the index"]
    tables = writes * number["1,000,000 write units"] / 1_000_000
    compute = (
        number["billed seconds of an action"]
        * number["gigabytes of memory"]
        * number["1,000,000 GB seconds, arm64"]
        / 1_000_000
    )
    invocation = number["invocations of an action"] * number["1,000,000 invocations"] / 1_000_000
    logs = number["bytes of log lines"] / 1e9 * number["1 GB of logs"]
    for name, each in (("states", states), ("tables", tables), ("compute", compute + invocation), ("logs", logs)):
        assert number[f"{name}, of 1,000,000"] == pytest.approx(each * 1_000_000, abs=0.01)
    total = states + tables + compute + invocation + logs
    for count in ("1", "10,000", "1,000,000"):
        stated = number[f"actions: {count}"]
        assert stated == pytest.approx(total * float(count.replace(",", "")), rel=0.01), count


def test_a_run_is_shown_with_what_all_its_actions_took(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> None:
    root = RunSpec(name="parent", spec=greet(), inputs={"message": "p"}, labels={"team": "red"})
    backend.runs.create("flytesnacks", "development", root, created_by="ana")
    parent = Parent(backend, PARENT)
    for name in ("c1", "c2"):
        answer = parent.calls(name)
        child = claimed(backend, PARENT.action_id(name))
        clock.advance(2)
        backend.actions.finish_succeeded(child, "{}")
        answer.result(10)
    parent.calls("c3")
    parent.parks()
    assert api.get("runs").body["runs"][0]["cost"]["usage"]["billed_ms"] == 4000 + 4000
    parent.resumes()
    assert parent.calls("c1").result(10)["phase"] == "succeeded"
    parent.ends()

    whole = api.get("runs/parent/cost").body
    assert whole["usage"]["actions"] == 4
    assert whole["usage"]["billed_ms"] == 8000
    assert whole["usage"]["memory_mb_ms"] == 8000 * 1024
    assert whole["usage"]["transitions"] == 4 * 3 + 4
    assert {row["key"]: row["runs"] for row in whole["tasks"]} == {"greeting_env.greet": 1, "greeting_env.part": 3}

    listed = api.get("runs").body["runs"][0]["cost"]
    assert api.get("runs/parent").body["cost"] == listed
    assert listed["usage"] == whole["usage"]
    assert listed["usd"] == whole["usd"] > listed["own_usd"] > 0


def test_what_is_below_a_child_counts_for_its_parent_as_well(backend: Backend, clock: FakeClock) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}))
    parent = Parent(backend, PARENT)
    middle_answer = parent.calls("middle")
    middle = Parent(backend, PARENT.action_id("middle"))
    leaf_answer = middle.calls("leaf")
    leaf = claimed(backend, PARENT.action_id("leaf"))
    clock.advance(3)
    backend.actions.finish_succeeded(leaf, "{}")
    leaf_answer.result(10)
    middle.ends()
    middle_answer.result(10)
    parent.ends()
    below = backend.lookup.action(PARENT).below
    assert below is not None
    assert (below.actions, below.billed_ms) == (2, 3000 + 3000)


def test_children_that_end_with_a_parent_count(backend: Backend, clock: FakeClock) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}))
    parent = Parent(backend, PARENT)
    parent.calls("c1")
    claimed(backend, PARENT.action_id("c1"))
    clock.advance(5)
    parent.ends()
    below = backend.lookup.action(PARENT).below
    assert below is not None
    assert (below.actions, below.billed_ms) == (1, 5000)


def test_what_a_run_costs_comes_page_by_page(api: FakeHttpApi, backend: Backend) -> None:
    backend.runs.create(
        "flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}), created_by="ana"
    )
    parent = claimed(backend, PARENT)
    for name in ("c1", "c2", "c3"):
        backend.runs.start_child(parent, ChildRequest(name=name, spec=greet(name="part"), inputs={"message": name}))

    whole = api.get("runs/parent/cost").body
    pages = [api.get("runs/parent/cost", limit=3).body]
    while pages[-1]["cursor"] is not None:
        pages.append(api.get("runs/parent/cost", limit=3, cursor=pages[-1]["cursor"]).body)
    assert whole["cursor"] is None
    assert len(pages) == 2
    assert sum(page["usage"]["actions"] for page in pages) == whole["usage"]["actions"] == 4
    assert sum(row["runs"] for page in pages for row in page["tasks"]) == 4
    assert sum(page["usd"] for page in pages) == pytest.approx(whole["usd"])
    assert api.get("runs/parent/cost", cursor="x").code == "BadRequest"
    assert api.get("runs/nobody/cost").code == "RunNotFound"


def test_costs_are_summed_by_what_is_asked_for(api: FakeHttpApi, backend: Backend, clock: FakeClock) -> None:
    for number, user, team in ((1, "ana", "red"), (2, "ana", "blue"), (3, "bea", "red")):
        root = RunSpec(name=f"r{number}", spec=greet(), inputs={"message": "p"}, labels={"team": team})
        backend.runs.create("flytesnacks", "development", root, created_by=user)
        clock.advance(86_400)

    def rows(**query: str) -> dict[str, int]:
        return {row["key"]: row["runs"] for row in api.get("costs", **query).body["rows"]}

    assert rows(by="task") == {"greeting_env.greet": 3}
    assert rows(by="user") == {"ana": 2, "bea": 1}
    assert rows(by="label", label_key="team") == {"red": 2, "blue": 1}
    assert rows(by="label", label_key="other") == {"": 3}
    assert rows(by="day") == {"2026-01-02": 1, "2026-01-03": 1, "2026-01-04": 1}
    assert rows(by="user", label="team=red") == {"ana": 1, "bea": 1}
    first = api.get("costs", by="user", limit="2").body
    second = api.get("costs", by="user", limit="2", cursor=first["cursor"]).body
    assert sum(row["runs"] for row in (*first["rows"], *second["rows"])) == 3
    assert api.get("costs", by="label").code == api.get("costs", by="day", label_key="x").code == "BadRequest"


def test_a_retry_and_a_wait_cost_what_the_document_says() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    attempts = (
        Attempt(number=1, started_at=at, active_ms=500),
        Attempt(number=2, started_at=at, active_ms=500, suspensions=1),
    )
    record = ActionRecord(
        id=PARENT, task_name="e.t", task_version="v", phase=ActionPhase.SUCCEEDED, created_at=at, updated_at=at
    )
    once = usage_of(record.model_copy(update={"attempts": attempts[:1], "memory_mb": 512}))
    again = usage_of(record.model_copy(update={"attempts": attempts, "memory_mb": 512}))
    assert (once.invocations, once.transitions, once.memory_mb_ms) == (1, 3, 256_000)
    assert (again.invocations, again.transitions, again.memory_mb_ms) == (3, 11, 512_000)
    trace = record.model_copy(update={"kind": "trace"})
    assert usage_of(trace) == Usage(write_units=3)


def test_the_prices_of_the_document_are_those_of_the_table() -> None:
    number = numbers()
    for prices in PRICES.values():
        assert number[f"1,000,000 GB seconds, {prices.architecture}"] == pytest.approx(prices.gb_second * 1e6)
        assert number["1,000 state transitions"] == prices.thousand_transitions
        assert number["1,000,000 write units"] == prices.million_write_units
        assert number["1,000,000 invocations"] == prices.million_invocations


def test_an_estimate_is_the_sum_of_its_parts() -> None:
    usage = Usage(actions=1, invocations=1, billed_ms=1000, memory_mb_ms=1_024_000, transitions=3, write_units=16)
    expected = 0.0000133334 + 0.20e-6 + 3 * 0.025e-3 + 16 * 0.625e-6
    assert usd(usage, PRICES["arm64"]) == pytest.approx(expected, abs=1e-9)
    assert usd(usage, PRICES["x86_64"]) > usd(usage, PRICES["arm64"])
