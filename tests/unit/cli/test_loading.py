from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import pytest

from flyte_cli.failures import LoadFailure
from flyte_cli.loading import load, module_name, named_objects, root_of

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, source: str = "VALUE = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return path


def test_the_root_is_the_current_folder(folder: Path) -> None:
    assert root_of(write(folder / "sub" / "a.py"), None) == folder


def test_a_file_elsewhere_has_its_own_folder_as_root(tmp_path: Path) -> None:
    assert root_of(write(tmp_path / "elsewhere" / "a.py"), None) == tmp_path / "elsewhere"


def test_a_file_must_lie_below_the_given_root(folder: Path) -> None:
    file = write(folder / "a.py")
    (folder / "src").mkdir()
    with pytest.raises(click.BadParameter, match="does not lie below 'src'"):
        root_of(file, "src")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.py", "a"), ("sub/a.py", "sub.a"), ("sub/__init__.py", "sub"), ("my-tasks.py", "my-tasks")],
)
def test_a_module_is_named_by_its_path_below_the_root(folder: Path, path: str, name: str) -> None:
    assert module_name(write(folder / path), folder) == name
    module = load(folder / path, folder)
    assert (module.__name__, module.VALUE) == (name, 1)


def test_a_dot_in_a_name_is_refused(folder: Path) -> None:
    with pytest.raises(click.UsageError, match="has a dot in it"):
        module_name(write(folder / "v1.2" / "a.py"), folder)


def test_modules_beside_the_file_can_be_imported(folder: Path) -> None:
    write(folder / "pkg" / "__init__.py", "")
    write(folder / "pkg" / "inner.py")
    write(folder / "pkg" / "tasks.py", "from .inner import VALUE\nfrom pkg import inner\n")
    assert load(folder / "pkg" / "tasks.py", folder).inner.VALUE == 1
    assert sys.path[0] == str(folder)


def test_what_lies_beside_the_file_can_be_imported_as_if_python_ran_it(folder: Path) -> None:
    write(folder / "jobs" / "beside_it.py", "VALUE = 'beside'\n")
    file = write(folder / "jobs" / "flat_tasks.py", "import beside_it\n")
    with pytest.raises(LoadFailure, match="No module named 'beside_it'"):
        load(file, folder, alone=False)
    assert load(file, folder).beside_it.VALUE == "beside"


def test_a_name_in_a_folder_that_another_module_has_is_refused(folder: Path) -> None:
    with pytest.raises(click.UsageError, match=r"the module name 'json\.decoder' belongs to"):
        load(write(folder / "json" / "decoder.py"), folder)


@pytest.mark.parametrize("path", ["json.py", "queue.py", "click.py"])
def test_a_file_in_the_root_folder_may_be_called_like_another_module(folder: Path, path: str) -> None:
    file = write(folder / path, "import json, queue\nVALUE = json.loads('[1]'), queue.SimpleQueue\n")
    assert load(file, folder).VALUE[0] == [1]


@pytest.mark.parametrize("path", ["json.py", "queue.py", "click.py", "my.task.py", "test/main_of_test.py"])
def test_in_local_mode_a_file_may_have_a_name_that_no_worker_can_import(folder: Path, path: str) -> None:
    write(folder / path, "import json, queue\nVALUE = json.loads('[1]'), queue.SimpleQueue\n")
    assert load(folder / path, folder, local=True).VALUE[0] == [1]


def test_a_failure_shows_the_users_frames_and_their_causes(folder: Path) -> None:
    write(folder / "helper_of_broken.py", "def f():\n    raise KeyError('inner')\n")
    file = write(
        folder / "broken_tasks.py",
        "import helper_of_broken\ntry:\n    helper_of_broken.f()\n"
        "except KeyError as e:\n    raise ValueError('outer') from e\n",
    )
    with pytest.raises(LoadFailure) as failure:
        load(file, folder)
    text = failure.value.message
    for part in ("broken_tasks.py", "helper_of_broken.py", "KeyError: 'inner'", "ValueError: outer", "direct cause"):
        assert part in text
    assert "Traceback (most recent call last)" not in text
    assert "importlib" not in text
    assert "flyte_cli" not in text


def test_named_objects_are_ordered_by_their_variables(folder: Path) -> None:
    module = load(write(folder / "some.py", "b = 1\na = 2\nc = 'no'\n"), folder)
    assert named_objects(module, int) == {"a": 2, "b": 1}


def test_a_module_beside_the_file_that_imports_it_gets_the_same_module(folder: Path) -> None:
    write(folder / "jobs" / "one_main.py", "ENV = []\nimport one_steps\n")
    write(folder / "jobs" / "one_steps.py", "from one_main import ENV\nENV.append('step')\n")
    assert load(folder / "jobs" / "one_main.py", folder).ENV == ["step"]


def test_a_package_in_src_that_imports_the_file_by_its_own_name_gets_the_same_module(folder: Path) -> None:
    write(folder / "src" / "one_pkg" / "main.py", "ENV = []\nfrom one_pkg import steps\n")
    write(folder / "src" / "one_pkg" / "steps.py", "from one_pkg.main import ENV\nENV.append('step')\n")
    assert load(folder / "src" / "one_pkg" / "main.py", folder).ENV == ["step"]


@pytest.mark.parametrize("local", [True, False])
def test_beside_a_file_called_like_a_module_of_python_a_worker_and_this_process_find_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, local: bool
) -> None:
    write(folder / "colorsys.py", "OURS = True\n")
    file = write(folder / "secrets.py", "import colorsys, secrets\nVALUE = colorsys.OURS, secrets.token_hex\n")
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert load(file, folder, local=local).VALUE[0] is True
    del sys.modules["colorsys"]  # ours: what was there before comes back at the end


def test_a_file_is_loaded_anew_that_is_called_like_one_in_another_folder(folder: Path) -> None:
    files = [write(folder / name / "secrets.py", f"VALUE = {name!r}\n") for name in ("first", "second")]
    assert [load(file, file.parent).VALUE for file in files] == ["first", "second"]
