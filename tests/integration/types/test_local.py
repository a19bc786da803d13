"""Each type in local mode: given by a program and on a command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import typed_tasks  # type: ignore[import-not-found]
from typed_values import ROWS, Row, is_same  # type: ignore[import-not-found]

import flyte
from flyte_cli import entry
from tests.integration.types.conftest import PROGRAM, printed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_program_gives_and_gets_the_value(row: Row) -> None:
    run = flyte.with_runcontext(mode="local").run(typed_tasks.TASKS[row.name], row.value)
    assert all(is_same(value, row.value) for value in run.outputs())


@pytest.mark.parametrize("row", [row for row in ROWS if row.text is not None], ids=lambda row: row.name)
def test_a_command_line_gives_and_shows_the_value(
    row: Row, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(PROGRAM)
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path))
    code = entry.run(["-of", "json", "run", "--local", "typed_tasks.py", f"echo_{row.name}", f"--x={row.text}"])
    shown: Any = capsys.readouterr()
    assert code == 0, shown.err
    assert json.loads(shown.out)["outputs"] == printed(row.value)
