from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte.bundle import CodeRoot, make_bundle
from flyte.bundle._zip import BundleFile, check_name, checked, write_zip
from flyte.errors import CodeBundleError
from flyte.protocol import limits

if TYPE_CHECKING:
    from tests.fakes.programs import Program

PART = st.text(
    st.characters(codec="utf-8", exclude_characters='/\\\0:*?"<>|', exclude_categories=("Cc", "Cs")),
    min_size=1,
    max_size=8,
)
NAMES = st.lists(PART.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=3).map("/".join)
CONTENTS = st.dictionaries(NAMES, st.binary(max_size=64), max_size=6)


def zipped(files: tuple[BundleFile, ...]) -> bytes:
    out = io.BytesIO()
    write_zip(files, out)
    return out.getvalue()


def written(folder: Path, contents: dict[str, bytes]) -> list[BundleFile]:
    files = []
    for number, (name, content) in enumerate(contents.items()):
        path = folder / str(number)
        path.write_bytes(content)
        files.append(BundleFile(name, path))
    return files


@settings(max_examples=40, deadline=None)
@given(contents=CONTENTS, modes=st.sampled_from([0o600, 0o644, 0o755]), time=st.integers(0, 2_000_000_000))
def test_the_same_files_give_the_same_bytes_whatever_their_order_time_and_mode(
    contents: dict[str, bytes], modes: int, time: int
) -> None:
    if len({name.casefold() for name in contents}) < len(contents):
        return
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = written(Path(one), contents)
        second = written(Path(other), dict(reversed(contents.items())))
        for file in second:
            Path(file.path).chmod(modes)
            os.utime(file.path, (time, time))
        assert zipped(checked(first)) == zipped(checked(second))


@settings(max_examples=40, deadline=None)
@given(contents=CONTENTS)
def test_a_zip_holds_what_was_put_in_and_nothing_else(contents: dict[str, bytes]) -> None:
    if len({name.casefold() for name in contents}) < len(contents):
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = zipfile.ZipFile(io.BytesIO(zipped(checked(written(Path(folder), contents)))))
    assert {info.filename: archive.read(info) for info in archive.infolist()} == contents
    for info in archive.infolist():
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.external_attr >> 16 == 0o100644
        assert not info.is_dir()
        check_name(info.filename)


@given(name=st.text(max_size=20))
def test_a_name_that_is_taken_stays_within_the_root(name: str) -> None:
    try:
        check_name(name)
    except CodeBundleError:
        return
    root = Path("/root/of/code")
    assert Path(os.path.normpath(root / name)).is_relative_to(root)
    assert name == name.encode().decode()


@pytest.mark.parametrize(
    "name", ["../x", "a/../x", "/x", "a//b", "./a", "a/", "", "C:/x", "a\\b", "a\0", "caf\udce9.py"]
)
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(CodeBundleError, match="rename"):
        check_name(name)


def test_the_bytes_are_the_same_with_every_python(tmp_path: Path) -> None:
    files = written(tmp_path, {"a/ü.py": b"x = 1\n", "b.txt": b""})
    assert hashlib.sha256(zipped(checked(files))).hexdigest() == GOLDEN


GOLDEN = "b6079de8adbf01368f7de4b03e6a1e04d6ef1d2a79447f08c4345a6111bf67af"
"""Changes with the format of artifacts alone: every version that is deployed without a name changes with it."""


def test_names_that_differ_by_case_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CodeBundleError, match=r"A\.py and a\.py differ by case alone"):
        checked(written(tmp_path, {"A.py": b"", "a.py": b""}))


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CODE_ARTIFACT_FILES", 1)
    with pytest.raises(CodeBundleError, match="has 2 files, and an artifact holds 1"):
        checked(written(tmp_path, {"a": b"", "b": b""}))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(CodeBundleError, match=r"gone\.py was removed while it was bundled"):
        zipped((BundleFile("gone.py", tmp_path / "gone.py"),))


def test_code_that_is_too_large_is_refused_with_the_largest_file(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.write("small.py")
    program.write("large.bin", "x" * 2_000)
    monkeypatch.setattr(limits, "CODE_ARTIFACT_BYTES", 1_000)
    with pytest.raises(CodeBundleError, match=r"the largest files are large\.bin \(2,000\)"):
        make_bundle(CodeRoot(program.folder), copy_style="all")


def test_code_that_changes_before_it_is_sent_is_noticed(program: Program) -> None:
    path = program.write("a.py", "x = 1")
    bundle = make_bundle(CodeRoot(program.folder), copy_style="all")
    path.write_text("x = 2")
    with pytest.raises(CodeBundleError, match="changed while they were bundled"):
        bundle.open_zip()


def test_a_bundles_digest_is_that_of_its_bytes(program: Program) -> None:
    program.write("a.py", "x = 1")
    bundle = make_bundle(CodeRoot(program.folder), copy_style="all")
    with bundle.open_zip() as content:
        data = content.read()
    assert hashlib.sha256(data).hexdigest() == bundle.artifact.sha256
    assert len(data) == bundle.artifact.size_bytes


def test_no_bundle_is_made_of_nothing(program: Program) -> None:
    with pytest.raises(ValueError, match="copy_style='none'"):
        make_bundle(CodeRoot(program.folder), copy_style="none")
