"""What an action asks of AWS, counted: the numbers that docs/cost.md multiplies with prices."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.identity import ActionId
from flyte.protocol.runs import ChildRequest, RunSpec
from functions.control.attributes import from_attributes
from functions.control.claims import ClaimedAction, Invoked
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

    from functions.control.backend import Backend
    from functions.control.clients import Clients

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


def claimed(backend: Backend, action: ActionId) -> ClaimedAction:
    claim = backend.actions.claim(action, 1, Invoked(f"request-{action.action}"))
    assert isinstance(claim, ClaimedAction)
    return claim


def test_a_child_costs_four_writes_a_refused_one_and_no_object(
    backend: Backend, counted_calls: list[str], sizes: list[int]
) -> None:
    backend.runs.create("flytesnacks", "development", RunSpec(name="parent", spec=greet(), inputs={"message": "p"}))
    parent = claimed(backend, PARENT)
    counted_calls.clear()
    sizes.clear()
    assert backend.runs.start_child(parent, ChildRequest(name="c1", spec=greet(), inputs={"message": "x"})) is None
    backend.actions.finish_succeeded(claimed(backend, PARENT.action_id("c1")), '{"o0":"x!"}')
    # Recorded, claimed, ended; the parent is told, which is refused unless it is parked; and what it took is counted.
    assert Counter(counted_calls) == {"PutItem": 1, "UpdateItem": 4}
    assert max(map(units, sizes)) <= numbers()["units of an item"]


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
        * number["1,000,000 GB seconds"]
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
