"""Someone who does what a page says, in an empty folder with a project of its own on the devbox."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from tests.integration.documentation.pages import ROOT, Command, NotRun, Saved
from tests.integration.new_user import FLYTE, User

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devbox_fixture import Devbox
    from tests.integration.documentation.pages import Page

_ANYTHING = "…"
_TIMEOUT_S = 180


@dataclass(frozen=True)
class Reader:
    """A reader of one page."""

    user: User
    page: Page

    @classmethod
    def of(cls, page: Page, folder: Path, devbox: Devbox) -> Reader:
        """A reader with a new project and a configuration in an empty folder."""
        project = "page-" + re.sub(r"[^a-z0-9]+", "-", page.path.stem.lower())
        settings = {
            "FLYTE_HOME": str(devbox.home),
            "COLUMNS": "160",
            "PATH": f"{FLYTE.rpartition('/')[0]}:/usr/local/bin:/usr/bin:/bin",
        }
        user = User(folder, settings)
        config = yaml.safe_load(devbox.config.read_text())
        config["task"] = {**config.get("task", {}), "project": project, "domain": "development"}
        user.write(".flyte/config.yaml", yaml.safe_dump(config))
        for name in ("examples", ".venv"):
            (folder / name).symlink_to(ROOT / name)
        made = user.flyte("create", "project", project)
        assert made.code == 0, made.stderr
        return cls(user, page)

    def read(self) -> int:
        """Do all that the page says; returns how many commands were run.

        Raises:
            AssertionError: A command ended or printed otherwise than the page says.
        """
        count = 0
        for step in self.page.steps():
            if isinstance(step, Saved):
                self.user.write(step.name, step.text)
            elif not isinstance(step, NotRun):
                self._run(step)
                count += 1
        return count

    def _run(self, command: Command) -> None:
        text = re.sub(r"\bRUN\b", lambda _: self._last_run(), command.text)
        done = subprocess.run(
            ["/bin/bash", "-c", text],
            cwd=self.user.folder,
            env=self.user.environment({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        where = f"{self.page.name}:{command.line}: {text}"
        assert done.returncode == command.code, (
            f"{where}\nexit code {done.returncode}, not {command.code}\n{done.stdout}"
        )
        if command.printed and not prints(command.printed, done.stdout):
            difference = difflib.unified_diff(
                command.printed, done.stdout.splitlines(), "the page", "printed", lineterm=""
            )
            raise AssertionError(f"{where}\n" + "\n".join(difference))

    def _last_run(self) -> str:
        runs = json.loads(self.user.flyte("-of", "json", "get", "run", "--limit", "1").stdout)
        return str(runs[0]["id"]["run"])


def prints(expected: tuple[str, ...], printed: str) -> bool:
    """Whether `printed` is what the page says; spaces at ends of lines, and how many stand in a row, do not count."""
    pattern = ""
    for line in expected:
        text = " ".join(line.split())
        if text == _ANYTHING:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part.strip()) for part in text.split(_ANYTHING)) + r"\n"
    lines = "".join(" ".join(line.split()) + "\n" for line in printed.splitlines())
    return re.fullmatch(pattern, lines) is not None
