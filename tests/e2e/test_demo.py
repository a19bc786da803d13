"""`make demo`, the first command of a new user, in a copy of the checkout and with a home folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.devbox_fixture import share_cache

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "Makefile",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "requirements",
    "examples",
    "sdk",
    "cli",
    "functions",
    "cdk",
)


def test_the_demo_runs_deploys_and_runs_what_was_deployed(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "cdk.out", ".flyte")
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy2(source, copy / name)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    home = tmp_path / "flyte-home"
    share_cache(home, tmp_path / "cache")
    environment = {**os.environ, "HOME": str(tmp_path), "FLYTE_HOME": str(home)}
    try:
        done = subprocess.run(
            ["make", "-o", ".venv/ready", "demo"],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed = done.stdout.splitlines()
        assert "Good morning!!" in printed
        assert "World!" in printed
        assert (copy / ".flyte" / "config.yaml").is_file()
    finally:
        subprocess.run([ROOT / ".venv/bin/flyte", "delete", "devbox"], env=environment, timeout=120, check=True)
