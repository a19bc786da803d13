"""`all`: every file below the root that no rule excludes: Flyte's standard rules, .gitignore and .flyteignore.

.gitignore counts as git has it: in each folder, up to the repository's root, and not for files that git tracks.
.flyteignore has the same syntax, and counts for all files.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import CodeBundleError
from flyte.protocol import limits

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

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


_is_standard = re.compile("|".join(fnmatch.translate(pattern) for pattern in STANDARD)).match


def is_standard(name: str) -> bool:
    """Whether a file or folder of that name is left out in any case."""
    return _is_standard(name) is not None


@dataclass(frozen=True, slots=True)
class _Rule:
    """The patterns of one folder's .gitignore or .flyteignore."""

    folder: str
    """The folder with a separator at its end."""
    patterns: GitIgnoreSpec

    def decision(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether it leaves a file or folder out; None if no pattern matches."""
        name = path[len(self.folder) :].replace(os.sep, "/")
        return self.patterns.check_file(f"{name}/" if is_folder else name).include


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules that hold in a folder, those of the nearest folder first."""

    git: tuple[_Rule, ...] = ()
    flyte: tuple[_Rule, ...] = ()

    def within(self, folder: str, names: Container[str]) -> _Rules:
        """These, and those that a folder with such files adds."""
        git = _read_rule(folder, ".gitignore") if ".gitignore" in names else ()
        flyte = _read_rule(folder, ".flyteignore") if ".flyteignore" in names else ()
        return _Rules((*git, *self.git), (*flyte, *self.flyte)) if git or flyte else self


class IgnoreRules:
    """What is left out below a root: by the rules of the folders above it, and of each folder that is walked.

    Args:
        root: The root.
        above: Whether the rules of the repository around the root, and what git tracks, count.
    """

    def __init__(self, root: Path, *, above: bool = False) -> None:
        self._root = os.path.join(root, "")  # noqa: PTH118 - with a separator at its end
        self._above = above
        self.at_root = _Rules()
        for folder in _up_to_repository(root) if above else []:
            self.at_root = self.at_root.within(str(folder), os.listdir(folder))  # noqa: PTH208 - names alone

    def excludes(self, rules: _Rules, path: str, name: str, *, is_folder: bool) -> bool:
        """Whether a file or folder, and all that is in it, is left out."""
        if is_standard(name) or _decided(rules.flyte, path, is_folder=is_folder):
            return True
        ignored = _decided(rules.git, path, is_folder=is_folder)
        return ignored and path[len(self._root) :].replace(os.sep, "/") not in self._tracked

    @functools.cached_property
    def _tracked(self) -> frozenset[str]:
        """Files that git tracks, and the folders that they are in, relative to the root."""
        return _tracked(Path(self._root)) if self._above else frozenset()


def _decided(rules: Iterable[_Rule], path: str, *, is_folder: bool) -> bool:
    """What the nearest folder with a matching pattern says."""
    for rule in rules:
        decision = rule.decision(path, is_folder=is_folder)
        if decision is not None:
            return decision
    return False


def all_files(root: Path) -> Iterator[str]:
    """Paths of files below the root that no rule excludes, links followed, in a fixed order.

    Raises:
        CodeBundleError: a link leads out of the root or nowhere, a folder cannot be read, or there are too many files.
    """
    return walk_names(root, root, IgnoreRules(root, above=True))


def walk(folder: Path, root: Path, rules: IgnoreRules) -> Iterator[Path]:
    """Files below a folder, as `walk_names` finds them."""
    return map(Path, walk_names(folder, root, rules))


def walk_names(folder: Path, root: Path, rules: IgnoreRules) -> Iterator[str]:
    """Paths of files below a folder in a fixed order, as text: there are thousands.

    What is neither file nor folder, such as a pipe, is passed over.

    Args:
        folder: Where to begin.
        root: What links may not lead out of.
        rules: What to leave out.

    Raises:
        CodeBundleError: see `all_files`.
    """
    waiting = [_Folder(str(folder), rules.at_root, frozenset())]
    met = 0
    while waiting:
        here = waiting.pop()
        entries = here.entries()
        met += len(entries)
        if met > limits.CODE_ARTIFACT_FILES:
            raise CodeBundleError(
                f"{root} has over {limits.CODE_ARTIFACT_FILES:,} files and folders, and an artifact holds no more: "
                "exclude some in .flyteignore, name a smaller folder with --root-dir, or give them as flyte.io.Dir"
            )
        inside = here.rules.within(here.path, {entry.name for entry in entries})
        below = []
        for entry in entries:
            is_link = entry.is_symlink()
            # A link in a circle leads nowhere, and asking what it is raises.
            is_folder = Path(entry.path).is_dir() if is_link else entry.is_dir()
            if rules.excludes(inside, entry.path, entry.name, is_folder=is_folder):
                continue
            if is_link:
                check_link(Path(entry.path), root)
            if is_folder:
                below.append(_Folder(entry.path, inside, here.entered))
            elif entry.is_file():
                yield entry.path
        waiting += [each for each in reversed(below) if each.is_new()]


class _Folder:
    """A folder that is to be walked."""

    def __init__(self, path: str, rules: _Rules, above: frozenset[tuple[int, int]]) -> None:
        self.path = path
        self.rules = rules
        self._above = above

    def entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path) as found:
                return sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            raise CodeBundleError(f"the folder {self.path} cannot be read: {error.strerror or error}") from error

    @functools.cached_property
    def _identity(self) -> tuple[int, int]:
        try:
            status = os.stat(self.path)  # noqa: PTH116 - thousands of times
        except OSError as error:
            raise CodeBundleError(f"the folder {self.path} cannot be read: {error.strerror or error}") from error
        return status.st_dev, status.st_ino

    @property
    def entered(self) -> frozenset[tuple[int, int]]:
        """Folders on the way here, this one too, by what they really are: a link to one of them ends."""
        return self._above | {self._identity}

    def is_new(self) -> bool:
        """Whether it is not one of those on the way."""
        return self._identity not in self._above


def check_link(path: Path, root: Path) -> None:
    """Refuses a link that leads out of the root or nowhere.

    Raises:
        CodeBundleError: it does.
    """
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # a RuntimeError is a circle before Python 3.13
        raise CodeBundleError(
            f"{path} is a broken link to {path.readlink()}: remove it, or list it in .flyteignore"
        ) from None
    if not target.is_relative_to(root):
        raise CodeBundleError(
            f"{path} links to {target}, outside of the code's root {root}: copy it there, or list it in .flyteignore"
        )


def _read_rule(folder: str, name: str) -> tuple[_Rule, ...]:
    """The rule that a file holds; nothing where it says nothing."""
    try:
        lines = Path(folder, name).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()  # it is no file, or vanished just now
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return ()
    from pathspec import GitIgnoreSpec

    return (_Rule(os.path.join(folder, ""), GitIgnoreSpec.from_lines(lines)),)  # noqa: PTH118 - with a separator


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
