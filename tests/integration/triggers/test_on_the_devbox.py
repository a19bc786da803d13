"""Triggers on a real stack: deployed, due, switched, fired by hand, and gone with the code that declared them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.parse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.config import Config

from flyte_cli.devbox import server

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "schedule.py"
REPORT = "schedule_env.report"
EVENT = {
    "trigger": {"project": "flytesnacks", "domain": "development", "task": REPORT, "name": "weekdays"},
    "scheduled_at": "2026-07-31T05:00:00Z",
}
TICKING = """
from datetime import datetime

import flyte

env = flyte.TaskEnvironment(name="ticking_env")
soon = flyte.FixedRate(60, start_time=datetime.fromisoformat("START"))

@env.task(triggers=flyte.Trigger("soon", soon, inputs={"at": flyte.TriggerTime}))
def tick(at: datetime) -> str:
    return f"tick at {at.isoformat()}"
"""
FIRED_WITHIN_S = 60


class Stack:
    """The installed command in a folder of its own, and AWS's own API beside it."""

    def __init__(self, folder: Path, devbox: Devbox) -> None:
        self.folder = folder
        self._environ = devbox.environment
        self._url = f"http://{urllib.parse.urlsplit(devbox.endpoint).netloc}"

    def __call__(self, *args: str, code: int = 0) -> str:
        """What a command that ends with `code` prints on stdout."""
        command = [str(Path(sys.executable).with_name("flyte")), *args]
        done = subprocess.run(command, cwd=self.folder, env=self._environ, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *args: str) -> Any:
        return json.loads(self("-of", "json", *args))

    def runs(self, task: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.json("get", "run", "--task-name", task)
        return listed

    def client(self, service: str) -> Any:
        return botocore.session.get_session().create_client(
            service,
            region_name=server.REGION,
            endpoint_url=self._url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(proxies={}),
        )

    def fire(self, event: dict[str, Any]) -> dict[str, Any]:
        """Invokes what the schedule of a trigger invokes, as Scheduler does."""
        (schedule,) = [each for each in self.schedules() if event["trigger"] == sent_by(each)["trigger"]]
        answer = self.client("lambda").invoke(
            FunctionName=schedule["Target"]["Arn"], Payload=json.dumps(event).encode()
        )
        result: dict[str, Any] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, result
        return result

    def schedules(self) -> list[dict[str, Any]]:
        client = self.client("scheduler")
        listed = client.list_schedules(GroupName="flyte-triggers")["Schedules"]
        return [client.get_schedule(GroupName="flyte-triggers", Name=each["Name"]) for each in listed]


def sent_by(schedule: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(schedule["Target"]["Input"])
    return event


@pytest.fixture
def flyte(tmp_path: Path, devbox: Devbox) -> Stack:
    (tmp_path / "schedule.py").write_text(EXAMPLE.read_text())
    return Stack(tmp_path, devbox)


def test_a_trigger_starts_its_task_when_it_is_due(flyte: Stack) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
    (flyte.folder / "ticking.py").write_text(TICKING.replace("START", start.isoformat()))
    assert "soon" in flyte("deploy", "ticking.py", "env")

    deadline = time.monotonic() + FIRED_WITHIN_S
    while not (runs := flyte.runs("ticking_env.tick")):
        assert time.monotonic() < deadline, "the trigger was not fired"
    (run,) = runs
    assert run["created_by"] == "trigger/ticking_env.tick/soon"
    assert run["id"]["run"].startswith(f"soon-{start:%Y%m%dt%H%M%S}-")
    while run["phase"] not in {"succeeded", "failed"}:
        assert time.monotonic() < deadline, run
        (run,) = flyte.runs("ticking_env.tick")
    assert flyte.json("get", "io", run["id"]["run"])["outputs"] == {"o0": f"tick at {start.isoformat()}"}


def test_an_event_that_comes_twice_starts_one_run(flyte: Stack) -> None:
    flyte("deploy", "--all", "schedule.py")
    first, second = flyte.fire(EVENT), flyte.fire(EVENT)
    assert first == second
    assert [run["id"]["run"] for run in flyte.runs(REPORT)].count(first["run"]) == 1

    flyte("update", "trigger", "weekdays", REPORT, "--deactivate")
    assert flyte.fire(EVENT | {"scheduled_at": "2026-08-03T05:00:00Z"})["run"] is None
    flyte("update", "trigger", "weekdays", REPORT, "--activate")
    assert flyte.fire(EVENT | {"scheduled_at": "2026-08-04T05:00:00Z"})["run"] is not None


def test_triggers_come_and_go_with_the_code(flyte: Stack) -> None:
    flyte("deploy", "--all", "schedule.py")
    assert {"weekdays", "often"} <= {sent_by(each)["trigger"]["name"] for each in flyte.schedules()}

    source = EXAMPLE.read_text()
    (flyte.folder / "schedule.py").write_text(source.replace("triggers=(weekdays, often)", "triggers=weekdays"))
    assert flyte("deploy", "--dry-run", "--all", "schedule.py").count("removed") == 1
    deployed = flyte("deploy", "--all", "schedule.py")
    assert [line.split()[0] for line in deployed.splitlines() if "removed" in line] == ["often"]
    names = [sent_by(each)["trigger"]["name"] for each in flyte.schedules()]
    assert ("weekdays" in names, "often" in names) == (True, False)


def test_one_is_made_shown_and_deleted_by_hand(flyte: Stack) -> None:
    flyte("deploy", "--all", "schedule.py")
    made = ("create", "trigger", REPORT, "monthly", "--schedule", "0 0 1 * *")
    assert "missing argument 'until'" in flyte(*made, code=2)
    flyte(*made, "--trigger-time-var", "until", "--timezone", "Asia/Tokyo")
    assert "0 0 1 * * (Asia/Tokyo)" in flyte("get", "trigger", REPORT, "monthly")
    flyte("delete", "trigger", "monthly", REPORT)
    assert "monthly" not in flyte("get", "trigger", REPORT)


def test_the_example_fires_one_by_hand(flyte: Stack) -> None:
    done = subprocess.run(
        [sys.executable, "schedule.py"],
        cwd=flyte.folder,
        env=flyte._environ,
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.strip().splitlines()[-1]
    since, until = (datetime.fromisoformat(text) for text in said.removeprefix("Result: from ").split(" to "))
    assert until - since == timedelta(hours=2)
