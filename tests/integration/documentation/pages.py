"""Pages of the documentation as a reader sees them: programs to save, commands to run, and what they are said to print.

A fenced block is one of

- ```` ```python title="greeting.py" ```` (any language with a title): a file, saved below the reader's folder;
- ```` ```console ````: lines that begin with `$ ` are commands (a line that ends in a backslash goes on), the lines
  below them what they print, where `…` stands for anything, and a line of `…` alone for any lines;
- ```` ```bash ````: commands alone.

Everything else that looks like a program needs the comment `<!-- not run: the reason -->` above it. The comment
`<!-- exit code 1 -->` says that the block's last command fails, as it should. The word RUN stands for the run that was
started last.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
SHELLS = ("console", "bash")
_PROGRAMS = (*SHELLS, "python", "sh", "shell", "toml", "yaml")
_TITLE = re.compile(r'title="([^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: (.+?) -->", re.DOTALL)
_EXIT_CODE = re.compile(r"<!-- exit code (\d+) -->")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and what it is said to print."""

    line: int
    text: str
    printed: tuple[str, ...] = ()
    code: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that the reader saves."""

    line: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class NotRun:
    """A block that no test runs, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    path: Path

    @property
    def name(self) -> str:
        """Its path below the project, such as `docs/versions.md`."""
        return Path(os.path.relpath(self.path, ROOT)).as_posix()

    @property
    def is_to_be_followed(self) -> bool:
        """Whether it has commands to run, or a block that is wrong, which following it tells."""
        try:
            return any(isinstance(step, Command) for step in self.steps())
        except ValueError:
            return True

    def steps(self) -> Iterator[Command | Saved | NotRun]:
        """What a reader does, from top to bottom.

        Raises:
            ValueError: A block is neither run nor said not to be.
        """
        above = ""
        for token in MarkdownIt().parse(self.path.read_text()):
            if token.type == "html_block":
                above = token.content
            elif token.type == "fence":
                assert token.map is not None
                yield from self._block(token.map[0] + 1, token.info, token.content, above)
                above = ""
            elif token.type == "inline":
                above = ""

    def _block(self, line: int, info: str, text: str, above: str) -> Iterator[Command | Saved | NotRun]:
        language = info.partition(" ")[0]
        reason, title, code = _NOT_RUN.search(above), _TITLE.search(info), _EXIT_CODE.search(above)
        if reason:
            yield NotRun(line, reason[1])
        elif title:
            yield Saved(line, title[1], text)
        elif language in SHELLS:
            commands = _console(line, text) if language == "console" else _script(line, text)
            *earlier, last = commands
            yield from earlier
            yield Command(last.line, last.text, last.printed, int(code[1]) if code else 0)
        elif language in _PROGRAMS:
            raise ValueError(
                f"{self.name}:{line}: a block of {language} without a title is not run. Say why, or name it."
            )


def _console(line: int, text: str) -> list[Command]:
    found: list[Command] = []
    for number, each in enumerate(text.splitlines(), line + 1):
        if each.startswith("$ "):
            found.append(Command(number, each[2:]))
        else:
            last = found.pop()
            goes_on = not last.printed and last.text.endswith("\\")
            found.append(
                Command(last.line, f"{last.text}\n{each}")
                if goes_on
                else Command(last.line, last.text, (*last.printed, each))
            )
    return found


def _script(line: int, text: str) -> list[Command]:
    found: list[Command] = []
    for number, each in enumerate(text.splitlines(), line + 1):
        if found and found[-1].text.endswith(("\\", "|")):
            last = found.pop()
            found.append(Command(last.line, f"{last.text}\n{each}"))
        elif each.strip() and not each.startswith("#"):
            found.append(Command(number, each))
    return found


def pages() -> list[Page]:
    """The README and all pages under `docs/`, but for records of decisions."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path) for path in found if "decisions" not in path.parts]
