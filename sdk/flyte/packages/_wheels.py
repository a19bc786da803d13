"""Installs a lock into a folder, makes that folder the same on every machine, and tells what each package takes."""

from __future__ import annotations

import configparser
import csv
import io
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte.bundle._zip import BundleFile

from ._lock import compile_options, explained
from ._uv import UvError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ._recipe import Recipe
    from ._target import Target
    from ._uv import Uv

_OF_THE_INSTALLER = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})
"""Files of `*.dist-info` that say how and when it was installed. Source: PEP 376, PEP 610, uv."""
COMMAND = """#!/usr/bin/env python3
import sys

from {module} import {first}

sys.exit({attribute}())
"""
"""Source: the entry points specification of the Python Packaging User Guide."""


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """One package, and the bytes of its files."""

    name: str
    version: str
    size_bytes: int


def install(lock: str, recipe: Recipe, target: Target, folder: Path, uv: Uv) -> None:
    """Installs what a lock names, and nothing else, into a new folder.

    Raises:
        InvalidPackageError: a package has no wheel for the target.
        ImageBuildError: the index cannot be reached.
    """
    folder.mkdir()
    named = folder.with_name("lock.txt")
    named.write_text(lock)
    options = [option for option in recipe.options if option != "--no-deps"]
    arguments = ["pip", "install", "--no-deps", "-r", str(named), "--target", str(folder)]
    try:
        uv([*arguments, *compile_options(target), *options], folder.parent)
    except UvError as error:
        raise explained(error, recipe, target) from None
    _forget_this_machine(folder)


def _forget_this_machine(folder: Path) -> None:
    """Removes scripts, which name the installing Python, and notes about the installation; also from each RECORD.

    Commands that packages declare are written anew: for the Python that the task's machine has first.
    """
    removed = set()
    scripts = (path for path in (folder / "bin").glob("*") if path.is_file() and _is_script(path))
    notes = (path for path in folder.glob("*.dist-info/*") if path.name in _OF_THE_INSTALLER)
    for path in [*scripts, *notes, *folder.glob(".lock")]:
        removed.add(path.relative_to(folder).as_posix())
        path.unlink()
    for record in folder.glob("*.dist-info/RECORD"):
        rows = [row for row in csv.reader(record.read_text(encoding="utf-8").splitlines()) if row]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(sorted(row for row in rows if row[0] not in removed))
        record.unlink()  # it may be a link to a file in uv's cache
        record.write_text(text.getvalue(), encoding="utf-8")
    for declared in sorted(folder.glob("*.dist-info/entry_points.txt")):
        for name, module, attribute in _commands(declared.read_text(encoding="utf-8")):
            command = folder / "bin" / name
            command.parent.mkdir(exist_ok=True)
            command.write_text(COMMAND.format(module=module, first=attribute.partition(".")[0], attribute=attribute))
            command.chmod(0o755)


def _commands(entry_points: str) -> Iterator[tuple[str, str, str]]:
    """Name, module and attribute of each command in the text of an `entry_points.txt`."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names as they are
    parser.read_string(entry_points)
    section = parser["console_scripts"] if parser.has_section("console_scripts") else {}
    for name, reference in section.items():
        module, _, attribute = reference.partition("[")[0].strip().partition(":")
        if attribute and "/" not in name:
            yield name, module.strip(), attribute.strip()


def _is_script(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(2) == b"#!"


def files_of(folder: Path) -> Iterator[BundleFile]:
    """All installed files by their names in the artifact."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = folder.__class__(parent, name)
            executable = bool(path.stat().st_mode & stat.S_IXUSR)
            yield BundleFile(path.relative_to(folder).as_posix(), path, executable)


def packages_in(folder: Path) -> Iterable[InstalledPackage]:
    """What is installed, the largest first."""
    found = []
    for record in folder.glob("*.dist-info/RECORD"):
        name, _, version = record.parent.name.removesuffix(".dist-info").partition("-")
        rows = csv.reader(record.read_text(encoding="utf-8").splitlines())
        sizes = [path.stat().st_size for row in rows if row and (path := folder / row[0]).is_file()]
        found.append(InstalledPackage(name.replace("_", "-"), version, sum(sizes)))
    return sorted(found, key=lambda package: (-package.size_bytes, package.name))
