from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path


def test_the_result_is_shown_bare(flyte: Flyte, menu: Path) -> None:
    ended = flyte("run", "--local", "menu.py", "tea", "--kind", "mint", "--size", "LARGE")
    assert (ended.code, ended.stdout) == (0, "2 LARGE cups of mint\n")


@pytest.mark.parametrize(
    "args",
    [
        ["run", "menu.py", "--local", "coffee", "--milk"],
        ["run", "menu.py", "coffee", "--local", "--milk", "yes"],
        ["run", "--max-action-concurrency", "0", "menu.py", "--local", "coffee", "--milk"],
    ],
)
def test_local_may_stand_after_the_file(flyte: Flyte, menu: Path, args: list[str]) -> None:
    assert flyte(*args).stdout.splitlines() == ["grinding", "white"]


def test_a_file_may_ask_for_its_domain_while_it_is_imported(flyte: Flyte, folder: Path) -> None:
    (folder / "asks.py").write_text(
        "import flyte\nDOMAIN = flyte.current_domain()\nenv = flyte.TaskEnvironment('asks')\n"
        "@env.task\ndef where() -> str:\n    return DOMAIN\n"
    )
    assert flyte("run", "--local", "--domain", "staging", "asks.py", "where").stdout == "staging\n"


@pytest.mark.parametrize("args", [["--local", "secrets.py", "f"], ["secrets.py", "--local", "f"]])
def test_a_file_may_be_called_like_a_module_of_python(flyte: Flyte, folder: Path, args: list[str]) -> None:
    (folder / "beside_secrets.py").write_text("WORD = 'beside'\n")
    (folder / "secrets.py").write_text(
        "import flyte\nimport beside_secrets\nenv = flyte.TaskEnvironment('named')\n"
        "@env.task\ndef f() -> str:\n    return beside_secrets.WORD\n"
    )
    assert flyte("run", *args).stdout == "beside\n"


def test_json_is_one_document_and_what_the_task_prints_goes_to_stderr(flyte: Flyte, menu: Path) -> None:
    ended = flyte("-of", "json", "run", "--local", "--name", "mine", "menu.py", "coffee")
    found = document(ended)
    assert found == {"run": "mine", "url": found["url"], "phase": "succeeded", "outputs": {"o0": "black"}}
    assert "grinding" in ended.stderr


def test_json_raw_is_one_line(flyte: Flyte, menu: Path) -> None:
    ended = flyte("-of", "json-raw", "run", "--local", "menu.py", "split", "--n", "5")
    assert json.loads(ended.stdout)["outputs"] == {"o0": 5, "o1": "5"}
    assert ended.stdout.count("\n") == 1


def test_table_simple_is_flytes_line(flyte: Flyte, menu: Path) -> None:
    soup = flyte("-of", "table-simple", "run", "--local", "menu.py", "soup", "--bowls", "2", "--toppings", '["leek"]')
    assert soup.stdout == "Outputs: ActionOutputs(o0=4.0)\n"
    split = flyte("-of", "table-simple", "run", "--local", "menu.py", "split", "--n", "5")
    assert split.stdout == 'Outputs: ActionOutputs(o0=5, o1="5")\n'


def test_several_outputs_are_shown_by_name(flyte: Flyte, menu: Path) -> None:
    assert flyte("run", "--local", "menu.py", "split", "--n", "5").stdout.splitlines() == ["o0  5", "o1  5"]


def test_a_failing_task_ends_with_1_and_the_users_frames_alone(flyte: Flyte, menu: Path) -> None:
    ended = flyte("run", "--local", "menu.py", "spoil", "--what", "egg")
    assert ended.code == 1
    assert ended.stdout == ""
    assert "ValueError: egg went off" in ended.stderr
    assert f'File "{menu}"' in ended.stderr
    assert "flyte_cli" not in ended.stderr
    assert "/runtime/" not in ended.stderr


def test_a_failure_in_json_has_its_error_and_no_outputs(flyte: Flyte, menu: Path) -> None:
    ended = flyte("-of", "json", "run", "--local", "--name", "mine", "menu.py", "spoil", "--what", "egg")
    found = document(ended)
    assert ended.code == 1
    assert (found["run"], found["phase"]) == ("mine", "failed")
    assert "outputs" not in found
    assert found["error"]["code"] == "ValueError"
    assert found["error"]["message"] == "egg went off"
    assert str(menu) in found["error"]["traceback"]


def test_a_timeout_is_its_own_phase(flyte: Flyte, folder: Path) -> None:
    (folder / "slow.py").write_text(
        "import threading\nimport flyte\nenv = flyte.TaskEnvironment('slow')\n\n"
        "@env.task(timeout=0.05)\ndef nap() -> None:\n    threading.Event().wait(5)\n"
    )
    ended = flyte("-of", "json", "run", "--local", "slow.py", "nap")
    assert (ended.code, document(ended)["phase"]) == (1, "timed_out")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["tea"], ["Missing option '--kind'"]),
        (["tee"], ["menu.py has no task 'tee'. Did you mean 'tea'?"]),
        (["cafe-drinks.tea"], ["is the variable 'tea': flyte run menu.py tea"]),
        (["tea", "--kind", "a", "--cups", "many"], ["'--cups'", "'many' is not a valid integer"]),
        (["tea", "--kid", "a"], ["No such option", "--kid", "--kind"]),
        (["soup", "--bowls", "1", "--toppings", "[1,"], ["'--toppings'", "not valid JSON"]),
        (["soup", "--bowls", "1", "--toppings", "[1]"], ["'--toppings'", "[0]"]),
        (["tea", "--kind", "a", "extra"], ["unexpected extra argument"]),
        (["tea", "--kind", "a", "--project", "p"], ["--project is an option of `flyte run`: put it before the file"]),
        (["coffee", "--milk=perhaps"], ["--milk", "'perhaps' is not a valid boolean"]),
    ],
    ids=str,
)
def test_a_mistake_ends_with_2_and_names_what_was_meant(
    flyte: Flyte, menu: Path, args: list[str], said: list[str]
) -> None:
    ended = flyte("run", "--local", "menu.py", *args)
    assert ended.code == 2
    assert all(part in ended.stderr for part in said), ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run", "menux.py", "tea"], "There is no file 'menux.py'. Did you mean 'menu.py'?"),
        (["run", "cafe-drinks.tea"], "flyte run deployed-task cafe-drinks.tea"),
        (["run", "--loca", "menu.py", "tea"], "--local"),
        (["run", "--copy-style", "some", "menu.py", "tea"], "'loaded_modules'"),
        (["run", "--env", "X", "menu.py", "tea"], "'X' is not of the form KEY=VALUE"),
        (["run", "--local", "--detach", "menu.py", "coffee"], "exclude each other"),
        (["run", "menu.py", "--root-dir", "x"], "--root-dir is an option of `flyte run`"),
        (["run", "--root-dir", "nowhere", "menu.py", "tea"], "'nowhere' is not a folder"),
        (["run", "--local", "--name", "no spaces", "menu.py", "coffee"], "no spaces"),
        (["-of", "poem", "run", "menu.py"], "'table-simple'"),
        (["deplyo"], "Did you mean 'deploy'?"),
        (["run", "menu.txt"], "is no Python file"),
        (["run", "x" * 300], "There is no file 'xxx"),
        (["run", "python-script", "menu.py"], "let a task do what the script does"),
    ],
    ids=str,
)
def test_a_mistake_before_the_task_ends_with_2(flyte: Flyte, menu: Path, args: list[str], said: str) -> None:
    menu.with_suffix(".txt").write_text("no code")
    ended = flyte(*args)
    assert ended.code == 2
    assert said in ended.stderr, ended.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import flyte\nx = (\n", ["broken.py", "line 2", "SyntaxError"]),
        ("import no_such_module\n", ["broken.py", "line 1", "ModuleNotFoundError: No module named 'no_such_module'"]),
        ("def f():\n    raise KeyError('x')\nf()\n", ["line 3, in <module>", "line 2, in f", "KeyError: 'x'"]),
        ("raise SystemExit(3)\n", ["SystemExit: 3"]),
    ],
)
def test_a_file_that_raises_ends_with_1_and_its_own_traceback(
    flyte: Flyte, folder: Path, source: str, said: list[str]
) -> None:
    (folder / "broken.py").write_text(source)
    ended = flyte("run", "--local", "broken.py", "any")
    assert ended.code == 1
    assert all(part in ended.stderr for part in said), ended.stderr
    assert "Traceback (most recent call last)" not in ended.stderr
    assert "flyte_cli" not in ended.stderr
    assert "importlib" not in ended.stderr


def test_a_file_without_tasks_says_so(flyte: Flyte, folder: Path) -> None:
    (folder / "empty.py").write_text("x = 1\n")
    ended = flyte("run", "empty.py", "tea")
    assert (ended.code, "has no tasks" in ended.stderr) == (2, True)


def test_a_demonstration_needs_no_file(flyte: Flyte) -> None:
    assert flyte("run", "--local", "hello", "--name", "Ada").stdout == "Hello, Ada!\n"


def test_without_a_backend_the_way_to_run_here_is_named(flyte: Flyte, menu: Path) -> None:
    ended = flyte("run", "menu.py", "coffee")
    assert ended.code == 3
    assert "no backend is configured" in ended.stderr
    assert "flyte run --local" in ended.stderr


def test_parameters_may_have_any_name(flyte: Flyte, folder: Path) -> None:
    (folder / "named.py").write_text(
        "import flyte\nenv = flyte.TaskEnvironment('named')\n\n"
        "@env.task\ndef f(N: int, batch_size: int, local: str, help: str, task: str, dry_run: bool = True) -> str:\n"
        "    return f'{N} {batch_size} {local} {help} {task} {dry_run}'\n"
    )
    args = ["--N", "1", "--batch-size", "2", "--local", "l", "--help", "h", "--task", "t", "--no-dry-run"]
    assert flyte("run", "--local", "named.py", "f", *args).stdout == "1 2 l h t False\n"
    args = ["--N=1", "--batch_size=2", "--local=l", "--help=h", "--task=t", "--dry_run", "false"]
    assert flyte("run", "--local", "named.py", "f", *args).stdout == "1 2 l h t False\n"
