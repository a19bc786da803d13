"""`all`: every file below the root that no rule excludes: Flyte's standard rules, .gitignore and .flyteignore.

.gitignore counts as git has it: in each folder, up to the repository's root, and not for files that git tracks.
.flyteignore has the same syntax, and counts for all files.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pathspec import GitIgnoreSpec

STANDARD = (
    ".git",
    "*.pyc",
    "__pycache__",
    ".cache",
    ".ruff_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".hypothesis",
    ".venv",
    ".idea",
    ".vscode",
    ".DS_Store",
    "venv",
    "env",
    "*.log",
    ".env",
    "*.egg-info",
    "*.egg",
    "dist",
    "build",
    "*.whl",
    "node_modules",
)
"""Names that are never the user's code. Source: Flyte 2.12's StandardIgnore, and a few of the same sort."""
GIT_TIMEOUT_S = 30


def is_standard(name: str) -> bool:
    """Whether a file or folder of that name is left out in any case."""
    return any(fnmatch(name, pattern) for pattern in STANDARD)


@dataclass
class IgnoreRules:
    """The rules of all .gitignore and .flyteignore files that were met so far, by the folder they are in."""

    root: Path
    tracked: frozenset[str] = frozenset()
    """Files that git tracks, and the folders that they are in, relative to the root."""
    _specs: dict[Path, tuple[GitIgnoreSpec | None, GitIgnoreSpec | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> IgnoreRules:
        """The rules that hold at the root, with those of the repository around it."""
        rules = cls(root, _tracked(root))
        for folder in _up_to_repository(root):
            rules.enter(folder)
        return rules

    def enter(self, folder: Path) -> None:
        """Reads the rules of a folder."""
        self._specs[folder] = (_spec(folder / ".gitignore"), _spec(folder / ".flyteignore"))

    def excludes(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a file or folder, and all that is in it, is left out."""
        if is_standard(path.name):
            return True
        if self._decided(path, 1, is_folder=is_folder):
            return True
        return (
            self._decided(path, 0, is_folder=is_folder) and path.relative_to(self.root).as_posix() not in self.tracked
        )

    def _decided(self, path: Path, kind: int, *, is_folder: bool) -> bool:
        """What the nearest folder with a matching pattern says."""
        for folder in path.parents:
            spec = self._specs.get(folder, (None, None))[kind]
            if spec is None:
                continue
            name = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            decision = spec.check_file(name).include
            if decision is not None:
                return decision
        return False


def all_files(root: Path) -> Iterator[Path]:
    """Files below the root that no rule excludes, links followed.

    Raises:
        CodeBundleError: a link leads out of the root or nowhere, or a folder cannot be read.
    """
    rules = IgnoreRules.of(root)
    yield from walk(root, root, rules)


def walk(folder: Path, root: Path, rules: IgnoreRules, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Files below a folder in a fixed order.

    Args:
        folder: Where to begin.
        root: What links may not lead out of.
        rules: What to leave out.
        above: The real folders that were entered on the way, so that a link to one of them ends.
    """
    rules.enter(folder)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise CodeBundleError(f"the folder {folder} cannot be read: {error.strerror or error}") from error
    entered = (*above, folder.resolve())
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir()
        if rules.excludes(path, is_folder=is_folder):
            continue
        if entry.is_symlink():
            check_link(path, root)
        if is_folder:
            if path.resolve() not in entered:
                yield from walk(path, root, rules, entered)
        elif entry.is_file():
            yield path


def check_link(path: Path, root: Path) -> None:
    """Refuses a link that leads out of the root or nowhere.

    Raises:
        CodeBundleError: it does.
    """
    target = path.resolve()
    if not target.exists():
        raise CodeBundleError(f"{path} is a broken link to {path.readlink()}: remove it, or list it in .flyteignore")
    if not target.is_relative_to(root):
        raise CodeBundleError(
            f"{path} links to {target}, outside of the code's root {root}: copy it there, or list it in .flyteignore"
        )


def _spec(path: Path) -> GitIgnoreSpec | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None  # most folders have none
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _up_to_repository(root: Path) -> list[Path]:
    """The folders above the root, from the repository's root down; none outside of a repository."""
    if (root / ".git").exists():
        return []
    for depth, folder in enumerate(root.parents):
        if (folder / ".git").exists():
            return list(reversed(root.parents[: depth + 1]))
    return []


def _tracked(root: Path) -> frozenset[str]:
    """Files that git tracks, with their folders; nothing where there is no repository or no git."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return frozenset()
    try:
        listed = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(root), "ls-files", "-z", "--cached"],  # noqa: S607 - the git of the user's path
            capture_output=True,
            check=True,
            timeout=GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    names = os.fsdecode(listed.stdout).split("\0")
    folders = {parent.as_posix() for name in names if name for parent in Path(name).parents}
    return frozenset({*names, *folders} - {"", "."})
