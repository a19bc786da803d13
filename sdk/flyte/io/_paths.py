"""Paths and URIs as text: a local path, `file://…`, or a remote URI such as `s3://bucket/key`."""

from __future__ import annotations

import functools
import os
import posixpath
import secrets
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flyte._context import current


def is_remote(path: str | Path) -> bool:
    """Whether the path is a URI of something that is not on this machine."""
    scheme, separator, _ = str(path).partition("://")
    return bool(separator) and scheme != "file"


def plain(path: str | Path) -> str:
    """The path without `file://`."""
    return str(path).removeprefix("file://")


def absolute(path: str | Path) -> str:
    """A local path from the root on; a URI as it is."""
    return str(path) if is_remote(path) else os.path.abspath(plain(path))  # noqa: PTH100 - keeps links as they are


def joined(base: str, *names: str) -> str:
    """The path of something below `base`."""
    return posixpath.join(base, *names) if is_remote(base) else str(Path(base, *names))


def base_name(path: str) -> str:
    """The last part of a path or URI; of an address of the web without its query, and as it would be typed."""
    if path.startswith(("https://", "http://")):
        return unquote(posixpath.basename(urlsplit(path).path.rstrip("/")))
    return posixpath.basename(path.rstrip("/"))


def new_path(name: str | None = None) -> str:
    """A path that nobody else writes to, in the running task's raw data; outside of a task, in a temporary folder.

    Args:
        name: Its last part.
    """
    context = current()
    folder = context.raw_data_path.path if context is not None else tempfile.mkdtemp(prefix="flyte-data-")
    unique = secrets.token_hex(16)
    return joined(folder, unique, name) if name else joined(folder, unique)


def named_path(name: str) -> str:
    """The path of that name in the running action's raw data, the same in each of its attempts.

    Raises:
        ValueError: No task runs here, or the name leads out of that place.
    """
    context = current()
    if context is None:
        raise ValueError(f"File.named_remote({name!r}): only a running task has a place for files by name")
    if not name or name.startswith("/") or not {".", ".."}.isdisjoint(name.split("/")):
        raise ValueError(f"File.named_remote({name!r}): a plain name, such as 'model.bin'")
    # A raw_data_path that the user chose is the same for all actions of all runs.
    return joined(context.raw_data_path.path, "named", context.action.run_name or "", context.action.name, name)


def is_on_backend() -> bool:
    """Whether a task runs here whose data go to a bucket: nobody else sees a local path of this machine."""
    context = current()
    return context is not None and is_remote(context.raw_data_path.path)


def staging_path(name: str) -> str:
    """As `new_path`, but outside of a task it goes away with this process."""
    return new_path(name) if current() is not None else joined(_staging().name, secrets.token_hex(16), name)


@functools.cache
def _staging() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="flyte-staging-", ignore_cleanup_errors=True)


def new_local_path(name: str) -> Path:
    """A path of that name in a fresh temporary folder."""
    return Path(tempfile.mkdtemp(prefix="flyte-download-")) / (name or "data")


def download_target(local_path: str | Path | None, name: str) -> Path:
    """Where a file of that name is downloaded to: into the given folder, under the given path, or somewhere new."""
    if local_path is None:
        return new_local_path(name)
    target = Path(absolute(local_path))
    into_folder = target.is_dir() or str(local_path).endswith(("/", os.sep))
    return target / name if into_folder else target


def inside(folder: Path, relative: str, origin: str) -> Path:
    """The path in the folder. Keys are free text: one with `..` in it must not lead out.

    Raises:
        ValueError: It would.
    """
    if ".." in relative.split("/") or relative.startswith("/"):
        raise ValueError(f"{origin} holds the key {relative!r}, which is no path below a folder: rename the object")
    return folder / relative
