from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.bundle._include import Include, included_files
from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from tests.fakes.programs import Program


def names(program: Program, *patterns: str, folder: str = ".") -> list[str]:
    include = Include("env", (program.folder / folder).resolve(), patterns)
    return [path.relative_to(program.folder).as_posix() for path in included_files(include, program.folder)]


def test_files_folders_and_patterns_are_relative_to_the_declaring_file(program: Program) -> None:
    for name in (
        "sub/tables/a.csv",
        "sub/tables/b.csv",
        "sub/tables/c.txt",
        "sub/note.txt",
        "sub/deep/x/y.json",
        "top.txt",
    ):
        program.write(name)
    assert names(program, "tables/*.csv", "note.txt", folder="sub") == [
        "sub/tables/a.csv",
        "sub/tables/b.csv",
        "sub/note.txt",
    ]
    assert names(program, "deep", "../top.txt", folder="sub") == ["sub/deep/x/y.json", "top.txt"]
    assert names(program, "**/*.json", "../*.txt", folder="sub") == ["sub/deep/x/y.json", "top.txt"]
    assert names(program, str(program.folder / "top.txt")) == ["top.txt"]


def test_an_ignored_file_is_included_when_it_is_named(program: Program) -> None:
    program.write(".gitignore", "*.bin\n")
    program.write("model.bin")
    assert names(program, "model.bin") == ["model.bin"]


def test_a_pattern_that_names_nothing_is_told(program: Program) -> None:
    for pattern in ("missing.txt", "*.none"):
        with pytest.raises(CodeBundleError, match=r"environment env: include .* names nothing in "):
            names(program, pattern)


def test_what_lies_outside_of_the_root_is_refused(program: Program) -> None:
    (program.folder.parent / "secret.txt").touch()
    for pattern in ("../secret.txt", "../*.txt"):
        with pytest.raises(CodeBundleError, match="outside of the code's root"):
            names(program, pattern)


def test_a_link_out_of_the_root_is_refused(program: Program) -> None:
    (program.folder.parent / "secret.txt").touch()
    (program.folder / "inside.txt").symlink_to("../secret.txt")
    with pytest.raises(CodeBundleError, match=r"inside\.txt links to"):
        names(program, "inside.txt")
