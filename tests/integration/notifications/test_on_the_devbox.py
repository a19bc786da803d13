"""Notifications of runs on a real stack: by webhook and through the topic, of each way to end, and of no other run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.config import Config

from flyte_cli.devbox import server
from tests.fakes.listener import Listener, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")

WITHIN_S = 60
PROGRAM = """
import asyncio
import sys
from datetime import timedelta

import flyte
from flyte.models import ActionPhase
from flyte.notify import Email, Slack, Webhook

env = flyte.TaskEnvironment(name="told_env")
ENDS = (ActionPhase.SUCCEEDED, ActionPhase.FAILED, ActionPhase.ABORTED, ActionPhase.TIMED_OUT)

@env.task
async def work(how: str) -> str:
    if how == "fail":
        raise ValueError("no luck")
    if how == "wait":
        await asyncio.sleep(600)
    return how

@env.task(timeout=timedelta(seconds=1))
async def slow() -> None:
    await asyncio.sleep(600)

if __name__ == "__main__":
    url, name, how = sys.argv[1:]
    flyte.init_from_config()
    told = (
        Webhook(on_phase=ENDS, url=url + "/{{.Run.Name}}", headers={"X-Phase": "{{.Phase}}"}),
        Slack(on_phase=ActionPhase.FAILED, webhook_url=url, message="{{.Error}}"),
        Email(on_phase=ActionPhase.SUCCEEDED, recipients=("ana@example.com",)),
    )
    runner = flyte.with_runcontext(name=name, notifications=told if how != "silent" else None)
    run = runner.run(slow) if how == "slow" else runner.run(work, how)
    if how == "wait":
        run.abort("enough")
    run.wait(quiet=True)
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


class Program:
    """The program above, and AWS's own API beside it."""

    def __init__(self, folder: Path, devbox: Devbox) -> None:
        self._file = folder / "told.py"
        self._file.write_text(PROGRAM)
        self._environ = devbox.environment
        self._url = f"http://{urllib.parse.urlsplit(devbox.endpoint).netloc}"

    def run(self, url: str, how: str) -> str:
        """Runs to its end a task that ends so; gives the run's name."""
        name = f"{how}-{time.time_ns():x}"
        done = subprocess.run(
            [sys.executable, self._file.name, url, name, how],
            cwd=self._file.parent,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return name

    def client(self, service: str) -> Any:
        return botocore.session.get_session().create_client(
            service,
            region_name=server.REGION,
            endpoint_url=self._url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(proxies={}),
        )


@pytest.fixture
def program(tmp_path: Path, devbox: Devbox) -> Program:
    return Program(tmp_path, devbox)


@pytest.mark.parametrize(
    ("how", "phase", "error"),
    [
        ("ok", "succeeded", ""),
        ("fail", "failed", "no luck"),
        ("wait", "aborted", "enough"),
        ("slow", "timed_out", "1 s"),
    ],
)
def test_a_webhook_hears_of_each_way_to_end(
    program: Program, listener: Listener, how: str, phase: str, error: str
) -> None:
    name = program.run(listener.url, how)
    expected = 2 if phase == "failed" else 1
    told = {each.path: each for each in listener.wait_for(expected, WITHIN_S)}
    heard = told[f"/hook/{name}"]
    assert heard.headers["X-Phase"] == phase
    assert (heard.body["run"], heard.body["project"], heard.body["phase"]) == (name, "flytesnacks", phase)
    assert error in heard.body["error"]
    if phase == "failed":
        assert "no luck" in told["/hook"].body["text"]


def test_an_e_mail_goes_through_the_stacks_topic(program: Program, listener: Listener) -> None:
    sns, sqs = program.client("sns"), program.client("sqs")
    (topic,) = [each["TopicArn"] for each in sns.list_topics()["Topics"] if "Notifications" in each["TopicArn"]]
    inbox = sqs.create_queue(QueueName=f"inbox-{time.time_ns():x}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    name = program.run(listener.url, "ok")
    deadline = time.monotonic() + WITHIN_S
    mails: list[dict[str, Any]] = []
    while not mails:
        assert time.monotonic() < deadline, sns.list_subscriptions_by_topic(TopicArn=topic)
        answer = sqs.receive_message(QueueUrl=inbox, WaitTimeSeconds=5)
        mails = [json.loads(each["Body"]) for each in answer.get("Messages", [])]
    assert mails[0]["Subject"] == f"Run {name} succeeded"
    subscribed = {each["Endpoint"] for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]}
    assert "ana@example.com" in subscribed


def test_of_a_run_without_notifications_nobody_hears(program: Program, listener: Listener) -> None:
    """Not even the function that sends them."""
    silent, told = program.run(listener.url, "silent"), program.run(listener.url, "ok")
    listener.wait_for(1, WITHIN_S)
    logs = program.client("logs").filter_log_events(logGroupName="/aws/lambda/flyte-notifier")["events"]
    lines = " ".join(each["message"] for each in logs)
    assert told in lines
    assert silent not in lines
