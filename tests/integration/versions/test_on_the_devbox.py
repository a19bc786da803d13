"""Secrets and versions on a real stack: what people type, and what tasks then see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")

PROGRAM = """
import os
from pathlib import Path

import flyte

env = flyte.TaskEnvironment(
    name="vault",
    secrets=[flyte.Secret("token", group="team"), flyte.Secret("cert", mount=Path("/etc/flyte/secrets"))],
)
plain = flyte.TaskEnvironment(name="plain")

@env.task
def reveal() -> str:
    return os.environ["TEAM_TOKEN"] + (Path(os.environ["FLYTE_SECRETS_PATH"]) / "cert").read_text()

@plain.task
def version() -> str:
    return "VERSION"
"""


class CommandLine:
    """The installed command, in a folder of its own."""

    def __init__(self, folder: Path, devbox: Devbox) -> None:
        self.folder = folder
        self._environ = devbox.environment

    def deploy(self, text: str, version: str) -> None:
        """Deploy the program with this text in it."""
        (self.folder / "program.py").write_text(PROGRAM.replace("VERSION", text))
        self("deploy", "--version", version, "program.py", "plain")

    def __call__(self, *args: str, stdin: str = "", code: int = 0) -> str:
        """Both streams of a command that ends with `code`."""
        command = [str(Path(sys.executable).with_name("flyte")), *args]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environ, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def flyte(tmp_path: Path, devbox: Devbox) -> CommandLine:
    (tmp_path / "program.py").write_text(PROGRAM)
    return CommandLine(tmp_path, devbox)


def test_a_task_receives_secrets_and_says_which_are_missing(flyte: CommandLine) -> None:
    missing = flyte("run", "program.py", "reveal", code=1)
    assert "flyte create secret team/token" in missing
    assert "flyte create secret cert" in missing

    flyte("create", "secret", "team/token", "-p", "", "-d", "", stdin="open ")
    flyte("create", "secret", "cert", "--value", "sesame")
    assert "open sesame" in flyte("run", "program.py", "reveal")
    listed = flyte("get", "secret")
    assert "team/token" in listed
    assert "sesame" not in listed

    flyte("delete", "secret", "cert")
    assert "cert" not in flyte("get", "secret")


def test_a_version_is_the_latest_again_without_deploying(flyte: CommandLine) -> None:
    flyte.deploy("one", "v1")
    flyte.deploy("two", "v2")
    run = ("run", "deployed-task", "plain.version")
    assert "two" in flyte(*run)

    flyte("rollback", "plain.version", "v1")
    assert "one" in flyte(*run)
    assert "two" in flyte("run", "deployed-task", "plain.version:v2")
    header, newest, oldest = flyte("get", "task", "plain.version").splitlines()
    assert "latest" in header
    assert newest.split()[1:3] != ["v2", "yes"]
    assert oldest.split()[1:3] == ["v1", "yes"]

    flyte("rollback", "plain.version", "v2", "--environment")
    assert "two" in flyte(*run)


def test_old_versions_go_and_the_latest_still_runs(flyte: CommandLine) -> None:
    project = ("-p", "pruning")
    flyte("create", "project", "pruning")
    for number in range(3):
        (flyte.folder / "program.py").write_text(PROGRAM.replace("VERSION", f"number {number}"))
        flyte("deploy", "--version", f"v{number}", *project, "program.py", "plain")
    flyte("rollback", "plain.version", "v0", *project)

    told = flyte("prune", "--keep", "1", "--dry-run", *project)
    assert "Would delete 1 version" in told
    assert len(flyte("get", "task", "plain.version", *project).splitlines()) == 4
    # What was just uploaded stays: it is younger than a day.
    assert "Deleted 1 version and 0 artifacts" in flyte("prune", "--keep", "1", *project)
    assert "v1" not in flyte("get", "task", "plain.version", *project)
    assert "number 0" in flyte("run", *project, "deployed-task", "plain.version")
    assert "no version 'v1'" in flyte("rollback", "plain.version", "v1", *project, code=2)
