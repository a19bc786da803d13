"""Each type of files, folders and frames in local mode: given by a program and on a command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import referring_tasks  # type: ignore[import-not-found]
from referred_values import ROWS, Row, is_as_sent, write_data  # type: ignore[import-not-found]

import flyte
from flyte_cli import entry
from tests.integration.types.conftest import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_program_gives_and_gets_the_value(row: Row, tmp_path: Path) -> None:
    given = row.made(write_data(tmp_path))
    run = flyte.with_runcontext(mode="local").run(referring_tasks.TASKS[row.name], given)
    outputs = run.outputs()
    assert is_as_sent(row, outputs.value)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_command_line_gives_the_value(
    row: Row, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path))
    program = str(PROGRAM / "referring_tasks.py")
    code = entry.run(["-of", "json", "run", "--local", program, f"echo_{row.name}", f"--x={row.text}"])
    shown: Any = capsys.readouterr()
    assert code == 0, shown.err
    assert json.loads(shown.out)["phase"] == "succeeded"
