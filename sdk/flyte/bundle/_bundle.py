"""Collects files by copy style, and makes of them a content-addressed artifact.

The zip is digested without being kept; it is written to disk only where the backend asks for its bytes.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Literal

from flyte.errors import CodeBundleError
from flyte.protocol import limits
from flyte.protocol.tasks import ArtifactKind, ArtifactRef

from ._digests import DigestCache, standing_of
from ._include import Include, included_files
from ._modules import loaded_modules
from ._tree import all_files
from ._zip import BundleBytes, BundleFile, DigestSink, Entry, checked, write_zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ._layout import CodeRoot

CopyStyle = Literal["loaded_modules", "all", "none", "custom"]


LARGEST_NAMED = 3


@dataclass(frozen=True, slots=True)
class CodeBundle:
    """The user's code: its files, and the artifact that they make."""

    root: CodeRoot
    files: tuple[Entry, ...]
    artifact: ArtifactRef
    _standing: str = field(default="", repr=False)
    """Under which its digest may be kept."""

    @property
    def computed_version(self) -> str:
        """A version that depends on the code alone."""
        return self.artifact.sha256[:16]

    def open_zip(self) -> IO[bytes]:
        """The artifact's bytes, in a temporary file that is gone when it is closed.

        Raises:
            CodeBundleError: a file has changed since the digest was made.
        """
        out = tempfile.TemporaryFile(prefix="flyte-code-")  # noqa: SIM115 - the caller closes it
        try:
            self.write_to(out)
            out.seek(0)
        except BaseException:
            out.close()
            raise
        return out

    def copy_to(self, folder: Path) -> Path:
        """Leaves a copy of the artifact in a folder, which is made where it is missing; named by its digest.

        Raises:
            CodeBundleError: a file has changed since the digest was made.
        """
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{self.artifact.sha256}.zip"
        with target.open("wb") as out:
            self.write_to(out)
        return target

    def write_to(self, out: IO[bytes]) -> None:
        """Writes the artifact's bytes.

        Raises:
            CodeBundleError: a file has changed since the digest was made.
        """
        tee = _Tee(out)
        write_zip(self.files, tee)
        if tee.sha256 != self.artifact.sha256:
            if self._standing:
                DigestCache.of_user().forget(self._standing)
            raise CodeBundleError(f"files below {self.root.path} changed while they were bundled; try again")


class _Tee(DigestSink):
    """Digests what it passes on."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out

    def write(self, data: bytes) -> int:
        super().write(data)
        self._out.write(data)
        return len(data)


def make_bundle(
    root: CodeRoot,
    *,
    copy_style: CopyStyle = "loaded_modules",
    sources: Iterable[Path] = (),
    includes: Iterable[Include] = (),
    made: Iterable[BundleBytes] = (),
) -> CodeBundle:
    """Collects the user's code and digests it.

    Args:
        root: Where the code has its root.
        copy_style: `loaded_modules` for the modules that are imported, `all` for everything that is not ignored.
        sources: Files that belong to it in any case: those that tasks are defined in.
        includes: Further files, as the environments name them.
        made: Files that lie on no disk. With some, `none` makes a bundle too: of them alone.

    Raises:
        CodeBundleError: a file cannot be bundled; the message says why.
        ValueError: that copy style makes no bundle.
    """
    made = tuple(made)
    paths: set[str] = set()
    if copy_style == "loaded_modules":
        paths = {str(path) for path in loaded_modules(root, [path.resolve() for path in sources])}
    elif copy_style == "all":
        # What tasks are defined in is needed, also where a rule excludes it.
        paths = {*all_files(root.path), *(str(path.resolve()) for path in sources)}
    elif copy_style != "none" or not made:
        raise ValueError(f"copy_style={copy_style!r}: it must be 'loaded_modules' or 'all' to make a bundle")
    for include in includes:
        paths.update(map(str, included_files(include, root.path)))
    files: tuple[Entry, ...] = checked([*(BundleFile(root.name_of(path), path) for path in paths), *made])
    return _digested(root, files)


def _digested(root: CodeRoot, files: tuple[Entry, ...]) -> CodeBundle:
    standing = standing_of(files)
    _check_size(root.path, standing.sizes)
    cache = DigestCache.of_user()
    known = cache.get(standing.key)
    if known is None:
        sink = DigestSink()
        write_zip(files, sink)
        known = sink.sha256, sink.size_bytes
        if standing.is_settled and standing_of(files).key == standing.key:
            cache.put(standing.key, *known)
    sha256, size_bytes = known
    artifact = ArtifactRef(kind=ArtifactKind.CODE, sha256=sha256, size_bytes=size_bytes)
    return CodeBundle(root, files, artifact, standing.key)


def _check_size(root: Path, sizes: Mapping[str, int]) -> None:
    total = sum(sizes.values())
    if total <= limits.CODE_ARTIFACT_BYTES:
        return
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))[:LARGEST_NAMED]
    named = ", ".join(f"{name} ({sizes[name]:,})" for name in largest)
    raise CodeBundleError(
        f"the code below {root} has {total:,} bytes, and an artifact holds {limits.CODE_ARTIFACT_BYTES:,}; the largest "
        f"files are {named}. Exclude them in .flyteignore, or give them as flyte.io.File inputs"
    )
