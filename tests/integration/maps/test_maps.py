"""Maps in the devbox: order, bounds, failures, counts and aborts, as programs and people see them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.errors import RuntimeUserError
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import command, program_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte.protocol.runs import ActionRecord
    from flyte.remote import Run
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")

ITEMS = 12
SOON_S = 10
"""An abort takes less than 5 s; a busy machine gets as much again."""


@pytest.fixture(scope="module")
def mapping(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, Path(__file__).with_name("mapping.py")) as module:
        yield module


def root_of(run: Run) -> ActionRecord:
    record: ActionRecord = flyte.remote.Run.get(run.name).action.record
    return record


def test_results_are_in_the_order_of_the_items_and_each_is_an_action_that_is_counted(
    mapping: Any, devbox: Devbox, tmp_path: Path
) -> None:
    run = flyte.run(mapping.squares, n=ITEMS)
    assert run.outputs()[0] == [number**2 for number in range(ITEMS)]
    actions = list(flyte.remote.Action.listall(for_run_name=run.name))
    assert len(actions) == ITEMS + 1
    count = root_of(run).groups["map-square"]
    assert (count.total, count.ended, count.failed) == (ITEMS, ITEMS, 0)
    shown = command(devbox, tmp_path, "get", "run", run.name)
    assert f"map-square: {ITEMS} of {ITEMS} ended" in shown.stdout


def test_a_partial_is_mapped_from_async_code(mapping: Any) -> None:
    assert flyte.run(mapping.powers, n=4).outputs()[0] == [0, 1, 8, 27]


def test_a_failing_item_is_a_value_or_fails_the_map_as_it_is_asked_for(mapping: Any) -> None:
    tolerant, strict = flyte.run(mapping.picked), flyte.run(mapping.picked_strictly)
    assert tolerant.outputs()[0] == ["0", "ValueError", "2"]
    assert root_of(tolerant).groups["map-picky"].failed == 1
    strict.wait(quiet=True)
    error = root_of(strict).error
    assert error is not None
    assert (error.code, error.message) == ("ValueError", "not this one")
    with pytest.raises(RuntimeUserError, match="not this one"):
        strict.raise_for_status()


@pytest.mark.parametrize(("options", "concurrency"), [({}, 2), ({"max_action_concurrency": 3}, 0)])
def test_no_more_items_are_on_than_the_map_or_the_run_allows(
    mapping: Any, options: dict[str, Any], concurrency: int
) -> None:
    run = flyte.with_runcontext(**options).run(mapping.most_at_a_time, n=6, concurrency=concurrency)
    assert run.outputs()[0] <= 2


def test_aborting_a_map_ends_all_its_items_within_seconds(mapping: Any) -> None:
    run = flyte.run(mapping.naps, n=4, seconds=300.0)
    children = until(lambda: _running_children(run, 4), "the items do not run")
    aborted_s = time.monotonic()
    run.abort(reason="enough")
    until(lambda: _phases(run) == {ActionPhase.ABORTED}, "items go on")
    assert time.monotonic() - aborted_s < SOON_S
    assert len(children) == 4


def _running_children(run: Run, count: int) -> list[Any]:
    actions = flyte.remote.Action.listall(for_run_name=run.name)
    running = [each for each in actions if each.record.parent and each.record.phase is ActionPhase.RUNNING]
    return running if len(running) == count else []


def _phases(run: Run) -> set[ActionPhase]:
    return {each.record.phase for each in flyte.remote.Action.listall(for_run_name=run.name)}


def test_a_parent_that_calls_other_children_when_it_runs_again_is_warned_of(mapping: Any) -> None:
    run = flyte.run(mapping.tossed)
    run.wait(quiet=True)
    warning = root_of(run).warning
    assert warning is not None
    before, now = (each.record.id.action for each in _children(run))
    assert before in warning
    assert now in warning
    assert any(warning in line for line in run.get_logs())


def _children(run: Run) -> list[Any]:
    children = [each for each in flyte.remote.Action.listall(for_run_name=run.name) if each.record.parent]
    return sorted(children, key=lambda each: each.record.created_at)


def test_a_parent_that_calls_them_in_another_order_is_not(mapping: Any) -> None:
    run = flyte.run(mapping.shuffled)
    assert run.outputs()[0] == 5
    assert root_of(run).warning is None
    assert len(_children(run)) == 3
