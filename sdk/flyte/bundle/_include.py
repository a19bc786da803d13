"""Files that an environment names in `include`, relative to the file that declares it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import CodeBundleError

from ._tree import IgnoreRules, check_link, is_standard, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Include:
    """What one environment includes."""

    environment: str
    folder: Path
    """The folder of the file that declares the environment."""
    patterns: tuple[str, ...]


def included_files(include: Include, root: Path) -> Iterator[Path]:
    """The files that the patterns name; a folder stands for all files in it.

    Raises:
        CodeBundleError: a pattern names nothing, or something outside of the root.
    """
    for pattern in include.patterns:
        found = sorted(_matches(include.folder, pattern))
        if not found:
            raise CodeBundleError(
                f"environment {include.environment}: include {pattern!r} names nothing in {include.folder}; patterns "
                "are relative to the file that declares the environment"
            )
        for path in found:
            yield from _files_at(path, root, include, pattern)


def _matches(folder: Path, pattern: str) -> Iterator[Path]:
    given = Path(pattern).expanduser()
    if not WILDCARDS & set(pattern):
        path = given if given.is_absolute() else folder / given
        if path.exists():
            yield path
        return
    base = Path(given.anchor) if given.is_absolute() else folder
    relative = given.relative_to(given.anchor) if given.is_absolute() else given
    steps = list(relative.parts)
    while steps and steps[0] == "..":
        base, steps = base.parent, steps[1:]
    yield from (path for path in base.glob("/".join(steps)) if not is_standard(path.name))


def _files_at(path: Path, root: Path, include: Include, pattern: str) -> Iterator[Path]:
    # `..` is undone, links are kept: a link's name is what the code opens.
    plain = Path(*path.parent.resolve().parts, path.name) if path.name != ".." else path.resolve()
    if not plain.is_relative_to(root):
        raise CodeBundleError(
            f"environment {include.environment}: include {pattern!r} names {plain}, outside of the code's root {root}; "
            "name a folder that holds both with --root-dir, or root_dir of flyte.init"
        )
    if plain.is_symlink():
        check_link(plain, root)
    if plain.is_dir():
        yield from walk(plain, root, IgnoreRules(root))
    elif plain.is_file():
        yield plain
    else:
        raise CodeBundleError(
            f"environment {include.environment}: include {pattern!r} names {plain}, which is no file and no folder"
        )
