from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from flyte.errors import ImageBuildError
from flyte.packages import _cache
from flyte.packages._artifact import ArtifactMaker
from flyte.packages._cache import Cache
from flyte.packages._recipe import Recipe
from flyte.packages._sources import Copied
from flyte.packages._target import Target
from flyte.protocol import limits
from flyte.protocol.api import Platform
from flyte.protocol.tasks import SOURCE_LAYERS_FOLDER, ArtifactKind
from tests.fakes.uv import FakeUv

if TYPE_CHECKING:
    from pathlib import Path

PLATFORM = Platform(architecture="arm64", python="3.13", glibc="2.34")
TARGET = Target.of(PLATFORM)
RECIPE = Recipe("e", requirements=("six", "msgpack"))


def entries(path: Path) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(path) as opened:
        return {entry.filename: entry for entry in opened.infolist()}


def test_an_artifact_is_the_same_from_every_machine(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        mine = ArtifactMaker(Cache(tmp_path / "mine"), FakeUv()).make(RECIPE, TARGET)
    finally:
        os.umask(before)
    theirs = ArtifactMaker(Cache(tmp_path / "theirs"), FakeUv(machine="/Users/bo")).make(RECIPE, TARGET)
    assert mine is not None
    assert theirs is not None
    assert mine.ref == theirs.ref
    assert mine.ref.kind is ArtifactKind.DEPENDENCIES
    assert mine.path.stat().st_size == mine.ref.size_bytes


def test_an_artifact_holds_packages_without_what_their_installation_left(tmp_path: Path) -> None:
    made = ArtifactMaker(Cache(tmp_path), FakeUv()).make(Recipe("e", requirements=("six",)), TARGET)
    assert made is not None
    found = entries(made.path)
    metadata = [f"six-1.0.dist-info/{name}" for name in ("METADATA", "RECORD", "entry_points.txt")]
    assert sorted(found) == ["bin/six", *metadata, "six/__init__.py", "six/tool"]
    modes = {name: entry.external_attr >> 16 & 0o777 for name, entry in found.items()}
    assert modes["six/tool"] == modes["bin/six"] == 0o755
    assert modes["six/__init__.py"] == 0o644
    with zipfile.ZipFile(made.path) as opened:
        record = opened.read("six-1.0.dist-info/RECORD").decode()
        command = opened.read("bin/six").decode()
    assert "bin/" not in record
    assert command.splitlines() == [
        "#!/usr/bin/env python3",
        "import sys",
        "",
        "from six.main import App",
        "",
        "sys.exit(App.run())",
    ]
    assert "INSTALLER" not in record
    assert "six/__init__.py,sha256=0,1\n" in record


def test_an_unchanged_image_runs_no_uv(tmp_path: Path) -> None:
    first = ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET)
    uv = FakeUv()
    told: list[str] = []
    assert (
        ArtifactMaker(Cache(tmp_path), uv, told.append).make(Recipe("other", requirements=RECIPE.requirements), TARGET)
        == first
    )
    assert uv.calls == []
    assert told == []


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": Recipe("e", requirements=("six",))},
        {"recipe": Recipe("e", requirements=RECIPE.requirements, options=("--prerelease=allow",))},
        {"platform": {"architecture": "x86_64"}},
        {"platform": {"python": "3.14"}},
        {"platform": {"glibc": "2.28"}},
        {"platform": {"packages": {"pydantic": "2"}}},
    ],
)
def test_what_decides_over_packages_is_resolved_anew(tmp_path: Path, change: dict) -> None:
    ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET)
    uv = FakeUv()
    target = Target.of(PLATFORM.model_copy(update=change.get("platform", {})))
    ArtifactMaker(Cache(tmp_path), uv).make(change.get("recipe", RECIPE), target)
    assert uv.verbs[0] == "compile"


def test_an_artifact_that_was_removed_is_made_again_from_its_lock(tmp_path: Path) -> None:
    first = ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET)
    assert first is not None
    first.path.unlink()
    uv = FakeUv()
    assert ArtifactMaker(Cache(tmp_path), uv).make(RECIPE, TARGET) == first
    assert uv.verbs == ["install"]


def test_a_damaged_record_is_made_again(tmp_path: Path) -> None:
    first = ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET)
    for record in tmp_path.glob("*.json"):
        record.write_text("{")
    assert ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET) == first


def test_what_the_runner_brings_needs_no_artifact(tmp_path: Path) -> None:
    recipe = Recipe("e", requirements=("flyte",))
    assert ArtifactMaker(Cache(tmp_path), FakeUv()).make(recipe, TARGET) is None
    uv = FakeUv()
    assert ArtifactMaker(Cache(tmp_path), uv).make(recipe, TARGET) is None
    assert uv.calls == []


def test_source_layers_lie_in_a_folder_of_their_own_and_count_by_content(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("1")
    recipe = Recipe("e", copied=(Copied("data/a.csv", data),))
    uv = FakeUv()
    first = ArtifactMaker(Cache(tmp_path / "cache"), uv).make(recipe, TARGET)
    data.write_text("2")
    second = ArtifactMaker(Cache(tmp_path / "cache"), uv).make(recipe, TARGET)
    assert first is not None
    assert second is not None
    assert list(entries(second.path)) == [f"{SOURCE_LAYERS_FOLDER}/data/a.csv"]
    assert first.ref.sha256 != second.ref.sha256
    assert uv.calls == []


def test_packages_that_are_too_large_are_told_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEPENDENCY_ARTIFACT_UNPACKED_BYTES", 100)
    with pytest.raises(ImageBuildError, match=r"environment e have \d+ bytes; 100 are allowed") as told:
        ArtifactMaker(Cache(tmp_path), FakeUv()).make(RECIPE, TARGET)
    assert "msgpack 1.0" in str(told.value)
    assert "Leave packages out" in str(told.value)
    assert list(tmp_path.glob("*.zip")) == []


def test_only_the_zips_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache, "KEPT_ZIPS", 1)
    cache = Cache(tmp_path)
    maker = ArtifactMaker(cache, FakeUv())
    made = [maker.make(Recipe("e", requirements=(name,)), TARGET) for name in ("a", "b", "c")]
    paths = [artifact.path for artifact in made if artifact is not None]
    for age_s, path in enumerate(reversed(paths)):
        os.utime(path, (1000 - age_s, 1000 - age_s))
    cache.forget_old(in_use=2)  # no matter how few are kept: what is about to be uploaded stays
    assert [path.exists() for path in paths] == [False, True, True]
    cache.forget_old(in_use=0)
    assert [path.exists() for path in paths] == [False, False, True]


def test_a_change_of_source_layers_resolves_no_packages(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("1")
    recipe = Recipe("e", requirements=("six",), copied=(Copied("a.csv", data),))
    uv = FakeUv()
    first = ArtifactMaker(Cache(tmp_path / "cache"), uv).make(recipe, TARGET)
    data.write_text("2")
    assert ArtifactMaker(Cache(tmp_path / "cache"), uv).make(recipe, TARGET) != first
    assert uv.verbs == ["compile", "install", "install"]
