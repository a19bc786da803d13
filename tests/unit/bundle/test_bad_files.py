"""Files that no bundle, or only a careful one, can be made of. Each works, or is named with what to do."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte.bundle import CodeRoot, _bundle, make_bundle
from flyte.bundle._include import Include
from flyte.bundle._tree import all_files
from flyte.bundle._zip import BundleFile, DigestSink, write_zip
from flyte.errors import CodeBundleError
from flyte.protocol import limits

if TYPE_CHECKING:
    from flyte.bundle import CodeBundle
    from tests.fakes.programs import Program

GIB = 1 << 30


def bundle(program: Program) -> CodeBundle:
    return make_bundle(CodeRoot(program.folder), copy_style="all")


def names(program: Program) -> list[str]:
    return [file.name for file in bundle(program).files]


def refused(program: Program) -> str:
    with pytest.raises(CodeBundleError) as caught:
        bundle(program)
    return str(caught.value)


def test_empty_files_are_bundled(program: Program) -> None:
    program.write("__init__.py")
    with bundle(program).open_zip() as content, zipfile.ZipFile(content) as opened:
        assert opened.read("__init__.py") == b""


def test_no_files_at_all_make_an_empty_artifact(program: Program) -> None:
    with bundle(program).open_zip() as content, zipfile.ZipFile(content) as opened:
        assert opened.namelist() == []


def test_the_tasks_own_file_is_bundled_though_a_rule_excludes_it(program: Program) -> None:
    source = program.write("build/tasks.py")
    made = make_bundle(CodeRoot(program.folder), copy_style="all", sources=[source])
    assert [file.name for file in made.files] == ["build/tasks.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such a name themselves")
def test_a_name_that_is_not_utf_8_is_told_unless_it_is_ignored(program: Program) -> None:
    Path(os.fsdecode(bytes(program.folder) + b"/caf\xe9.txt")).touch()
    assert r"the file name 'caf\udce9.txt' is not UTF-8: rename the file" in refused(program)
    program.write(".flyteignore", "caf*\n")
    assert names(program) == [".flyteignore"]


def test_names_of_all_languages_are_the_same_under_every_locale(program: Program) -> None:
    program.write("größe.py")
    program.write("数据/файл.txt")
    code = "from flyte.bundle import *; from pathlib import Path; "
    code += "print(make_bundle(CodeRoot(Path.cwd()), copy_style='all').artifact.sha256)"
    environ = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == bundle(program).artifact.sha256


def test_names_that_differ_by_case_alone_are_told(program: Program) -> None:
    program.write("Readme.txt")
    program.write("readme.txt")
    if len(list(program.folder.iterdir())) < 2:
        pytest.skip("this file system has one file for both names")
    assert refused(program).startswith("Readme.txt and readme.txt differ by case alone")


def test_a_link_to_itself_is_told(program: Program) -> None:
    (program.folder / "loop").symlink_to("loop")
    assert "loop is a broken link to loop: remove it, or list it in .flyteignore" in refused(program)


def test_links_to_each_other_are_told(program: Program) -> None:
    (program.folder / "one").symlink_to("two")
    (program.folder / "two").symlink_to("one")
    assert "one is a broken link to two" in refused(program)


def test_folders_that_hold_links_to_each_other_end(program: Program) -> None:
    program.write("a/x.py")
    program.write("b/y.py")
    (program.folder / "a" / "to_b").symlink_to("../b")
    (program.folder / "b" / "to_a").symlink_to("../a")
    assert names(program) == ["a/to_b/y.py", "a/x.py", "b/to_a/x.py", "b/y.py"]


def test_links_that_multiply_are_stopped(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CODE_ARTIFACT_FILES", 1_000)
    for here in range(12):
        (program.folder / str(here)).mkdir()
        for there in range(12):
            (program.folder / str(here) / f"to{there}").symlink_to(f"../{there}")
    assert "has over 1,000 files and folders" in refused(program)


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.txt"])
def test_a_link_out_of_the_root_is_told(program: Program, target: str) -> None:
    (program.folder.parent / "outside.txt").touch()
    (program.folder / "leak").symlink_to(target)
    assert "outside of the code's root" in refused(program)


def test_pipes_and_sockets_are_passed_over(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write("a.py")
    os.mkfifo(program.folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(program.folder)  # a socket's path is short
        listening.bind("socket")
        assert names(program) == ["a.py"]


def test_a_pipe_that_is_included_by_name_is_refused(program: Program) -> None:
    os.mkfifo(program.folder / "pipe")
    include = Include("env", program.folder, ("pipe",))
    with pytest.raises(CodeBundleError, match=r"names .*pipe, which is no file and no folder"):
        make_bundle(CodeRoot(program.folder), includes=[include])


def test_a_file_that_becomes_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "was_a_file")
    with pytest.raises(CodeBundleError, match="was_a_file is no file any more"):
        write_zip([BundleFile("was_a_file", tmp_path / "was_a_file")], DigestSink())


@pytest.mark.parametrize("what", ["removed", "made unreadable", "grown"])
def test_files_that_change_between_listing_and_reading_are_told(
    program: Program, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program.write("a.py", "x = 1")
    found = bundle(program)
    if what == "removed":
        path.unlink()
    elif what == "made unreadable":
        path.unlink()
        path.mkdir()
    else:
        path.write_text("x = 1\ny = 2")
    said = {
        "removed": r"a\.py was removed while it was bundled; try again",
        "made unreadable": r"a\.py cannot be read: Is a directory",
        "grown": "changed while they were bundled; try again",
    }
    with pytest.raises(CodeBundleError, match=said[what]):
        found.open_zip()


def test_a_file_that_vanishes_while_it_is_listed_is_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write("a.py")
    monkeypatch.setattr(_bundle, "all_files", lambda root: [*all_files(root), f"{root}/gone.py"])
    assert "gone.py cannot be read: No such file or directory; try again" in refused(program)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_that_cannot_be_read_is_named(program: Program) -> None:
    program.write("locked.txt").chmod(0)
    assert "locked.txt cannot be read: Permission denied; list it in .flyteignore" in refused(program)


def test_deep_folders_are_bundled(program: Program) -> None:
    deep = "/".join(["d"] * 500)
    program.write(f"{deep}/x.py", "x = 1")
    assert names(program) == [f"{deep}/x.py"]


def test_a_path_that_the_runner_could_not_have_is_told(program: Program) -> None:
    monkey = "n" * 250
    folder = program.folder
    for _ in range(14):
        folder /= monkey
    folder.mkdir(parents=True)
    (folder / "x.py").touch()
    assert "bytes, and one in an artifact at most 3,500: move the file up, or list it in .flyteignore" in refused(
        program
    )


def test_folders_that_are_too_deep_to_be_read_are_told(program: Program) -> None:
    here = os.open(program.folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("n" * 250, dir_fd=here)
        below = os.open("n" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert "cannot be read: File name too long" in refused(program)


def test_a_file_of_2_gb_is_refused_before_it_is_read_and_the_largest_are_named(program: Program) -> None:
    for name, size_bytes in (("large.bin", 2 * GIB), ("second.bin", 3_000), ("third.bin", 2_000), ("small.bin", 1)):
        with (program.folder / name).open("wb") as out:
            out.truncate(size_bytes)
    said = refused(program)
    assert "has 2,147,488,649 bytes, and an artifact holds 1,073,741,824" in said
    assert "the largest files are large.bin (2,147,483,648), second.bin (3,000), third.bin (2,000)." in said
    assert "give them as flyte.io.File inputs" in said


STREAMED = """
import resource, sys
from pathlib import Path
from flyte.bundle import CodeRoot, make_bundle
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = make_bundle(CodeRoot(Path.cwd()), copy_style="all")
print(made.artifact.size_bytes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_a_file(program: Program) -> None:
    with (program.folder / "large.bin").open("wb") as out:
        out.truncate(200_000_000)
    done = subprocess.run([sys.executable, "-c", STREAMED], capture_output=True, text=True, check=True)
    size_bytes, grown = map(int, done.stdout.split())
    assert size_bytes > 200_000_000
    grown_bytes = grown * (1 if sys.platform == "darwin" else 1024)
    assert grown_bytes < 30_000_000


def test_100_000_files_are_bundled_and_200_001_are_refused(program: Program) -> None:
    _fill(program.folder, range(100))
    made = bundle(program)
    assert len(made.files) == 100_000
    with made.open_zip() as content, zipfile.ZipFile(content) as opened:
        assert len(opened.infolist()) == 100_000
        assert opened.read("099/0999.py") == b"x = 099\n"
    _fill(program.folder, range(100, 201))
    assert "has over 200,000 files and folders, and an artifact holds no more" in refused(program)


def _fill(root: Path, numbers: range) -> None:
    """Writes folders of 1,000 files each, which are links to one: quickly made, and files like any other."""
    for number in numbers:
        folder = root / f"{number:03}"
        folder.mkdir()
        first = folder / "0000.py"
        first.write_text(f"x = {number:03}\n")
        for other in range(1, 1_000):
            os.link(first, folder / f"{other:04}.py")


def test_more_files_than_may_be_open_are_zipped(program: Program) -> None:
    source = program.write("one.py", "x = 1")
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = [BundleFile(f"{number:06}.py", source) for number in range(limit + 1)]
    sink = DigestSink()
    write_zip(many, sink)
    assert sink.size_bytes > limit * len("000000.py") * 2
