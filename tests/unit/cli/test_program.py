"""The program as a whole: as a process, what it imports, plugins, and a second distribution."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte_cli import plugins
from flyte_cli.distributions import notice, other_distribution

if TYPE_CHECKING:
    import click

    from tests.unit.cli.conftest import Flyte

REPOSITORY = Path(__file__).parents[3]
RUN = "import sys; from flyte_cli.entry import main; main(sys.argv[1:])"
MODULES = (
    "import sys, atexit, pathlib\n"
    "atexit.register(lambda: pathlib.Path('modules').write_text(' '.join(sys.modules)))\n" + RUN
)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(REPOSITORY / name) for name in ("sdk", "cli"))}


@pytest.fixture
def logging_task(folder: Path) -> Path:
    """A file with a task that logs."""
    path = folder / "logs.py"
    path.write_text(
        "import flyte\nenv = flyte.TaskEnvironment('logs')\n\n@env.task\ndef warm() -> int:\n"
        "    flyte.logger.debug('details')\n    flyte.logger.info('warming up')\n    return 1\n"
    )
    return path


def program(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60, check=False)


def imported(*args: str) -> set[str]:
    """The modules that are loaded when the program ends, written to the current folder."""
    command = [sys.executable, "-c", MODULES, *args]
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment(), timeout=60, check=True)
    return set(Path("modules").read_text().split())


HEAVY = {"rich", "rich_click", "pydantic", "botocore", "boto3", "urllib3", "yaml", "cloudpickle", "asyncio.events"}


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["--version"]], ids=str)
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    assert not imported(*args) & HEAVY


def test_the_help_of_a_task_and_a_local_run_of_scalars_load_no_pydantic(menu: Path) -> None:
    for args in (["run", "menu.py", "tea", "--help"], ["run", "--local", "menu.py", "coffee"]):
        loaded = imported(*args)
        assert not loaded & (HEAVY - {"asyncio.events"})
        assert len(loaded) < 420


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], ["INFO flyte.user: warming up"]),
        (["--user-log-level", "debug"], ["DEBUG flyte.user: details", "INFO flyte.user: warming up"]),
        (["--user-log-level", "DEBUG"], ["DEBUG flyte.user: details", "INFO flyte.user: warming up"]),
        (["--user-log-level", "error"], []),
    ],
    ids=str,
)
def test_the_log_of_a_local_task_is_shown_at_its_level(
    logging_task: Path, options: list[str], shown: list[str]
) -> None:
    ended = program(*options, "run", "--local", logging_task.name, "warm")
    assert ended.stdout == "1\n"
    assert [line.split(" ", 2)[2] for line in ended.stderr.splitlines()] == shown


def test_log_lines_can_be_json(logging_task: Path) -> None:
    ended = program("--log-format", "json", "run", "--local", logging_task.name, "warm")
    line = json.loads(ended.stderr)
    assert (line["level"], line["logger"], line["message"]) == ("INFO", "flyte.user", "warming up")


def test_json_is_alone_on_stdout_whatever_the_task_and_its_children_print(folder: Path) -> None:
    (folder / "loud.py").write_text(
        "import os, subprocess\nimport flyte\nprint('importing')\nenv = flyte.TaskEnvironment('loud')\n\n"
        "@env.task\ndef shout() -> int:\n    print('printed')\n    os.write(1, b'written\\n')\n"
        "    subprocess.run(['echo', 'echoed'], check=True)\n    return 1\n"
    )
    ended = program("-of", "json", "run", "--local", "loud.py", "shout")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["outputs"] == {"o0": 1}
    for word in ("importing", "printed", "written", "echoed"):
        assert word in ended.stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["run", "--local", "menu.py", "coffee"], 0),
        (["run", "--local", "menu.py", "spoil", "--what", "egg"], 1),
        (["run", "--local", "menu.py", "nothing"], 2),
        (["--endpoint", "http://127.0.0.1:1", "run", "menu.py", "coffee"], 3),
    ],
    ids=str,
)
def test_the_exit_code_is_the_processs(menu: Path, args: list[str], code: int) -> None:
    assert program(*args).returncode == code


def test_a_reader_that_goes_away_is_no_error(menu: Path) -> None:
    command = f'"{sys.executable}" -c "{RUN}" run --help | head -n 1'
    ended = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert ended.stderr == ""


class TestPlugins:
    @pytest.fixture(autouse=True)
    def installed(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        (folder / "shipped_plugin.py").write_text(
            "import click\n\n@click.command()\ndef extra():\n    click.echo('plugged in')\n\nnone = 1\n"
        )
        monkeypatch.syspath_prepend(str(folder))
        group = "flyte.plugins.cli.commands"
        found = {
            ("", "extra"): EntryPoint("extra", "shipped_plugin:extra", group),
            ("get", "extra"): EntryPoint("get.extra", "shipped_plugin:extra", group),
            ("", "torn"): EntryPoint("torn", "no_such_module:extra", group),
            ("", "odd"): EntryPoint("odd", "shipped_plugin:none", group),
        }
        monkeypatch.setattr(plugins, "_entry_points", lambda asked: found if asked == group else {})

    def test_a_verb_and_a_noun_can_be_added(self, flyte: Flyte) -> None:
        assert flyte("extra").stdout == "plugged in\n"
        assert flyte("get", "extra").stdout == "plugged in\n"
        assert "extra" in flyte("get", "--help").stdout

    def test_one_that_is_broken_is_named(self, flyte: Flyte) -> None:
        assert "no_such_module" in flyte("torn").stderr
        assert "is no click command" in flyte("odd").stderr


def test_entry_points_are_found_by_verb_and_noun() -> None:
    assert plugins.plugin_commands("no-such-verb") == []
    assert plugins.load_plugin("no-such-verb", "noun") is None


class TestOtherDistribution:
    def test_flytes_own_is_noticed(self, tmp_path: Path) -> None:
        packages = tmp_path / "lib" / "site-packages"
        (packages / "flyte-2.1.0.dist-info").mkdir(parents=True)
        assert other_distribution([str(packages)]) == "2.1.0"
        assert "pip uninstall" in notice("2.1.0")

    def test_ours_and_those_with_a_like_name_are_not(self, tmp_path: Path) -> None:
        packages = tmp_path / "site-packages"
        for name in ("flyte_lambda-0.1.0.dist-info", "flytekit-1.0.dist-info", "flyte"):
            (packages / name).mkdir(parents=True)
        assert other_distribution([str(packages), str(tmp_path / "gone" / "site-packages")]) is None


def test_an_unexpected_error_is_not_hidden(flyte: Flyte, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_ctx: click.Context) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("flyte_cli.root.flyte.invoke", broken)
    with pytest.raises(ZeroDivisionError):
        flyte("run")
