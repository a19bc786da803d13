"""Dir in local mode: walking, copying, links, empty folders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from flyte.io import Dir, EmptyDir
from flyte.types import codec_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in ("b.txt", "a.csv", "sub/c.txt", "sub/deep/d.csv"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def names(folder: Dir[str], **how: object) -> list[str]:
    return [file.path.removeprefix(f"{folder.path}/") for file in folder.walk_sync(**how)]  # type: ignore[arg-type]


def test_walk_finds_all_files_in_order(folder: Path) -> None:
    made: Dir[str] = Dir.from_local_sync(folder)

    assert names(made) == ["a.csv", "b.txt", "sub/c.txt", "sub/deep/d.csv"]
    assert names(made, recursive=False) == ["a.csv", "b.txt"]
    assert names(made, max_depth=2) == ["a.csv", "b.txt", "sub/c.txt"]
    assert names(made, file_pattern="*.csv") == ["a.csv", "sub/deep/d.csv"]


def test_async_twins_do_the_same(folder: Path) -> None:
    async def use() -> None:
        made: Dir[str] = await Dir.from_local(folder)
        assert [file.name async for file in made.walk()] == ["a.csv", "b.txt", "c.txt", "d.csv"]
        assert [file.name async for file in made.walk(recursive=False)] == ["a.csv", "b.txt"]
        assert [file.name for file in await made.list_files()] == ["a.csv", "b.txt"]
        found = await made.get_file("sub/c.txt")
        assert found is not None
        async with found.open("r") as handle:
            assert await handle.read() == "sub/c.txt"
        assert await made.get_file("no.txt") is None
        assert await made.exists()
        assert await made.download() == str(folder)

    asyncio.run(use())


def test_a_download_copies_all_and_keeps_empty_folders(folder: Path, tmp_path: Path) -> None:
    (folder / "empty").mkdir()
    path = Dir.from_local_sync(folder).download_sync(tmp_path / "copy")

    assert path == str(tmp_path / "copy")
    assert (tmp_path / "copy" / "empty").is_dir()
    assert (tmp_path / "copy" / "sub" / "deep" / "d.csv").read_text() == "sub/deep/d.csv"


def test_links_are_followed_but_never_in_a_circle(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "e.txt").write_text("e")
    (folder / "linked").symlink_to(tmp_path / "else")
    (folder / "z.txt").symlink_to(folder / "b.txt")
    (folder / "sub" / "round").symlink_to(folder)

    assert names(Dir.from_local_sync(folder)) == [
        "a.csv",
        "b.txt",
        "linked/e.txt",
        "sub/c.txt",
        "sub/deep/d.csv",
        "z.txt",
    ]


def test_a_link_that_leads_nowhere_is_named(folder: Path) -> None:
    (folder / "gone").symlink_to(folder / "nothing")

    with pytest.raises(FileNotFoundError, match="gone is a symbolic link"):
        names(Dir.from_local_sync(folder))


def test_a_new_folder_takes_files() -> None:
    made: Dir[str] = Dir.new_remote("results")
    file = codec_for(Dir).decode(codec_for(Dir).encode(made))
    with open(f"{made.path}/x.txt", "w") as out:  # noqa: PTH123
        out.write("x")

    assert file.name == "results"
    assert names(made) == ["x.txt"]


def test_the_empty_folder_takes_no_place() -> None:
    empty = Dir.empty()
    again = codec_for(Dir).decode(codec_for(Dir).encode(empty))

    assert isinstance(empty, EmptyDir)
    assert again.is_empty
    assert (names(again), again.exists_sync(), again.get_file_sync("x")) == ([], True, None)
    assert Dir.from_local_sync(again.download_sync()).list_files_sync() == []


def test_files_and_missing_paths_are_no_folders(folder: Path) -> None:
    with pytest.raises(NotADirectoryError, match=r"use flyte\.io\.File"):
        Dir.from_local_sync(folder / "b.txt")
    with pytest.raises(FileNotFoundError, match="no does not exist"):
        Dir.from_local_sync(folder / "no")
    assert not Dir(path=str(folder / "no")).exists_sync()
