"""From an empty folder to tasks that outlive a restart: each command of the seed, word for word, in one devbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flyte_cli.backend.assets import BackendAssets
from flyte_cli.devbox import lifecycle
from tests.integration.main_job.conftest import start_devbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox


def tasks(user: User) -> list[str]:
    return [f"{task['name']}:{task['version']}" for task in user.flyte("-of", "json", "get", "task").document]


def runs(user: User) -> dict[str, str]:
    return {run["id"]["run"]: run["phase"] for run in user.flyte("-of", "json", "get", "run").document}


def test_a_first_day_with_the_seeds_commands(newcomer: User) -> None:
    assert [path.name for path in newcomer.folder.iterdir()] == ["greeting.py"]
    start_devbox(newcomer)
    assert (newcomer.folder / ".flyte/config.yaml").is_file()
    assert (tasks(newcomer), runs(newcomer)) == ([], {})

    ran = newcomer.flyte("run", "greeting.py", "greet", "--message", "Good morning!")
    assert (ran.code, ran.stdout) == (0, "Good morning!!\n")
    assert tasks(newcomer) == []

    deployed = newcomer.flyte("deploy", "greeting.py", "env")
    assert deployed.code == 0
    assert "greeting_env.greet" in deployed.stdout
    (task,) = tasks(newcomer)
    assert task.startswith("greeting_env.greet:")
    assert "greeting_env.greet" in newcomer.flyte("get", "task").stdout

    ran = newcomer.flyte("run", "deployed-task", "greeting_env.greet", "--message", "World")
    assert (ran.code, ran.stdout) == (0, "World!\n")
    assert newcomer.flyte("run", "--name", "fails", "greeting.py", "greet", "--message").code == 2
    assert list(runs(newcomer).values()) == ["succeeded", "succeeded"]
    shown = newcomer.flyte("get", "run").stdout
    assert shown.count("succeeded") == 2
    for run in runs(newcomer):
        assert run in shown

    before = (tasks(newcomer), runs(newcomer))
    assert newcomer.flyte("stop", "devbox").code == 0
    ended = newcomer.flyte("get", "task")
    assert (ended.code, "flyte get devbox" in ended.stderr) == (3, True)
    assert newcomer.flyte("start", "devbox").code == 0
    assert (tasks(newcomer), runs(newcomer)) == before
    assert newcomer.flyte("run", "deployed-task", task, "--message", "again").stdout == "again!\n"
    for run in before[1]:
        assert newcomer.flyte("get", "logs", run).code == 0


def changed(template: dict[str, Any]) -> dict[str, Any]:
    """As a later version of the project may have it: the API, functions and state machine updated in place."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            properties["Description"] = "Another version"
        if resource["Type"] == "AWS::Lambda::Function":
            properties["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] = "DEBUG"
    return template


def test_an_upgrade_while_it_was_stopped_keeps_tasks_runs_and_endpoint(
    newcomer: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start_devbox(newcomer)
    assert newcomer.flyte("deploy", "greeting.py", "env").code == 0
    before = tasks(newcomer)
    assert newcomer.flyte("stop", "devbox").code == 0

    assets = BackendAssets.find()
    template = tmp_path / "later"
    template.mkdir()
    body = changed(json.loads(assets.template.read_text()))
    (template / assets.template.name).write_text(json.dumps(body))
    later = BackendAssets(
        assets.sdk, assets.functions, template / assets.template.name, assets.functions_lock, assets.devbox_lock
    )
    monkeypatch.setattr(BackendAssets, "find", classmethod(lambda cls: later))
    monkeypatch.setenv("FLYTE_HOME", newcomer.settings["FLYTE_HOME"])
    monkeypatch.chdir(newcomer.folder)
    said: list[str] = []
    lifecycle.start(progress=said.append)

    assert "Deployed the stack" in said
    assert tasks(newcomer) == before
    assert newcomer.flyte("run", "deployed-task", "greeting_env.greet", "--message", "later").stdout == "later!\n"
