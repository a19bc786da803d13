"""Makes a recipe's artifact for a target, or takes it from the cache: the same recipe is resolved and zipped once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flyte.bundle._zip import BundleFile, DigestSink, checked, write_zip
from flyte.errors import CodeBundleError, ImageBuildError
from flyte.protocol import limits
from flyte.protocol.tasks import SOURCE_LAYERS_FOLDER, ArtifactKind, ArtifactRef

from ._lock import Lock, make_lock
from ._projects import built_wheel
from ._table import size_table
from ._wheels import InstalledPackage, files_of, install, packages_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._cache import Cache
    from ._recipe import Recipe
    from ._target import Target
    from ._uv import Uv

FORMAT = "2"
"""Part of every key: raise it when the same recipe is to give another artifact."""


@dataclass(frozen=True, slots=True)
class DependencyArtifact:
    """An environment's packages as a zip on disk."""

    ref: ArtifactRef
    path: Path
    packages: tuple[InstalledPackage, ...]
    unpacked_bytes: int
    differing: tuple[str, ...] = ()
    """Packages in another version than the runner's, as messages name them."""

    def open_zip(self) -> IO[bytes]:
        """The artifact's bytes."""
        return self.path.open("rb")

    def table(self, title: str) -> str:
        """What takes the room."""
        return size_table(title, self.packages, self.unpacked_bytes)


class ArtifactMaker:
    """Makes dependency artifacts.

    Args:
        cache: What was made before.
        uv: Runs uv.
        tell: Told what takes long.
    """

    def __init__(self, cache: Cache, uv: Uv, tell: Callable[[str], None] = lambda _: None) -> None:
        self._cache = cache
        self._uv = uv
        self._tell = tell

    def make(self, recipe: Recipe, target: Target) -> DependencyArtifact | None:
        """The artifact; None where the runner brings all that the recipe asks for.

        Raises:
            InvalidPackageError: a package has no wheel for the target.
            ImageBuildError: the packages cannot be had, or are too large.
        """
        recipe = self._with_built_projects(recipe)
        lock = self._lock(recipe, target)
        if not lock.text and not recipe.copied:
            return None
        key = _digest([FORMAT, target.uv_platform, target.python, lock.text, recipe.fingerprint, _layers_of(recipe)])
        known = self._cache.read("artifact", key)
        if known is None or not self._cache.zip(known["ref"]["sha256"]).is_file():
            known = self._build(lock, recipe, target)
            self._cache.write("artifact", key, known)
        ref = ArtifactRef.model_validate(known["ref"])
        path = self._cache.zip(ref.sha256)
        os.utime(path)
        packages = tuple(InstalledPackage(*each) for each in known["packages"])
        return DependencyArtifact(ref, path, packages, known["unpacked_bytes"], lock.differing)

    def _with_built_projects(self, recipe: Recipe) -> Recipe:
        """The recipe with wheels in the place of projects that are to be built."""
        if not recipe.built:
            return recipe
        folder = self._cache.folder / "projects"
        wheels = [str(built_wheel(project, folder, self._uv, recipe.options)) for project in recipe.built]
        return replace(recipe, requirements=(*recipe.requirements, *wheels), built=())

    def _lock(self, recipe: Recipe, target: Target) -> Lock:
        if not recipe.has_packages:
            return Lock("")
        runner = sorted(target.runner_packages.items())
        key = _digest([FORMAT, target.uv_platform, target.python, runner, recipe.fingerprint])
        known = self._cache.read("lock", key)
        if known is not None:
            return Lock(known["text"], tuple(known["differing"]))
        self._tell(f"Resolving the packages of environment {recipe.environment} for {target.label}")
        made = make_lock(recipe, target, self._uv)
        self._cache.write("lock", key, {"text": made.text, "differing": made.differing})
        return made

    def _build(self, lock: Lock, recipe: Recipe, target: Target) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(dir=self._cache.folder, prefix=".new-") as aside:
            folder = Path(aside, "packages")
            if lock.text:
                count = len(lock.text.splitlines())
                self._tell(f"Fetching {count} package{'s' if count > 1 else ''} of environment {recipe.environment}")
                install(lock.text, recipe, target, folder, self._uv)
            packages = list(packages_in(folder))
            files = [*files_of(folder), *_source_layers(recipe)]
            unpacked = sum(Path(file.path).stat().st_size for file in files)
            _check_size(recipe, packages, unpacked)
            ref = self._zipped(recipe, files, Path(aside, "artifact.zip"))
        sizes = [(package.name, package.version, package.size_bytes) for package in packages]
        return {"ref": ref.model_dump(mode="json"), "packages": sizes, "unpacked_bytes": unpacked}

    def _zipped(self, recipe: Recipe, files: Sequence[BundleFile], aside: Path) -> ArtifactRef:
        sink = DigestSink()
        try:
            with aside.open("wb") as out:
                write_zip(checked(files), _Both(out, sink))
        except CodeBundleError as error:
            raise ImageBuildError(f"the packages of environment {recipe.environment}: {error}") from error
        aside.replace(self._cache.zip(sink.sha256))
        return ArtifactRef(kind=ArtifactKind.DEPENDENCIES, sha256=sink.sha256, size_bytes=sink.size_bytes)


class _Both:
    """Writes to a file, and digests what it writes."""

    def __init__(self, out: IO[bytes], sink: DigestSink) -> None:
        self._out = out
        self._sink = sink

    def write(self, data: bytes) -> int:
        self._sink.write(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()


def _source_layers(recipe: Recipe) -> list[BundleFile]:
    return [BundleFile(f"{SOURCE_LAYERS_FOLDER}/{each.name}", each.path) for each in recipe.copied]


def _check_size(recipe: Recipe, packages: Sequence[InstalledPackage], unpacked_bytes: int) -> None:
    limit = limits.DEPENDENCY_ARTIFACT_UNPACKED_BYTES
    if unpacked_bytes > limit:
        title = (
            f"The packages of environment {recipe.environment} have {unpacked_bytes:,} bytes; {limit:,} are allowed."
        )
        way_out = "Leave packages out, or put tasks that need different ones into environments of their own."
        raise ImageBuildError(f"{size_table(title, packages, unpacked_bytes)}\n{way_out}")


def _layers_of(recipe: Recipe) -> list[tuple[str, str]]:
    """Names and digests of the files that source layers add."""
    found = []
    for each in recipe.copied:
        with each.path.open("rb") as opened:
            found.append((each.name, hashlib.file_digest(opened, "sha256").hexdigest()))
    return found


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
