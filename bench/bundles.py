"""What it takes to bundle 5,000 files, against Flyte 2.12, which is installed beside this in an environment of its own.

Each measurement is a new process that tells the time of its call alone: imports, which take Flyte longer, do not count.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .measure import Row

FLYTE = "flyte==2.12.*"
FILES = 5_000

OURS = """
import sys, time
from pathlib import Path
from flyte.bundle import CodeRoot, make_bundle
root = CodeRoot(Path(sys.argv[1]))
started = time.perf_counter()
made = make_bundle(root, copy_style="all")
print(len(made.files), time.perf_counter() - started)
"""
THEIRS = """
import asyncio, sys, time
from pathlib import Path
from flyte._code_bundle.bundle import build_code_bundle
started = time.perf_counter()
made = asyncio.run(build_code_bundle(Path(sys.argv[1]), dryrun=True, copy_style="all"))
print(len(made.files), time.perf_counter() - started)
"""


def rows(pairs: int) -> Iterator[Row]:
    """The first bundle of a project, and one of the same files again."""
    theirs = flytes_python()
    with tempfile.TemporaryDirectory(prefix="flyte-bench-") as folder:
        root = Path(folder, "project").resolve()
        _write_project(root)
        first, again, reference = [], [], []
        for number in range(pairs + 1):
            ours = {"FLYTE_HOME": str(Path(folder, f"home-{number}"))}
            first.append(_seconds(sys.executable, OURS, root, ours))
            again.append(_seconds(sys.executable, OURS, root, ours))
            reference.append(_seconds(theirs, THEIRS, root, {"HOME": folder}))
    for what, taken, limit in (("bundle", first, 1 / 3), ("bundle again, unchanged,", again, 1 / 10)):
        # The first pair warms the file system's cache; files that were changed just before are always read again.
        ratio = statistics.median(mine / other for mine, other in zip(taken[1:], reference[1:], strict=True))
        yield Row(
            f"{what} {FILES:,} files, copy_style=all",
            statistics.median(taken[1:]) * 1000,
            "ms",
            f"Flyte 2.12: {statistics.median(reference[1:]) * 1000:.0f} ms",
            ratio,
            f"≤ {limit:.2f} ×",
            ratio <= limit,
        )


def _seconds(python: str, program: str, root: Path, variables: Mapping[str, str]) -> float:
    done = subprocess.run(
        [python, "-c", program, str(root)],
        env={**os.environ, **variables},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    files, seconds = done.stdout.split()[-2:]
    assert int(files) == FILES, done.stdout
    return float(seconds)


def flytes_python() -> str:
    """The interpreter of an environment with Flyte, made once."""
    from flyte._home import flyte_home

    folder = flyte_home() / "cache" / "bench" / "flyte-2.12"
    python = folder / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if not (folder / "ready").exists():
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, FLYTE], check=True)
        (folder / "ready").touch()
    return str(python)


def _write_project(root: Path) -> None:
    """Modules of some 2 KB, in 350 folders."""
    chance = random.Random(1)
    for number in range(FILES):
        path = root / f"package{number % 50}" / f"part{number % 7}" / f"module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"def function_{line}(a, b):\n    return a + b * {chance.randint(1, 999)}\n" for line in range(40))
        path.write_text("".join(lines))
