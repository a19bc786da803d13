"""Deterministic zips: the same files give the same bytes on every machine, so a zip can be named by its sha256."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""

_FILE_MODE = 0o100644 << 16
_COMPRESSION_LEVEL = 6

Tree = dict[str, Path]
"""Files by their name in the archive."""

_SKIPPED_DIRECTORIES = frozenset({"__pycache__", "test", "tests", "bin"})
_SKIPPED_SUFFIXES = (".pyc", ".pyi", ".lock", ".swp", "~")
_SKIPPED_METADATA = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "WHEEL"})
"""What installers write for themselves. `METADATA` and `entry_points.txt` stay: importlib.metadata reads them."""


def collect(root: Path, prefix: str = "") -> Tree:
    """The files below `root` that a function needs to run, named relative to it below `prefix`."""
    return {prefix + path.relative_to(root).as_posix(): path for path in _walk(root)}


def _walk(root: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in _SKIPPED_DIRECTORIES and not name.startswith(".")]
        in_metadata = folder.endswith(".dist-info")
        for name in names:
            if name.startswith(".") or name.endswith(_SKIPPED_SUFFIXES) or (in_metadata and name in _SKIPPED_METADATA):
                continue
            yield Path(folder, name)


def digest(tree: Mapping[str, Path], *salts: str) -> str:
    """The sha256 of names and contents, and of whatever else decides over the result."""
    total = hashlib.sha256()
    for salt in salts:
        total.update(f"{len(salt)}:{salt}".encode())
    for name in sorted(tree):
        content = hashlib.sha256(tree[name].read_bytes()).hexdigest()
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()


def write_zip(tree: Mapping[str, Path], target: Path) -> None:
    """Write the files to a zip: sorted, without times, modes or folders of their own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as archive:
        for name in sorted(tree):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = _FILE_MODE
            entry.create_system = 3  # Unix, wherever it is made
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, tree[name].read_bytes())
