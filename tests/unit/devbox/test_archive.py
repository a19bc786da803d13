import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_cli.backend import archive

NAMES = st.text("abcxyz_", min_size=1, max_size=8)
TREES = st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.binary(max_size=200), max_size=8)


def lay_out(root: Path, files: dict[str, bytes], *, mode: int, mtime: int, order: int) -> archive.Tree:
    """Files as they are, whatever their names: below numbered folders, so that `a` and `a/b` can both be there."""
    tree = {}
    for number, (name, content) in list(enumerate(files.items()))[::order]:
        path = root / str(number) / "file"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        path.chmod(mode)
        os.utime(path, (mtime, mtime))
        tree[name] = path
    return tree


@given(files=TREES)
def test_a_zip_depends_on_names_and_contents_alone(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    roots = [tmp_path_factory.mktemp("tree") for _ in range(2)]
    first = lay_out(roots[0], files, mode=0o644, mtime=1_000_000_000, order=1)
    second = lay_out(roots[1], files, mode=0o700, mtime=1_700_000_000, order=-1)
    for root, tree in zip(roots, (first, second), strict=True):
        archive.write_zip(tree, root / "out.zip")

    assert (roots[0] / "out.zip").read_bytes() == (roots[1] / "out.zip").read_bytes()
    assert archive.digest(first) == archive.digest(second)
    with zipfile.ZipFile(roots[0] / "out.zip") as read:
        assert {name: read.read(name) for name in read.namelist()} == files
        assert read.namelist() == sorted(files)


@given(files=TREES.filter(bool), addition=st.binary(min_size=1))
def test_the_digest_changes_with_a_content_a_name_and_a_salt(
    files: dict[str, bytes], addition: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tree = lay_out(tmp_path_factory.mktemp("tree"), files, mode=0o644, mtime=0, order=1)
    before = archive.digest(tree)
    name, path = next(iter(tree.items()))

    assert archive.digest(tree, "salt") != before
    renamed = dict(tree)
    renamed[f"{name}!"] = renamed.pop(name)
    assert archive.digest(renamed) != before
    path.write_bytes(path.read_bytes() + addition)
    assert archive.digest(tree) != before


def test_salts_cannot_be_confused_with_each_other() -> None:
    assert archive.digest({}, "ab", "c") != archive.digest({}, "a", "bc")


def test_sources_are_collected_without_what_python_leaves_behind(tmp_path: Path) -> None:
    for name in ("a.py", "b/c.py", "b/data.json", "b/__pycache__/c.pyc", "b/c.pyc", ".hidden", ".git/config", "a.py~"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    assert set(archive.collect(tmp_path, "flyte/")) == {"flyte/a.py", "flyte/b/c.py", "flyte/b/data.json"}


def test_dependencies_come_without_tests_stubs_and_what_installers_write(tmp_path: Path) -> None:
    kept = {"pkg/__init__.py", "pkg/_native.so", "pkg/py.typed", "pkg-1.dist-info/METADATA"}
    kept.add("pkg-1.dist-info/entry_points.txt")
    left = {
        "pkg/tests/test_a.py",
        "pkg/a.pyi",
        "bin/tool",
        "pkg-1.dist-info/RECORD",
        "pkg-1.dist-info/INSTALLER",
        ".lock",
    }
    for name in kept | left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert set(archive.collect_dependencies(tmp_path)) == kept
