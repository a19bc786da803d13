"""A program's module is one module, by whatever name the program's other modules import its file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
import flyte
print("executes", __name__)
env = flyte.TaskEnvironment(name="one")

@env.task
def base() -> int: ...

import steps
"""
STEPS = """
from {main} import env

@env.task
def double() -> int: ...
"""


def write(folder: Path, **files: str) -> None:
    for name, source in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def run(folder: Path, program: str) -> list[str]:
    """What a Python prints that imports programs, as a worker does it in the folder of their code."""
    lines = ["import sys; sys.path[:0] = [sys.argv[1]]", "from flyte.runtime import search_path"]
    lines += ["from flyte.runtime.program_module import import_program", program]
    command = [sys.executable, "-c", "\n".join(lines), str(folder)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.parametrize(
    ("module", "on_path", "imported"),
    [("jobs.main", "jobs", "main"), ("src.pkg.main", "src", "pkg.main"), ("src.pkg.main", "src/pkg", "main")],
)
def test_a_module_beside_it_gets_the_program_that_runs(
    tmp_path: Path, module: str, on_path: str, imported: str
) -> None:
    folder = module.rpartition(".")[0].replace(".", "__")
    beside = f"{folder}__steps" if "pkg" not in imported else "src__steps"
    write(tmp_path, **{f"{folder}__main": MAIN, beside: STEPS.format(main=imported)})
    printed = run(
        tmp_path,
        f"search_path.extend(['{on_path}'])\nmain = import_program('{module}')\n"
        f"print(sorted(main.env.tasks), sys.modules['{imported}'] is main, main.__name__, main.__spec__.name)",
    )
    assert printed == [f"executes {module}", f"['one.base', 'one.double'] True {module} {module}"]


def test_it_is_one_module_also_when_a_module_beside_it_was_run_before(tmp_path: Path) -> None:
    write(tmp_path, jobs__main=MAIN, jobs__steps=STEPS.format(main="main"))
    printed = run(
        tmp_path,
        "search_path.extend(['jobs'])\nimport_program('steps')\nmain = import_program('jobs.main')\n"
        "print(main is sys.modules['main'] is import_program('jobs.main'), sorted(main.env.tasks))",
    )
    assert printed == ["executes main", "True ['one.base', 'one.double']"]


def test_another_file_of_that_name_stays_what_it_is(tmp_path: Path) -> None:
    write(tmp_path, main="env = 'of the root'\n", jobs__main="import steps\n", jobs__steps="from main import env\n")
    printed = run(tmp_path, "search_path.extend(['jobs'])\nprint(import_program('jobs.main').steps.env)")
    assert printed == ["of the root"]


def test_a_circle_is_told_as_python_tells_it(tmp_path: Path) -> None:
    write(tmp_path, jobs__main="import steps\nenv = 1\n", jobs__steps="from main import env\n")
    printed = run(
        tmp_path,
        "search_path.extend(['jobs'])\n"
        "try: import_program('jobs.main')\nexcept ImportError as error: print(error)\n"
        "print('jobs.main' in sys.modules, 'main' in sys.modules)",
    )
    assert "cannot import name 'env'" in printed[0]
    assert "partially initialized module" in printed[0]
    assert printed[1] == "False False"


def test_a_program_that_failed_is_imported_anew(tmp_path: Path) -> None:
    write(
        tmp_path, jobs__main="import os\nprint(os.environ.pop('FLAW', 'runs'))\nimport steps\n", jobs__steps="1 / 0\n"
    )
    printed = run(
        tmp_path,
        "search_path.extend(['jobs'])\n"
        "try: import_program('jobs.main')\nexcept ZeroDivisionError: print('failed')\n"
        "open('jobs/steps.py', 'w').write('from main import os\\n')\n"
        "import_program('jobs.main')",
    )
    assert printed == ["runs", "failed", "runs"]


def test_a_program_called_like_a_module_of_python_leaves_that_to_who_imports_it(tmp_path: Path) -> None:
    source = "import secrets, wave\nNAMES = [__name__, secrets.token_hex.__name__, wave.OURS]\n"
    write(tmp_path, secrets=source, wave="OURS = 'beside'\n")
    assert run(tmp_path, "print(import_program('secrets').NAMES)") == [
        "['flyte_program_secrets', 'token_hex', 'beside']"
    ]
