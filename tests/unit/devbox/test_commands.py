import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from flyte_cli.devbox import commands, lifecycle
from flyte_cli.devbox.errors import DevboxError
from flyte_cli.devbox.lifecycle import DevboxStatus, Started

RUNNING = DevboxStatus("running", "http://127.0.0.1:30080/x", None, 30080, 42, "0.1.0")
STARTED = Started(RUNNING, already=False, config_written=Path("/w/c.yaml"), config_used=None, configured=True)


def run(command: click.Command, *arguments: str, output_format: str = "table") -> Result:
    return CliRunner().invoke(command, arguments, obj=SimpleNamespace(output_format=output_format))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []

    def start(port: int | None, *, progress: object) -> Started:
        asked.append(port)
        return STARTED

    monkeypatch.setattr(lifecycle, "start", start)
    return asked


def test_start_tells_the_endpoint_the_file_it_wrote_and_what_to_try_next(started: list[Any]) -> None:
    result = run(commands.start_devbox, "--port", "30081")

    assert result.exit_code == 0
    assert started == [30081]
    for expected in ("http://127.0.0.1:30080/x", "Wrote /w/c.yaml", "Try next:", "flyte stop devbox"):
        assert expected in result.stdout


def test_flytes_own_options_are_accepted_and_said_to_do_nothing(started: list[Any]) -> None:
    result = run(commands.start_devbox, "--image", "x", "--dev", "--gpu", "--apple-silicon")

    assert result.exit_code == 0
    assert "--image, --dev, --gpu, --apple-silicon does nothing here" in result.stderr


def test_a_configuration_that_names_another_backend_is_left_and_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(STARTED, config_written=None, config_used=Path("/w/mine.yaml"), configured=False)
    monkeypatch.setattr(lifecycle, "start", lambda port, progress: other)

    result = run(commands.start_devbox)

    assert "/w/mine.yaml names another backend and is left as it is" in result.stdout
    assert "--endpoint http://127.0.0.1:30080/x" in result.stdout


def test_an_error_is_a_message_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(port: int | None, *, progress: object) -> Started:
        raise DevboxError("port 1 is taken")

    monkeypatch.setattr(lifecycle, "start", fail)
    result = run(commands.start_devbox)

    assert result.exit_code == 1
    assert "port 1 is taken" in result.stderr


@pytest.mark.parametrize("output_format", ["json", "json-raw"])
def test_get_devbox_prints_one_json_document(monkeypatch: pytest.MonkeyPatch, output_format: str) -> None:
    monkeypatch.setattr(lifecycle, "status", lambda probes: RUNNING)

    result = run(commands.get_devbox, output_format=output_format)

    assert json.loads(result.stdout) == {
        "endpoint": "http://127.0.0.1:30080/x",
        "console": None,
        "port": 30080,
        "pid": 42,
        "state": "running",
        "version": "0.1.0",
    }


def test_get_devbox_passes_on_whether_to_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def status(*, probes: bool) -> DevboxStatus:
        asked.append(probes)
        return RUNNING

    monkeypatch.setattr(lifecycle, "status", status)

    run(commands.get_devbox)
    run(commands.get_devbox, "--no-probes")

    assert asked == [True, False]


def test_get_devbox_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "status", lambda probes: DevboxStatus("absent"))

    assert "flyte start devbox" in run(commands.get_devbox).stdout


@pytest.mark.parametrize(("ran", "said"), [(True, "its data are kept"), (False, "does not run")])
def test_stop_says_what_it_did(monkeypatch: pytest.MonkeyPatch, *, ran: bool, said: str) -> None:
    monkeypatch.setattr(lifecycle, "stop", lambda progress: ran)

    assert said in run(commands.stop_devbox).stdout


@pytest.mark.parametrize(("deleted", "said"), [([Path("/h/devbox")], "Deleted /h/devbox"), ([], "nothing to delete")])
def test_delete_says_what_it_deleted(monkeypatch: pytest.MonkeyPatch, deleted: list[Path], said: str) -> None:
    monkeypatch.setattr(lifecycle, "delete", lambda progress: deleted)

    assert said in run(commands.delete_devbox, "--volume").stdout
