"""Processes of a nested run are killed in the devbox, each kind at several points: it ends as if nothing had been."""

from __future__ import annotations

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.protocol.phases import ActionPhase
from tests.devbox_programs import program_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.devbox_fixture import Devbox

WORKER, RUNNER, BOTH = "worker", "runner", "whole sandbox"
POINTS = [
    (WORKER, "leaf-10"),
    (RUNNER, "leaf-11"),
    (BOTH, "leaf-20"),
    (WORKER, "middle-1"),
    (RUNNER, "middle-2"),
    (RUNNER, "root-0"),
    (BOTH, "root-0"),
]


@pytest.fixture(scope="module")
def nested(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, Path(__file__).with_name("nested.py")) as program:
        yield program


def test_a_run_whose_processes_are_killed_ends_as_if_nothing_had_happened(nested: Any, tmp_path: Path) -> None:
    undisturbed = flyte.run(nested.root, notes=_folder(tmp_path, "undisturbed"))

    def disturb(point: tuple[str, str]) -> tuple[Any, Path]:
        what, where = point
        notes = Path(_folder(tmp_path, f"{what} {where}"))
        run = flyte.run(nested.root, notes=str(notes))
        _kill(what, where, notes)
        run.wait(quiet=True)
        return run, notes

    with ThreadPoolExecutor(len(POINTS)) as beside:
        ends = list(beside.map(disturb, POINTS))
    undisturbed.wait(quiet=True)
    expected = _tree(undisturbed)
    assert sum(expected.values()) == 7
    for point, (run, notes) in zip(POINTS, ends, strict=True):
        assert run.phase is ActionPhase.SUCCEEDED, point
        assert run.outputs()[0] == 62, point
        assert _tree(run) == expected, point
        begun = Counter(note.name.rpartition("-")[0].rpartition("-")[0] for note in notes.iterdir())
        assert begun.keys() == {"root-0", "middle-1", "middle-2", "leaf-10", "leaf-11", "leaf-20", "leaf-21"}, point


def _folder(tmp_path: Path, name: str) -> str:
    folder = tmp_path / name
    folder.mkdir()
    return str(folder)


def _kill(what: str, where: str, notes: Path) -> None:
    """Ends processes of the named task once it has begun, and, of one that has children, once they have."""
    until(lambda: where.startswith("leaf") or any(notes.glob("leaf-*")), f"no leaf for {where}")
    until(lambda: any(_end(what, note) for note in notes.glob(f"{where}-*")), f"nothing to kill of {where}")


def _end(what: str, note: Path) -> bool:
    """Whether the process that is meant was there: a sandbox may have ended already, with another run's task in it."""
    worker, runner = map(int, note.name.split("-")[2:])
    try:
        os.kill(worker if what == WORKER else runner, signal.SIGKILL)
    except ProcessLookupError:
        return False
    if what == BOTH:
        with suppress(ProcessLookupError):  # it may go with its runner
            os.kill(worker, signal.SIGKILL)
    return True


def _tree(run: Any) -> Counter[tuple[str, str | None, int]]:
    """The actions: task, parent's task, and how often its end is recorded. Names differ: the inputs have the folder."""
    records = {each.record.id.action: each.record for each in flyte.remote.Action.listall(for_run_name=run.name)}
    return Counter(
        (
            record.short_name,
            records[record.parent].short_name if record.parent else None,
            sum(each.phase is ActionPhase.SUCCEEDED for each in record.transitions),
        )
        for record in records.values()
    )
