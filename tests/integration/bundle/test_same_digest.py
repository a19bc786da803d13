"""One project is one digest, wherever and however it was checked out: for runs, deployments and default versions."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = {
    "src/bakery/__init__.py": "",
    "src/bakery/ovens.py": "HEAT = {'high', 'low', 'off'}\n",
    "src/bakery/later.py": "WHEN = 'soon'\n",
    "src/größe/maß.py": "MASS = 1\n",
    "src/tasks.py": """\
import enum
import typing
from dataclasses import dataclass, field

import flyte
from bakery import ovens

base = flyte.TaskEnvironment(name="base", env_vars={"B": "2", "A": "1"}, include=("../data/*.csv",))
env = flyte.TaskEnvironment(name="shop", depends_on=[base], description="Bakes.")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Order:
    words: set[str] = field(default_factory=lambda: {"bread", "cake", "pie", "roll"})
    color: Color = Color.RED


@base.task(retries=2, timeout=30)
def bake(
    order: Order = Order(), heat: typing.Literal["high", "low"] = "high", kinds: set[str] = {"a", "b", "c", "d"}
) -> int:
    \"\"\"Bakes.\"\"\"
    from bakery import later
    return len(ovens.HEAT)


@env.task
def sell(count: int | None = None, names: frozenset[str] = frozenset({"x", "y", "z"})) -> dict[str, int]:
    return {}
""",
    "data/one.csv": "1\n",
    "data/two.csv": "2\n",
    "notes/secret.txt": "not sent\n",
    ".flyteignore": "notes/\n",
}
MEASURE = """
import flyte, sys
sys.path.insert(0, "src")
import tasks
from flyte._deploy._plan import make_plan
for style in ("loaded_modules", "all"):
    plan = make_plan(tasks.env, copy_style=style)
    print(style, plan.version, plan.bundle.artifact.sha256, *(each.spec.content_digest for each in plan.environments))
    dry = flyte.with_runcontext(dry_run=True, copy_style=style).run(tasks.sell)
    print(style, dry.task_spec.version, dry.code_bundle.artifact.sha256, dry.task_spec.to_json())
"""


@dataclass(frozen=True)
class Checkout:
    """How one person has the project."""

    place: str
    umask: int
    zone: str
    locale: dict[str, str]
    hash_seed: str
    order: int
    mtime_s: int


CHECKOUTS = (
    Checkout("here", 0o022, "UTC", {"LC_ALL": "C.UTF-8"}, "1", 1, 1_000_000_000),
    Checkout("far/away from/it", 0o077, "Asia/Kathmandu", {"LC_ALL": "C", "PYTHONUTF8": "0"}, "2", 2, 1_700_000_000),
    Checkout("a", 0o002, "America/St_Johns", {"LANG": "de_DE.UTF-8"}, "77", 3, 315_532_800),
)


def made(checkout: Checkout, folder: Path) -> Path:
    """The project as this person has it."""
    root = folder / checkout.place / "project"
    names = list(PROJECT)
    random.Random(checkout.order).shuffle(names)
    before = os.umask(checkout.umask)
    try:
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PROJECT[name], encoding="utf-8")
            if checkout.order == 2:
                path.chmod(path.stat().st_mode | 0o100)
            os.utime(path, (checkout.mtime_s, checkout.mtime_s))
    finally:
        os.umask(before)
    return root


def measured(checkout: Checkout, folder: Path) -> str:
    environ = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "FLYTE", "PYTHON"))
        },
        **checkout.locale,
        "TZ": checkout.zone,
        "PYTHONHASHSEED": checkout.hash_seed,
        "FLYTE_HOME": str(folder / checkout.place / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=made(checkout, folder),
        env=environ,
        umask=checkout.umask,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> str:
    return measured(CHECKOUTS[0], tmp_path_factory.mktemp("first"))


@pytest.mark.parametrize("checkout", CHECKOUTS[1:], ids=lambda each: each.place)
def test_every_checkout_is_the_same_version(first: str, checkout: Checkout, tmp_path: Path) -> None:
    assert measured(checkout, tmp_path) == first


def test_other_content_is_another_version(first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROJECT, "data/two.csv", "3\n")
    changed = measured(CHECKOUTS[0], tmp_path)
    assert not {line.split()[1] for line in changed.splitlines()} & {line.split()[1] for line in first.splitlines()}
