from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from flyte.bundle import CodeRoot, code_root
from flyte.bundle._layout import import_base
from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from tests.fakes.programs import Program


def test_the_root_is_the_current_folder(program: Program) -> None:
    source = program.write("sub/gamma.py")
    assert code_root(None, source, "gamma").path == program.folder


def test_an_explicit_root_wins(program: Program) -> None:
    source = program.write("src/bakery/tasks.py")
    root = code_root(program.folder / "src", source, "bakery.tasks")
    assert root.path == program.folder / "src"
    assert root.module_of(source, "bakery.tasks") == "bakery.tasks"


def test_a_file_outside_of_the_current_folder_brings_its_own_root(program: Program, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere" / "package" / "tasks.py"
    source.parent.mkdir(parents=True)
    source.touch()
    assert code_root(None, source, "package.tasks").path == tmp_path / "elsewhere"
    assert code_root(None, source, "__main__").path == tmp_path / "elsewhere" / "package"


def test_a_script_is_named_by_its_path(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    root = CodeRoot(program.folder)
    assert root.module_of(program.write("greeting.py"), "__main__") == "greeting"
    assert root.module_of(program.write("a/b/c.py"), "__main__") == "a.b.c"
    assert root.module_of(program.write("pkg/__init__.py"), "__main__") == "pkg"


def test_a_script_in_a_folder_of_the_search_path_is_named_within_it(program: Program) -> None:
    source = program.write("sub/gamma.py")
    root = CodeRoot(program.folder, (program.folder / "sub",))
    assert root.module_of(source, "gamma") == "gamma"
    assert root.sys_path == ("sub",)


def test_a_module_run_with_m_keeps_its_name(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    source = program.write("pkg/tool.py")
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=SimpleNamespace(name="pkg.tool")))
    assert CodeRoot(program.folder, (program.folder / "pkg",)).module_of(source, "__main__") == "pkg.tool"


def test_a_name_that_does_not_fit_the_file_is_not_used(program: Program) -> None:
    source = program.write("deep/tasks.py")
    assert CodeRoot(program.folder).module_of(source, "loaded_by_someone") == "deep.tasks"


def test_folders_of_the_search_path_below_the_root_are_import_folders(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = program.write("src/bakery/tasks.py")
    for folder in ("src", "env/lib/site-packages"):
        (program.folder / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.syspath_prepend(str(program.folder / folder))
    assert code_root(None, source, "bakery.tasks").sys_path == ("src",)
    assert code_root(None, source, "bakery.tasks", sync_sys_path=False).sys_path == ()


def test_a_file_outside_of_the_root_is_refused(program: Program) -> None:
    with pytest.raises(CodeBundleError, match=r"lies outside of the code's root .* with --root-dir"):
        CodeRoot(program.folder).module_of(Path("/elsewhere/x.py"), "x")


def test_a_file_name_with_a_dot_is_refused(program: Program) -> None:
    with pytest.raises(CodeBundleError, match="has no dot before"):
        CodeRoot(program.folder).module_of(program.write("v1.2.py"), "__main__")


@pytest.mark.parametrize(
    ("file", "module", "base"),
    [
        ("/r/a/b.py", "a.b", "/r"),
        ("/r/a/b.py", "b", "/r/a"),
        ("/r/a/__init__.py", "a", "/r"),
        ("/r/a/b.py", "c", None),
        ("/r/a/b.py", "", None),
    ],
)
def test_the_folder_that_a_module_is_imported_from(file: str, module: str, base: str | None) -> None:
    assert import_base(Path(file), module) == (None if base is None else Path(base))
