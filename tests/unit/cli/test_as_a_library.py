"""The command as programs use it: `from flyte.cli import main`, a click group as in Flyte."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from flyte.cli import main
from flyte.errors import NotSupportedError
from flyte_cli.root import flyte

if TYPE_CHECKING:
    from pathlib import Path

HELLO = """
import flyte
env = flyte.TaskEnvironment("hello")

@env.task
async def greet(name: str) -> str:
    return f"Hello {name}"

@env.task
async def fails() -> None:
    raise ValueError("no luck")

if __name__ == "__main__":
    from flyte.cli import main
    main()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "hello.py"
    path.write_text(HELLO)
    return path


def test_it_is_the_commands_group_by_both_of_flytes_names():
    assert main is flyte
    assert isinstance(main, click.Group)
    assert importlib.import_module("flyte.cli.main").main is main
    from flyte.cli import main as again

    assert again is main


def test_its_commands_are_found_by_name():
    run = main.get_command(click.Context(main), "run")
    assert run is not None
    assert run.name == "run"


def test_a_runner_of_clicks_tests_runs_it(program: Path):
    ended = CliRunner().invoke(main, ["run", "--local", "hello.py", "greet", "--name", "World"])
    assert (ended.exit_code, ended.stdout.strip()) == (0, "Hello World")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "--local", "hello.py", "fails"], 1, "no luck"),
        (["run", "--local", "hello.py", "greet"], 2, "--name"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["--version"], 0, "flyte "),
        (["get", "run", "--in-phase", "asleep"], 2, "asleep"),
    ],
)
def test_it_ends_with_the_commands_own_codes_and_messages(program: Path, words: list[str], code: int, said: str):
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == code
    assert said in ended.output


def test_without_standalone_mode_errors_reach_the_program(program: Path):
    with pytest.raises(click.UsageError, match="nonsense"):
        main(["nonsense"], standalone_mode=False)


def test_a_program_that_calls_it_is_the_command(program: Path):
    words = ["run", "--local", "hello.py", "greet", "--name", "World"]
    ended = subprocess.run([sys.executable, str(program), *words], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "Hello World"), ended.stderr


def test_a_program_can_add_a_command_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, "commands", dict(main.commands))

    @main.command("greet")
    def greet() -> None:
        click.echo("hello")

    assert CliRunner().invoke(main, ["greet"]).output == "hello\n"
    assert "greet" in CliRunner().invoke(main, ["--help"]).output


def test_where_the_command_is_not_installed_it_can_be_imported_and_says_so_when_it_is_used():
    code = (
        "import sys; sys.modules['flyte_cli'] = None\n"
        "from flyte.cli import main\n"
        "try: main(['--version'])\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith(NotSupportedError.__name__)
    assert "flyte.cli.main" in ended.stdout


def test_import_flyte_does_not_load_it():
    subprocess.run([sys.executable, "-c", "import flyte, sys; assert 'click' not in sys.modules"], check=True)
