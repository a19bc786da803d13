"""The three scripts of the seed, word for word, and what the output formats give."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.integration.main_job.conftest import TASK
from tests.integration.new_user import unused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox

RUN = """
if __name__ == "__main__":
    flyte.init_from_config()
    result = flyte.run(greet, message="Good morning!")
    print(f"Result: {result}")
"""
DEPLOY = """
if __name__ == "__main__":
    flyte.init_from_config()
    deployments = flyte.deploy(env)
    print(deployments[0].summary_repr())
"""
RUN_DEPLOYED = """
if __name__ == "__main__":
    flyte.init_from_config()
    flyte.deploy(env)
    task = flyte.remote.Task.get("greeting_env.greet", auto_version="latest")
    result = flyte.run(task, message="Good morning!")
    print(f"Result: {result}")
"""


@pytest.mark.parametrize("main", [RUN, RUN_DEPLOYED], ids=["run", "deploy, get and run"])
def test_a_script_prints_its_result(user: User, main: str) -> None:
    user.write("greeting.py", TASK + main)
    ended = user.python("greeting.py")
    assert ended.code == 0, ended.stderr
    assert ended.stdout == "Result: Good morning!!\n"


def test_a_script_prints_the_summary_of_its_deployment(user: User) -> None:
    user.write("greeting.py", TASK + DEPLOY)
    summary = (
        r"Deployment\(envs=\[Deployment\(env=\[greeting_env\], "
        r"entities=\[DeployedTask\(name=greeting_env\.greet, version=[0-9a-f]{16}\)\]\)\]\)\n"
    )
    for _ in range(2):
        ended = user.python("greeting.py")
        assert ended.code == 0, ended.stderr
        assert re.fullmatch(summary, ended.stdout)


def test_json_is_one_document_of_the_run(user: User) -> None:
    name = unused("json")
    ended = user.flyte("-of", "json", "run", "--name", name, "greeting.py", "greet", "--message", "Good morning!")
    assert ended.code == 0
    document = ended.document
    assert (document["run"], document["phase"], document["outputs"]) == (name, "succeeded", {"o0": "Good morning!!"})


def test_table_simple_is_one_line(user: User) -> None:
    ended = user.flyte("-of", "table-simple", "run", "greeting.py", "greet", "--message", "Good morning!")
    assert (ended.code, ended.stdout) == (0, 'Outputs: ActionOutputs(o0="Good morning!!")\n')


def test_everything_that_is_shown_can_be_had_as_json(user: User) -> None:
    name = unused("json")
    assert user.flyte("run", "--name", name, "greeting.py", "greet", "--message", "x").code == 0
    assert user.flyte("deploy", "greeting.py", "env").code == 0
    for shown in [
        ["get", "run"],
        ["get", "run", name],
        ["get", "action", name],
        ["get", "io", name],
        ["get", "logs", name],
        ["get", "task"],
        ["get", "task", "greeting_env.greet", "latest"],
        ["get", "project"],
        ["get", "devbox"],
        ["get", "config"],
        ["deploy", "greeting.py", "env"],
    ]:
        ended = user.flyte("-of", "json", *shown)
        assert ended.code == 0, shown
        assert json.loads(ended.stdout) not in (None, {}, []), shown
