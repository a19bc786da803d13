from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flyte.bundle import CodeRoot
from flyte.bundle._modules import loaded_modules

if TYPE_CHECKING:
    import pytest

    from tests.fakes.programs import Program


def names(program: Program, *sources: str, import_folders: tuple[str, ...] = ()) -> list[str]:
    root = CodeRoot(program.folder, tuple(program.folder / each for each in import_folders))
    found = loaded_modules(root, [program.folder / each for each in sources])
    return sorted(path.relative_to(program.folder).as_posix() for path in found)


def test_modules_that_are_loaded_are_taken_and_others_are_not(program: Program) -> None:
    program.write("app_one.py", "import app_two")
    program.write("app_two.py")
    program.write("unused.py")
    program.write("data.txt")
    program.load("app_one")
    assert names(program) == ["app_one.py", "app_two.py"]


def test_modules_that_are_imported_later_are_found(program: Program) -> None:
    program.write(
        "main_app.py",
        """
        def task():
            import lazy_one
            from lazy_package import member, name_of_a_value
            from lazy_package.inner.deep import thing
            import importlib
            importlib.import_module("lazy_two")
        """,
    )
    program.write("lazy_one.py", "from lazy_three import *")
    program.write("lazy_two.py")
    program.write("lazy_three.py")
    program.write("lazy_package/__init__.py", "from . import beside\nname_of_a_value = 1")
    program.write("lazy_package/beside.py")
    program.write("lazy_package/member.py", "from .inner import other\nfrom ..escape import no")
    program.write("lazy_package/inner/__init__.py")
    program.write("lazy_package/inner/other.py")
    program.write("lazy_package/inner/deep.py")
    program.write("lazy_package/unused.py")
    program.load("main_app")
    assert names(program) == [
        "lazy_one.py",
        "lazy_package/__init__.py",
        "lazy_package/beside.py",
        "lazy_package/inner/__init__.py",
        "lazy_package/inner/deep.py",
        "lazy_package/inner/other.py",
        "lazy_package/member.py",
        "lazy_three.py",
        "lazy_two.py",
        "main_app.py",
    ]


def test_namespace_packages_need_no_init(program: Program) -> None:
    program.write("space/part/module.py", "from space.part import other")
    program.write("space/part/other.py")
    program.load("space.part.module")
    assert names(program) == ["space/part/module.py", "space/part/other.py"]


def test_import_folders_below_the_root_are_searched(program: Program) -> None:
    program.write("run_me.py", "def f():\n    import bakery.ovens")
    program.write("src/bakery/__init__.py")
    program.write("src/bakery/ovens.py")
    assert names(program, "run_me.py", import_folders=("src",)) == [
        "run_me.py",
        "src/bakery/__init__.py",
        "src/bakery/ovens.py",
    ]


def test_installed_packages_are_not_code(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write("venv9/lib/python3/site-packages/installed_thing.py")
    program.write("uses_it.py", "import installed_thing, json, flyte")
    monkeypatch.syspath_prepend(str(program.folder / "venv9/lib/python3/site-packages"))
    program.load("uses_it")
    assert "installed_thing" in sys.modules
    assert names(program) == ["uses_it.py"]


def test_a_file_that_does_not_parse_reaches_nothing(program: Program) -> None:
    program.write("broken_one.py", "import (")
    assert names(program, "broken_one.py") == ["broken_one.py"]


def test_a_circle_of_imports_ends(program: Program) -> None:
    program.write("circle_a.py", "import circle_b")
    program.write("circle_b.py", "import circle_a")
    assert names(program, "circle_a.py") == ["circle_a.py", "circle_b.py"]


def test_modules_behind_links_are_taken_under_the_names_that_import_them(program: Program) -> None:
    program.write("common/linked.py")
    program.write("library/linked_package/__init__.py")
    program.write("library/linked_package/part.py")
    (program.folder / "linked_module.py").symlink_to("common/linked.py")
    (program.folder / "linked_package").symlink_to("library/linked_package")
    (program.folder / "lazy_link.py").symlink_to("common/linked.py")
    program.write("uses_links.py", "import linked_module, linked_package.part\ndef f():\n    import lazy_link")
    program.load("uses_links")
    assert names(program) == [
        "lazy_link.py",
        "linked_module.py",
        "linked_package/__init__.py",
        "linked_package/part.py",
        "uses_links.py",
    ]
