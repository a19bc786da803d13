from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from flyte.bundle import CodeRoot, _bundle, make_bundle
from flyte.bundle._digests import KEPT, RACY_NS, DigestCache, standing_of
from flyte.bundle._zip import BundleBytes, BundleFile, write_zip
from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.bundle import CodeBundle
    from tests.fakes.programs import Program


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """How often files were read to be digested. Time has passed: files of the test have settled."""
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path / "home"))
    later_ns = time.time_ns() + 100 * RACY_NS
    monkeypatch.setattr("flyte.bundle._digests.time.time_ns", lambda: later_ns)
    counted: list[int] = []

    def watched(*args: Any) -> None:
        counted.append(1)
        write_zip(*args)

    monkeypatch.setattr(_bundle, "write_zip", watched)
    return counted


def bundle(program: Program) -> CodeBundle:
    return make_bundle(CodeRoot(program.folder), copy_style="all")


def test_unchanged_files_are_not_read_again(program: Program, reads: list[int]) -> None:
    program.write("a.py", "x = 1")
    first = bundle(program)
    assert bundle(program).artifact == first.artifact
    assert len(reads) == 1


@pytest.mark.parametrize("change", ["content", "new", "gone", "renamed", "time set back", "replaced"])
def test_any_change_is_noticed(program: Program, reads: list[int], change: str) -> None:
    path = program.write("a.py", "x = 1")
    program.write("b.py", "y = 1")
    before, status = bundle(program).artifact, path.stat()
    if change == "content":
        path.write_text("x = 22")
    elif change == "new":
        program.write("c.py")
    elif change == "gone":
        path.unlink()
    elif change == "renamed":
        path.rename(program.folder / "z.py")
    elif change == "time set back":
        path.write_text("x = 2")  # of the same size
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        other = program.write("other", "x = 3")
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
        other.replace(path)
    assert bundle(program).artifact.sha256 != before.sha256


def test_of_files_that_were_changed_just_now_nothing_is_remembered(
    program: Program, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program.write("a.py", "x = 1")
    just_now_ns = path.stat().st_ctime_ns + RACY_NS - 1
    monkeypatch.setattr("flyte.bundle._digests.time.time_ns", lambda: just_now_ns)
    bundle(program)
    bundle(program)
    assert len(reads) == 2


def test_files_that_change_while_they_are_read_are_not_remembered(
    program: Program, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program.write("a.py", "x = 1")

    def meddled(*args: Any) -> None:
        write_zip(*args)
        path.write_text("x = 22")

    with monkeypatch.context() as meddling:
        meddling.setattr(_bundle, "write_zip", meddled)
        stale = bundle(program).artifact
    assert not list(cache_folder().glob("*"))
    assert bundle(program).artifact != stale


def test_a_wrong_entry_is_found_out_and_forgotten(program: Program, reads: list[int]) -> None:
    program.write("a.py", "x = 1")
    right = bundle(program).artifact
    (entry,) = cache_folder().iterdir()
    DigestCache(cache_folder()).put(entry.name, "0" * 64, right.size_bytes)
    wrong = bundle(program)
    assert wrong.artifact.sha256 == "0" * 64
    with pytest.raises(CodeBundleError, match="changed while they were bundled; try again"):
        wrong.open_zip()
    assert bundle(program).artifact == right


@pytest.mark.parametrize("garbage", [b"", b"{}", b"[1]", b"null", b"\xff"])
def test_an_entry_that_cannot_be_read_counts_as_none(program: Program, reads: list[int], garbage: bytes) -> None:
    program.write("a.py", "x = 1")
    right = bundle(program).artifact
    (entry,) = cache_folder().iterdir()
    entry.write_bytes(garbage)
    assert bundle(program).artifact == right


def test_a_cache_that_cannot_be_written_is_done_without(
    program: Program, reads: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path / "file"))
    program.write("a.py", "x = 1")
    assert bundle(program).artifact == bundle(program).artifact


def test_only_the_newest_entries_are_kept(tmp_path: Path) -> None:
    cache = DigestCache(tmp_path)
    for number in range(KEPT + 5):
        cache.put(f"{number:04}", "a" * 64, number)
        os.utime(tmp_path / f"{number:04}", (number, number))
    assert len(list(tmp_path.iterdir())) == KEPT
    assert cache.get("0000") is None
    assert cache.get(f"{KEPT + 4:04}") == ("a" * 64, KEPT + 4)


def test_what_lies_on_no_disk_counts_by_its_content() -> None:
    one, other = ([BundleBytes("task.pkl", content)] for content in (b"1", b"2"))
    assert standing_of(one).key != standing_of(other).key


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(CodeBundleError, match=r"gone\.py cannot be read: No such file"):
        standing_of([BundleFile("gone.py", tmp_path / "gone.py")])


def cache_folder() -> Path:
    from flyte._home import flyte_home

    return flyte_home() / "cache" / "bundles"
