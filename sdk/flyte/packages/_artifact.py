"""Makes a recipe's artifact for a target, or takes it from the cache: the same recipe is resolved and zipped once.

`$FLYTE_HOME/cache/dependencies` holds `{key}.json`, what came of a recipe on a target, and `{sha256}.zip`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flyte._home import flyte_home
from flyte.bundle._zip import BundleFile, DigestSink, checked, write_zip
from flyte.errors import CodeBundleError, ImageBuildError
from flyte.protocol import limits
from flyte.protocol.tasks import SOURCE_LAYERS_FOLDER, ArtifactKind, ArtifactRef

from ._lock import Lock, make_lock
from ._table import size_table
from ._wheels import InstalledPackage, files_of, install, packages_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._recipe import Recipe
    from ._target import Target
    from ._uv import Uv

FORMAT = "1"
"""Part of every key: raise it when the same recipe is to give another artifact."""

KEPT_ZIPS = 12
"""The zips used last: they are large, and can be made again from their locks."""


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


def cache_folder() -> Path:
    """Where locks and artifacts are kept; all of it can be made again."""
    return flyte_home() / "cache" / "dependencies"


class ArtifactMaker:
    """Makes dependency artifacts.

    Args:
        cache: A folder that outlives the process.
        uv: Runs uv.
        tell: Told what takes long.
    """

    def __init__(self, cache: Path, uv: Uv, tell: Callable[[str], None] = lambda _: None) -> None:
        self._cache = cache.absolute()
        self._uv = uv
        self._tell = tell

    def make(self, recipe: Recipe, target: Target) -> DependencyArtifact | None:
        """The artifact; None where the runner brings all that the recipe asks for.

        Raises:
            InvalidPackageError: a package has no wheel for the target.
            ImageBuildError: the packages cannot be had, or are too large.
        """
        self._cache.mkdir(parents=True, exist_ok=True)
        record = self._cache / f"{_key(recipe, target)}.json"
        known = _read(record)
        if known is not None and (known["artifact"] is None or self._zip(known["artifact"]["sha256"]).is_file()):
            return self._of(known)
        lock = Lock(known["lock"], tuple(known["differing"])) if known else self._lock(recipe, target)
        made = self._build(lock, recipe, target)
        _write(record, {**made, "lock": lock.text, "differing": lock.differing})
        self._forget_old()
        return self._of({**made, "differing": lock.differing})

    def _lock(self, recipe: Recipe, target: Target) -> Lock:
        if not recipe.has_packages:
            return Lock("")
        self._tell(f"Resolving the packages of environment {recipe.environment} for {target.label}")
        return make_lock(recipe, target, self._uv)

    def _build(self, lock: Lock, recipe: Recipe, target: Target) -> dict[str, Any]:
        if not lock.text and not recipe.copied:
            return {"artifact": None}
        with tempfile.TemporaryDirectory(dir=self._cache, prefix=".new-") as aside:
            folder = Path(aside, "packages")
            if lock.text:
                count = len(lock.text.splitlines())
                self._tell(f"Fetching {count} package{'s' if count > 1 else ''} of environment {recipe.environment}")
                install(lock.text, recipe, target, folder, self._uv)
            packages = list(packages_in(folder))
            files = [*files_of(folder), *_source_layers(recipe)]
            unpacked = sum(file.path.stat().st_size for file in files)
            _check_size(recipe, packages, unpacked)
            artifact = self._zipped(recipe, files, Path(aside, "artifact.zip"))
        sizes = [(package.name, package.version, package.size_bytes) for package in packages]
        return {"artifact": artifact.model_dump(mode="json"), "packages": sizes, "unpacked_bytes": unpacked}

    def _zipped(self, recipe: Recipe, files: Sequence[BundleFile], aside: Path) -> ArtifactRef:
        sink = DigestSink()
        try:
            with aside.open("wb") as out:
                write_zip(checked(files), _Both(out, sink))
        except CodeBundleError as error:
            raise ImageBuildError(f"the packages of environment {recipe.environment}: {error}") from error
        aside.replace(self._zip(sink.sha256))
        return ArtifactRef(kind=ArtifactKind.DEPENDENCIES, sha256=sink.sha256, size_bytes=sink.size_bytes)

    def _zip(self, sha256: str) -> Path:
        return self._cache / f"{sha256}.zip"

    def _of(self, known: dict[str, Any]) -> DependencyArtifact | None:
        if known["artifact"] is None:
            return None
        ref = ArtifactRef.model_validate(known["artifact"])
        path = self._zip(ref.sha256)
        os.utime(path)
        packages = tuple(InstalledPackage(*each) for each in known["packages"])
        return DependencyArtifact(ref, path, packages, known["unpacked_bytes"], tuple(known["differing"]))

    def _forget_old(self) -> None:
        zips = sorted(self._cache.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in zips[KEPT_ZIPS:]:
            path.unlink(missing_ok=True)


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


def _key(recipe: Recipe, target: Target) -> str:
    copied = [(each.name, hashlib.sha256(each.path.read_bytes()).hexdigest()) for each in recipe.copied]
    runner = sorted(target.runner_packages.items())
    parts = [FORMAT, target.uv_platform, target.python, runner, recipe.fingerprint, copied]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _read(record: Path) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = json.loads(record.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return known


def _write(record: Path, content: dict[str, Any]) -> None:
    """Write aside and rename: a record is always whole."""
    with tempfile.NamedTemporaryFile("w", dir=record.parent, prefix=".record-", delete=False) as aside:
        json.dump(content, aside)
    Path(aside.name).replace(record)
