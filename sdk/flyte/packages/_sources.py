"""Files that `with_source_folder` and `with_source_file` add: where each lies, and where it is to lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flyte._image import SourceFolder
from flyte.bundle._tree import IgnoreRules, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte._image import SourceFile


@dataclass(frozen=True, slots=True, order=True)
class Copied:
    """A file on disk, and its path in the task's working directory."""

    name: str
    path: Path


def files_of_layer(layer: SourceFolder | SourceFile) -> Iterator[Copied]:
    """The files of one layer, named as Docker's COPY would name them.

    Raises:
        ValueError: they would lie outside of the working directory.
        CodeBundleError: a link leads out of the folder.
    """
    source = layer.src.resolve()
    target = _target(layer.dst)
    if isinstance(layer, SourceFolder):
        if not source.is_dir():
            raise ValueError(f"with_source_folder: {layer.src} is no folder; with_source_file adds a file")
        below = target if layer.copy_contents_only else target / source.name
        for path in walk(source, source, IgnoreRules(source)):
            yield Copied((below / path.relative_to(source).as_posix()).as_posix(), path)
        return
    if not source.is_file():
        raise ValueError(f"with_source_file: {layer.src} is no file; with_source_folder adds a folder")
    into_folder = layer.dst.endswith("/") or target == PurePosixPath()
    yield Copied((target / source.name if into_folder else target).as_posix(), source)


def _target(dst: str) -> PurePosixPath:
    target = PurePosixPath(dst)
    if target.is_absolute() or ".." in target.parts:
        raise ValueError(
            f"dst={dst!r} is outside of the task's working directory, where Lambda lets nothing be written: give "
            "a path relative to it"
        )
    return target
