from pathlib import Path

import pytest

from flyte.config import load_config
from flyte.errors import InitializationError
from flyte_cli.devbox import client_config

HERE = "http://127.0.0.1:30080/_aws/execute-api/devbox"
THERE = "http://127.0.0.1:30085/_aws/execute-api/devbox"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder without any configuration in reach."""
    for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG", "FLYTE_ADMIN_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def test_what_is_written_is_found_and_leads_to_the_devbox(folder: Path) -> None:
    assert client_config.find() is None
    assert not client_config.leads_to(HERE)

    written = client_config.write(HERE)

    assert written == folder / ".flyte/config.yaml"
    assert client_config.find() == written
    assert client_config.leads_to(HERE)
    config = load_config(written, {})
    assert (config.platform.insecure, config.platform.region) == (True, "us-east-1")
    assert (config.task.project, config.task.domain) == ("flytesnacks", "development")


def test_a_file_that_is_there_is_never_overwritten(folder: Path) -> None:
    (folder / ".flyte").mkdir()
    (folder / ".flyte/config.yaml").write_text("admin: {endpoint: https://elsewhere}\n")

    with pytest.raises(InitializationError, match="exists already"):
        client_config.write(HERE)
    assert "elsewhere" in (folder / ".flyte/config.yaml").read_text()


def test_a_file_that_the_devbox_wrote_follows_it(folder: Path) -> None:
    written = client_config.write(HERE)

    assert client_config.follow([written], THERE) == [written]
    assert load_config(written, {}).platform.endpoint == THERE
    assert client_config.follow([written], THERE) == []


def test_a_file_that_the_devbox_wrote_follows_its_console(folder: Path) -> None:
    written = client_config.write(HERE)

    assert client_config.follow([written], HERE, "http://127.0.0.1:30090") == [written]
    assert load_config(written, {}).platform.console_endpoint == "http://127.0.0.1:30090"
    assert client_config.follow([written], THERE, "http://127.0.0.1:30091") == [written]
    assert load_config(written, {}).platform.console_endpoint == "http://127.0.0.1:30091"
    assert client_config.follow([written], THERE, "http://127.0.0.1:30091") == []


@pytest.mark.parametrize("changed", ["# mine\n", "task:\n  org: mine\n"])
def test_a_file_that_someone_changed_is_left_alone(folder: Path, changed: str) -> None:
    written = client_config.write(HERE)
    written.write_text(written.read_text() + changed)
    before = written.read_text()

    assert client_config.follow([written, folder / "gone.yaml"], THERE) == []
    assert written.read_text() == before
