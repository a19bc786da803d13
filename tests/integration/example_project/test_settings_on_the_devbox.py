"""What settings do that only a backend can show: the role of a task's credentials, its links, its loggers' levels."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

pytestmark = [pytest.mark.devbox, pytest.mark.xdist_group("packages")]

PROGRAM = """
import flyte


class Dashboard:
    name = "dashboard"
    icon_uri = ""

    def get_link(self, run_name, project, domain, **_):
        return f"https://dashboard.test/{project}/{domain}/{run_name}"


env = flyte.TaskEnvironment("settings", service_account="analyst")


@env.task(links=Dashboard())
def look() -> list[str]:
    import boto3

    return [boto3.client("sts", region_name="us-east-1").get_caller_identity()["Arn"], str(flyte.logger.level)]
"""


def test_role_links_and_levels_reach_the_task_and_its_details(devbox: Devbox, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(PROGRAM)
    name = f"s{uuid.uuid4().hex[:8]}"

    def flyte(*arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("flyte")), *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=devbox.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    ran = flyte("-of", "json", "--user-log-level", "debug", "run", "--name", name, "settings.py", "look")
    role, level = json.loads(ran)["outputs"]["o0"]
    assert "assumed-role/analyst/" in role
    assert level == "10"
    address = f"https://dashboard.test/flytesnacks/development/{name}"
    assert json.loads(flyte("-of", "json", "get", "run", name))["links"] == {"dashboard": address}
    shown = flyte("get", "action", name, "a0")
    assert [line.split() for line in shown.splitlines() if address in line] == [["link", "dashboard", address]]
