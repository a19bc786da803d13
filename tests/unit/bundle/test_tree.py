from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte.bundle._tree import all_files
from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from tests.fakes.programs import Program


def names(program: Program, root: str = ".") -> list[str]:
    base = (program.folder / root).resolve()
    return sorted(Path(path).relative_to(base).as_posix() for path in all_files(base))


def git(program: Program, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(program.folder), *arguments], check=True, capture_output=True)


def test_everything_is_taken_but_what_is_never_code(program: Program) -> None:
    for name in (
        "a.py",
        "data/b.txt",
        "__pycache__/a.pyc",
        "x.pyc",
        ".venv/lib.py",
        "run.log",
        ".git/HEAD",
        "dist/w.whl",
    ):
        program.write(name)
    assert names(program) == ["a.py", "data/b.txt"]


def test_flyteignore_leaves_files_out(program: Program) -> None:
    for name in ("a.py", "private.txt", "scratch/old.txt", "sub/scratch/new.txt", "keep.txt"):
        program.write(name)
    program.write(".flyteignore", "*.txt\n!keep.txt\nscratch/\n")
    assert names(program) == [".flyteignore", "a.py", "keep.txt"]


def test_gitignore_counts_in_each_folder(program: Program) -> None:
    for name in ("a.bin", "sub/a.bin", "sub/a.txt", "sub/deep/b.txt", "b.txt"):
        program.write(name)
    program.write(".gitignore", "*.bin\n")
    program.write("sub/.gitignore", "*.txt\n!a.txt\n!*.bin\n")
    assert names(program) == [".gitignore", "b.txt", "sub/.gitignore", "sub/a.bin", "sub/a.txt"]


def test_the_repositorys_rules_count_below_it_too(program: Program) -> None:
    (program.folder / ".git").mkdir()
    program.write(".gitignore", "*.bin\n/project/made\n")
    for name in ("project/a.bin", "project/a.py", "project/made/b.py"):
        program.write(name)
    assert names(program, "project") == ["a.py"]


def test_what_git_tracks_is_taken_though_it_is_ignored(program: Program) -> None:
    git(program, "init", "-q")
    for name in ("made/kept.csv", "made/other.csv", "a.py"):
        program.write(name)
    program.write(".gitignore", "made/\n")
    git(program, "add", "-f", "made/kept.csv")
    assert names(program) == [".gitignore", "a.py", "made/kept.csv"]


def test_flyteignore_counts_for_what_git_tracks(program: Program) -> None:
    git(program, "init", "-q")
    program.write("secret.txt")
    program.write(".flyteignore", "secret.txt\n")
    git(program, "add", "secret.txt")
    assert names(program) == [".flyteignore"]


def test_links_within_the_root_are_followed(program: Program) -> None:
    program.write("data/a.txt", "a")
    (program.folder / "link.txt").symlink_to(program.folder / "data" / "a.txt")
    (program.folder / "folder").symlink_to("data")
    assert names(program) == ["data/a.txt", "folder/a.txt", "link.txt"]


def test_a_circle_of_links_ends(program: Program) -> None:
    program.write("data/a.txt")
    (program.folder / "data" / "again").symlink_to("..")
    assert names(program) == ["data/a.txt"]


def test_a_link_out_of_the_root_is_refused_unless_it_is_ignored(program: Program) -> None:
    outside = program.folder.parent / "outside"
    outside.mkdir()
    (program.folder / "leak").symlink_to(outside)
    with pytest.raises(CodeBundleError, match=r"leak links to .*outside of the code's root"):
        names(program)
    program.write(".flyteignore", "leak\n")
    assert names(program) == [".flyteignore"]


def test_a_broken_link_is_named(program: Program) -> None:
    (program.folder / "lost").symlink_to("nowhere")
    with pytest.raises(CodeBundleError, match="lost is a broken link to nowhere"):
        names(program)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_folder_that_cannot_be_read_is_named(program: Program) -> None:
    locked = program.write("locked/a.txt").parent
    locked.chmod(0)
    try:
        with pytest.raises(CodeBundleError, match="locked cannot be read: Permission denied"):
            names(program)
    finally:
        locked.chmod(0o700)
