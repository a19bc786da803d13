"""Programs of users, written to a folder and imported as a script there would import them."""

from __future__ import annotations

import contextlib
import importlib
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

GREETING = """
    import flyte

    env = flyte.TaskEnvironment(name="greeting_env")


    @env.task
    async def greet(message: str, times: int = 1) -> str:
        return f"{message}!" * times
"""


class Program:
    """A folder with a user's files, which is the current one and first on `sys.path`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str = "") -> Path:
        """Writes a file; its folders are made."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def load(self, module: str) -> ModuleType:
        """Imports a module of the program."""
        importlib.invalidate_caches()
        return importlib.import_module(module)


@contextlib.contextmanager
def made_in(folder: Path) -> Iterator[Program]:
    """A program in a folder. Afterwards its modules are forgotten."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.syspath_prepend(str(folder))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield Program(folder)
        made = {name: sys.modules[name] for name in set(sys.modules) - before}
        # A namespace package has no file, only folders; to ask for them may load its parent, so that goes last.
        for name, module in sorted(made.items(), reverse=True):
            found = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", [])), "")
            if found.startswith(str(folder)):
                sys.modules.pop(name, None)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """An empty program."""
    with made_in(tmp_path / "program") as made:
        yield made
