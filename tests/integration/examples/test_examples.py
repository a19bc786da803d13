"""Every program of examples/ that shows one thing about runs, in local mode and in the devbox, with small inputs."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.new_user import User

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
TOLD_ELSEWHERE = {"greeting.py", "schedule.py", "approval.py"}
"""Examples that have tests of their own."""


@dataclass(frozen=True)
class Example:
    """A program with what it is given and what it gives, in local mode and in the devbox."""

    file: str
    task: str
    args: tuple[str, ...]
    outputs: dict[str, Any]
    local_args: tuple[str, ...] | None = None
    local_outputs: dict[str, Any] | None = None


URLS = json.dumps(["a.example", "broken"])
CHECKED = {
    "sizes": {"a.example": 9, "localhost": 0},
    "failed": {"broken": "ValueError: 'broken' is no host name"},
}
ALL = [
    Example("failures.py", "check", ("--urls", URLS), {"o0": CHECKED}),
    Example(
        "map_many.py",
        "total",
        ("--n", "6", "--at-once", "3"),
        {"o0": 15, "o1": 0},
        ("--n", "10000"),
        {"o0": sum(item % 7 for item in range(10_000) if item % 100 != 99), "o1": 100},
    ),
    Example("recursion.py", "merge_sort", ("--values", "[5, 3, 8, 1]", "--leaf", "2"), {"o0": [1, 3, 5, 8]}),
    Example("more_memory.py", "load", ("--megabytes", "520"), {"o0": 520}, ("--megabytes", "2"), {"o0": 2}),
    Example(
        "trace_retries.py",
        "bill",
        ("--customers", '["ada", "bob"]'),
        {"o0": ["ada was charged in attempt 1", "bob was charged in attempt 1"]},
    ),
    Example("long_pipeline.py", "train", ("--epochs", "2", "--seconds", "1.5"), {"o0": [0.5, 0.25]}),
    Example(
        "environments.py",
        "word_count",
        ("--text", "the cat and the dog", "--parts", "2"),
        {"o0": {"the": 2, "cat": 1, "and": 1, "dog": 1}},
    ),
    Example("search.py", "search", ("--trials", "[2, 9, 4]"), {"o0": 0.25}),
]
EACH = pytest.mark.parametrize("example", ALL, ids=lambda example: example.file)


@pytest.fixture
def someone(tmp_path: Path) -> User:
    """Someone who copied the examples."""
    for path in EXAMPLES.glob("*.py"):
        shutil.copy(path, tmp_path)
    return User(tmp_path, {"FLYTE_HOME": str(tmp_path / "home")})


def test_every_example_is_run() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} - TOLD_ELSEWHERE == {each.file for each in ALL}


@EACH
def test_it_runs_in_local_mode(someone: User, example: Example) -> None:
    document = someone.run("--local", example.file, example.task, *(example.local_args or example.args))
    assert document["outputs"] == (example.local_outputs or example.outputs), document


@pytest.mark.devbox
@EACH
def test_it_runs_in_the_devbox(someone: User, devbox: Devbox, example: Example) -> None:
    assert someone.flyte("create", "config", "--endpoint", devbox.endpoint).code == 0
    document = someone.run(example.file, example.task, *example.args)
    assert document["outputs"] == example.outputs, document
