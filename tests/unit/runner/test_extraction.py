"""An artifact is unpacked as it is, or not at all."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from functions.runner.extraction import Bounds, UnsafeArtifactError, extract

if TYPE_CHECKING:
    from pathlib import Path

BOUNDS = Bounds(max_bytes=10_000, max_files=10)


def archive(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            opened.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def test_files_and_folders_come_out_as_they_went_in(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a.py", b"a"), ("data/deep/ü.txt", b"bb"), (entry("run.sh", stat.S_IFREG | 0o755), b"c"))
    assert extract(path, tmp_path / "out", BOUNDS) == 4
    found = {str(p.relative_to(tmp_path / "out")): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert found == {"a.py": b"a", "data/deep/ü.txt": b"bb", "run.sh": b"c"}
    assert (tmp_path / "out" / "run.sh").stat().st_mode & 0o111
    assert not (tmp_path / "out" / "a.py").stat().st_mode & 0o111


def test_files_carry_the_same_time_wherever_they_are_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a.py", b"a"))
    for name in ("one", "two"):
        extract(path, tmp_path / name, BOUNDS)
    assert (tmp_path / "one/a.py").stat().st_mtime == (tmp_path / "two/a.py").stat().st_mtime


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd", "absolute"),
        ("//host/share", "absolute"),
        ("C:/windows", "absolute"),
        ("../outside", "no plain path"),
        ("a/../../outside", "no plain path"),
        ("a/./b", "no plain path"),
        ("a//b", "no plain path"),
        ("folder/", "no plain path"),
        ("", "no plain path"),
        (".", "no plain path"),
        ("a\\b", "backslash"),
        ("a\x00b", "control character"),
        ("a\nb", "control character"),
    ],
)
def test_names_that_are_no_plain_paths_are_refused(tmp_path: Path, name: str, said: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name  # the constructor would clean it up
    with pytest.raises(UnsafeArtifactError, match=said):
        extract(archive(tmp_path, ("good.py", b""), (info, b"x")), tmp_path / "out", BOUNDS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.py", "A.py"), ("straße", "STRASSE"), ("a", "a/b"), ("a/b", "A")],
)
def test_names_that_collide_are_refused(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(UnsafeArtifactError, match=r"twice|both as a file"):
        extract(archive(tmp_path, (first, b""), (second, b"")), tmp_path / "out", BOUNDS)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArtifactError, match="twice"):
        extract(archive(tmp_path, ("a", b"1"), ("a", b"2")), tmp_path / "out", BOUNDS)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    with pytest.raises(UnsafeArtifactError, match="link or a device"):
        extract(archive(tmp_path, (entry("a", kind | 0o777), b"/etc/passwd")), tmp_path / "out", BOUNDS)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArtifactError, match="11 files; the limit is 10"):
        extract(archive(tmp_path, *((str(number), b"") for number in range(11))), tmp_path / "out", BOUNDS)


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArtifactError, match="1000000 bytes unpacked; the limit is 10000"):
        extract(archive(tmp_path, ("a", bytes(1_000_000))), tmp_path / "out", BOUNDS)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a", bytes(1_000_000)))
    data = path.read_bytes()
    path.write_bytes(data.replace((1_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(UnsafeArtifactError):
        extract(path, tmp_path / "out", BOUNDS)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(UnsafeArtifactError, match="not a zip"):
        extract(path, tmp_path / "out", BOUNDS)


def test_an_altered_file_is_refused_by_its_checksum(tmp_path: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as opened:
        opened.writestr(zipfile.ZipInfo("a"), b"original")
    path = tmp_path / "a.zip"
    path.write_bytes(body.getvalue().replace(b"original", b"modified"))
    with pytest.raises(UnsafeArtifactError, match="not a zip that can be read"):
        extract(path, tmp_path / "out", BOUNDS)
