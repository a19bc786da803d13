"""Every program in docs/how-runs-work.md runs in local mode, by the command that stands above it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.new_user import User

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-runs-work.md"
PROGRAM = re.compile(r"(?:<!-- flyte run (?P<command>.+?) -->\n)?```python\n(?P<source>.+?)```", re.DOTALL)
RESULTS = {"report": "30", "draw": "The cup of ", "careful": "no result: ZeroDivisionError", "patient": "MaxRuntime"}
"""How the outputs begin."""


def programs() -> Iterator[tuple[str, str]]:
    for found in PROGRAM.finditer(PAGE.read_text()):
        assert found["command"], f"no command says how to run:\n{found['source']}"
        yield found["command"], found["source"]


def test_all_of_them_are_told() -> None:
    assert [shlex.split(command)[2] for command, _ in programs()] == list(RESULTS)


@pytest.mark.parametrize(("command", "source"), list(programs()), ids=RESULTS)
def test_a_program_of_the_page_runs(tmp_path: Path, command: str, source: str) -> None:
    someone = User(tmp_path, {"FLYTE_HOME": str(tmp_path / "home")})
    someone.write("program.py", source)
    arguments = ["program.py" if word == "FILE" else word for word in shlex.split(command)]
    document = someone.run(*arguments)
    assert str(document["outputs"]["o0"]).startswith(RESULTS[arguments[2]]), document
