"""Groups whose sub-commands are Python files and folders, and what a file holds. `run` and `deploy` share them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.commands import Group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from click.shell_completion import CompletionItem

    from flyte_cli.deploy.options import DeployOptions
    from flyte_cli.run.options import RunOptions

_NOT_SOURCE = frozenset({"__pycache__", "node_modules", "build", "dist", "venv", "env", "site-packages"})


class NamesFiles(Group, ABC):
    """Knows files and folders by their names. Sub-classes say what a file's group is."""

    folder = Path()
    special: tuple[str, ...] = ()
    """Names that are no file."""

    @abstractmethod
    def file_group(self, path: Path) -> click.Group:
        """The group of what is in one file."""

    @abstractmethod
    def folder_group(self, path: Path) -> click.Group:
        """The group of the files in one folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The special names, Python files and folders that can hold some."""
        return [*self.special, *_sources(self.folder)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The group of a file or folder, by its path."""
        path = self.folder / cmd_name
        if not exists(path):
            return None
        if path.is_dir():
            return self.folder_group(path)
        return self.file_group(path) if path.is_file() and path.suffix == ".py" else None

    def no_such_command(self, ctx: click.Context, name: str) -> click.UsageError:
        """What is wrong with a name that is no file of Python."""
        from flyte_cli.near import did_you_mean, listed

        path = self.folder / name
        if exists(path):
            return click.UsageError(f"{str(path)!r} is no Python file.", ctx=ctx)
        siblings = sorted(each.name for each in path.parent.glob("*.py")) if path.parent.is_dir() else []
        names = [*self.special, *(str(Path(name).parent / sibling) for sibling in siblings)]
        hint = did_you_mean(name, names) or (f" There are: {listed(names)}." if names else "")
        return click.UsageError(f"There is no file {str(path)!r}.{hint}", ctx=ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Options, or special names and paths: none of the files is imported for them."""
        from click.shell_completion import CompletionItem

        from flyte_cli.completion import paths

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        special = [CompletionItem(name) for name in self.special if name.startswith(incomplete)]
        return [*special, *paths(self.folder, incomplete, _sources)]


class FileGroup(Group):
    """What is in one Python file, by the names of its variables. The file is imported when that is asked for."""

    def __init__(self, path: Path, options: RunOptions | DeployOptions, *, alone: bool = True, **kwargs: Any) -> None:
        super().__init__(name=path.name, invoke_without_command=True, **kwargs)
        self.path = path
        self._alone = alone
        self._code_options = options

    @cached_property
    def root(self) -> Path:
        """The folder that module names are relative to."""
        from flyte_cli.loading import root_of

        return root_of(self.path, self._code_options.root_dir)

    @cached_property
    def module(self) -> ModuleType:
        """The imported file."""
        from flyte_cli.settings import current_settings

        if click.get_current_context().resilient_parsing:  # a shell asks what there is
            from flyte_cli.completion import silenced

            with silenced():
                return self._load()
        current_settings().claim_stdout()
        return self._load()

    def _load(self) -> ModuleType:
        from flyte_cli.loading import load
        from flyte_cli.settings import current_settings

        current_settings().initialize_for_code(self._code_options, self.root)
        return load(self.path, self.root, alone=self._alone, local=self.is_local)

    @property
    def is_local(self) -> bool:
        """Whether what is in the file runs in this process alone."""
        return False


def exists(path: Path) -> bool:
    """Whether there is such a file or folder."""
    try:
        return path.exists()
    except OSError:  # its name is longer than any
        return False


def _sources(folder: Path) -> list[str]:
    """Names of Python files, then of folders that hold some."""
    entries = sorted(folder.iterdir(), key=lambda entry: (entry.is_dir(), entry.name))
    return [entry.name for entry in entries if _is_source(entry)]


def _is_source(entry: Path) -> bool:
    if entry.name.startswith((".", "__")) or entry.name in _NOT_SOURCE:
        return False
    if not entry.is_dir():
        return entry.suffix == ".py"
    try:
        return any(inner.suffix == ".py" or (inner / "__init__.py").exists() for inner in entry.iterdir())
    except PermissionError:
        return False


def python_files(folder: Path) -> Iterator[Path]:
    """Python files in the folder and below, in order, without those of hidden and installed folders."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in _NOT_SOURCE or entry.is_symlink():
            continue
        if entry.is_dir():
            if not (entry / "pyvenv.cfg").exists():
                yield from python_files(entry)
        elif entry.suffix == ".py":
            yield entry
