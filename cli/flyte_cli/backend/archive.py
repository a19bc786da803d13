"""Deterministic zips: the same files give the same bytes on every machine, so a zip can be named by its sha256."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""

_FILE_MODE = 0o100644 << 16
_COMPRESSION_LEVEL = 6

Tree = dict[str, Path]
"""Files by their name in the archive."""

_NEVER = re.compile(r"(^|/)(\.|__pycache__/)|\.pyc$|~$")
"""Hidden files, and what Python and editors leave behind."""

_NOT_NEEDED_TO_RUN = re.compile(
    r"(^|/)tests?/|^bin/|\.pyi$|\.dist-info/(RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|licenses/.*)$"
)
"""Of installed wheels. The rest of the metadata stays: importlib.metadata reads it."""


def collect(root: Path, prefix: str = "") -> Tree:
    """The source files below `root`, named relative to it below `prefix`."""
    names = ((path, path.relative_to(root).as_posix()) for path in root.rglob("*") if path.is_file())
    return {prefix + name: path for path, name in names if not _NEVER.search(name)}


def collect_dependencies(root: Path) -> Tree:
    """The files of installed wheels that are needed to run."""
    return {name: path for name, path in collect(root).items() if not _NOT_NEEDED_TO_RUN.search(name)}


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
