"""The tree of a run's actions, and what each of them cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.api import ActionPage
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord, Attempt, ErrorRecord
from flyte_cli.action_tree import as_tree, attempt_lines, times_of, tree_row
from tests.fakes.api import FakeApi, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from flyte.remote._transport import Request, Response

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def action(name: str, parent: str | None = None, at_s: float = 0, **changes: Any) -> ActionRecord:
    values: dict[str, Any] = {
        "id": ActionId(project="p", domain="d", run="r1", action=name),
        "parent": parent,
        "task_name": "env.task",
        "task_version": "v1",
        "phase": ActionPhase.SUCCEEDED,
        "created_at": after(at_s),
        "updated_at": after(at_s),
        "started_at": after(at_s),
        "ended_at": after(at_s + 10),
    }
    return ActionRecord(**(values | changes))


def attempt(number: int = 1, **changes: Any) -> Attempt:
    values: dict[str, Any] = {"number": number, "started_at": START, "ended_at": after(10), "active_ms": 10_000}
    return Attempt(**(values | changes))


RUN = [
    action("second", "a0", 2, kind="trace"),
    action("leaf", "first", 3, group="map-leaf", cache_hit=True),
    action("a0", attempts=(attempt(active_ms=2_000, suspended_ms=8_000, suspensions=1),)),
    action("first", "a0", 1, attempts=(attempt(1), attempt(2, active_ms=500))),
]


def test_children_come_below_their_parents_in_the_order_of_their_creation() -> None:
    shown = [tree_row(each) for each in as_tree(RUN)]
    assert [row["action"] for row in shown] == ["a0", "  first", "    leaf", "  second"]
    assert [row["kind"] for row in shown] == ["task", "task", "cached", "trace"]
    assert [row["attempts"] for row in shown] == ["1", "2", "", ""]
    assert [row["billed"] for row in shown] == ["2.0 s", "10.5 s", "", ""]
    assert [row["suspended"] for row in shown] == ["8.0 s", "", "", ""]
    assert [row["group"] for row in shown] == ["", "", "map-leaf", ""]


def test_without_its_parent_an_action_is_at_the_top() -> None:
    assert [(each.depth, each.record.id.action) for each in as_tree(RUN[:2])] == [(0, "second"), (0, "leaf")]


def test_a_deep_tree_is_no_matter() -> None:
    chain = [action("n0")] + [action(f"n{depth}", f"n{depth - 1}", depth) for depth in range(1, 5_000)]
    assert [each.depth for each in as_tree(reversed(chain))] == list(range(5_000))


@pytest.mark.parametrize(
    ("parked_at", "resumed_at", "billed_s", "suspended_s"),
    [(None, None, 100, 0), (None, after(60), 45, 55), (after(90), after(60), 5, 65)],
    ids=["its first invocation", "a later one", "waiting"],
)
def test_time_goes_on_while_an_action_does(
    parked_at: datetime | None, resumed_at: datetime | None, billed_s: float, suspended_s: float
) -> None:
    done = {"active_ms": 5_000, "suspended_ms": 55_000, "suspensions": 1} if resumed_at else {"active_ms": 0}
    running = action(
        "a0",
        phase=ActionPhase.RUNNING,
        ended_at=None,
        parked_at=parked_at,
        attempts=(attempt(ended_at=None, resumed_at=resumed_at, **done),),
    )
    times = times_of(running, after(100))
    assert (times.billed.total_seconds(), times.suspended.total_seconds()) == (billed_s, suspended_s)


def test_attempts_are_told_one_by_one() -> None:
    error = ErrorRecord(code="ValueError", kind="user", message="boom")
    failed = attempt(error=error, log_group="/aws/lambda/runner", log_stream="stream")
    waited = attempt(2, active_ms=2_000, suspended_ms=8_000, suspensions=3, resumed_at=after(9))
    first, second = attempt_lines(action("a0", attempts=(failed, waited))).values()
    assert first.splitlines()[1:] == ["billed 10.0 s", "ValueError: boom", "log /aws/lambda/runner stream"]
    assert second.splitlines()[1:3] == ["billed 2.0 s", "suspended 8.0 s, 3 times"]


@pytest.fixture
def run(api: FakeApi) -> None:
    def intercept(request: Request) -> Response | None:
        return respond(ActionPage(actions=tuple(RUN))) if "/runs/r1/actions?" in request.url else None

    api.intercept = intercept


@pytest.mark.usefixtures("run")
class TestGetAction:
    def test_the_tree_is_indented(self, flyte: Flyte) -> None:
        header, *rows = flyte("get", "action", "r1").stdout.splitlines()
        assert header.split() == [
            "action",
            "task",
            "kind",
            "phase",
            "attempts",
            "took",
            "billed",
            "suspended",
            "cost",
            "group",
        ]
        assert [row[: row.index("env.task")].rstrip() for row in rows] == ["a0", "  first", "    leaf", "  second"]

    def test_json_has_the_times_and_the_depth(self, flyte: Flyte) -> None:
        found = document(flyte("-of", "json", "get", "action", "r1"))
        assert [(each["id"]["action"], each["depth"], each["billed_ms"], each["suspended_ms"]) for each in found] == [
            ("a0", 0, 2_000, 8_000),
            ("first", 1, 10_500, 0),
            ("leaf", 2, 0, 0),
            ("second", 1, 0, 0),
        ]
