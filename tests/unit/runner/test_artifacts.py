"""Artifacts are fetched once, verified, put in place whole, and evicted when room is short."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from flyte.protocol.tasks import ArtifactKind, ArtifactRef
from functions.runner.artifacts import ArtifactCache, ArtifactError

if TYPE_CHECKING:
    from pathlib import Path


class Source:
    """Artifacts in memory; a key is the digest that was asked for."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.fetched: list[str] = []

    def add(self, size: int, kind: ArtifactKind = ArtifactKind.CODE, name: str = "a.txt") -> ArtifactRef:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as opened:
            opened.writestr(zipfile.ZipInfo(name), b"x" * size)
        data = body.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        self.objects[digest] = data
        return ArtifactRef(kind=kind, sha256=digest, size_bytes=len(data))

    def fetch(self, key: str, target: Path) -> None:
        self.fetched.append(key)
        if key not in self.objects:
            raise FileNotFoundError(key)
        target.write_bytes(self.objects[key])


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def cache(source: Source, tmp_path: Path) -> ArtifactCache:
    ticks = iter(range(1000))
    return ArtifactCache(tmp_path / "artifacts", source, budget_bytes=100, now_s=lambda: next(ticks) / 1000)


def ensure(cache: ArtifactCache, ref: ArtifactRef) -> int | None:
    return cache.ensure(ref, ref.sha256)


def test_an_artifact_is_fetched_once(source: Source, cache: ArtifactCache) -> None:
    ref = source.add(10)
    assert [ensure(cache, ref), ensure(cache, ref)] == [1, None]
    assert source.fetched == [ref.sha256]
    assert (cache.folder(ref) / "a.txt").read_bytes() == b"x" * 10


def test_the_least_recently_used_goes_first(source: Source, cache: ArtifactCache) -> None:
    one, two, three = (source.add(size) for size in (40, 41, 42))
    for ref in (one, two, one, three):
        ensure(cache, ref)
    assert [cache.folder(ref).exists() for ref in (one, two, three)] == [True, False, True]
    ensure(cache, two)
    assert source.fetched[-1] == two.sha256


def test_a_pair_in_use_stays_even_if_it_is_larger_than_the_budget(source: Source, cache: ArtifactCache) -> None:
    dependencies = source.add(90, ArtifactKind.DEPENDENCIES)
    code = source.add(91)
    ensure(cache, dependencies)
    ensure(cache, code)
    assert cache.folder(dependencies).exists()
    assert cache.folder(code).exists()


def test_an_artifact_that_was_removed_from_the_disk_is_fetched_again(source: Source, cache: ArtifactCache) -> None:
    ref = source.add(10)
    ensure(cache, ref)
    (cache.folder(ref) / "a.txt").unlink()
    cache.folder(ref).rmdir()
    assert ensure(cache, ref) is not None
    assert (cache.folder(ref) / "a.txt").exists()


def test_a_folder_that_the_cache_did_not_make_is_not_trusted(source: Source, cache: ArtifactCache) -> None:
    ref = source.add(10)
    cache.folder(ref).mkdir(parents=True)
    (cache.folder(ref) / "planted.py").touch()
    ensure(cache, ref)
    assert [path.name for path in cache.folder(ref).iterdir()] == ["a.txt"]


def test_an_altered_artifact_leaves_nothing_behind(source: Source, cache: ArtifactCache, tmp_path: Path) -> None:
    ref = source.add(10)
    source.objects[ref.sha256] += b"more"
    with pytest.raises(ArtifactError, match="was altered") as caught:
        ensure(cache, ref)
    assert not caught.value.retriable
    assert not cache.folder(ref).exists()
    assert [path.name for path in (tmp_path / "artifacts").iterdir()] == ["code"]


@pytest.mark.parametrize("key", [None, "unknown"])
def test_a_missing_artifact_says_what_to_do(source: Source, cache: ArtifactCache, key: str | None) -> None:
    with pytest.raises(ArtifactError, match="kept for 30 days"):
        cache.ensure(source.add(1), key)


def test_an_unsafe_artifact_is_named(source: Source, cache: ArtifactCache) -> None:
    ref = source.add(1, name="../outside")
    with pytest.raises(ArtifactError, match=f"code artifact {ref.sha256} is refused: it holds the path '../outside'"):
        ensure(cache, ref)
