"""Whatever a run fails of: its reason is in `flyte run`, in `flyte get run`, in `flyte get logs` and in the record."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest

from tests.integration.failures.kinds import KINDS, Kind, user_of
from tests.integration.new_user import Ended, User, unused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.devbox


@pytest.fixture
def user(devbox: Devbox, tmp_path: Path) -> User:
    return user_of(devbox, tmp_path)


def aws(devbox: Devbox, service: Any) -> Any:
    """A client of the devbox's AWS."""
    parts = urlsplit(devbox.endpoint)
    return boto3.client(
        service,
        endpoint_url=f"{parts.scheme}://{parts.netloc}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def assert_told(user: User, name: str, ended: Ended, kind: Kind) -> None:
    """The reason is in all places, whole."""
    assert ended.code == 1
    what = {"timed_out": "timed out", "aborted": "was aborted"}.get(kind.phase, "failed")
    assert f"Error: The run {name} {what}: {kind.code}: " in ended.stderr
    assert kind.message in ended.stderr

    record = user.flyte("-of", "json", "get", "run", name).document
    assert record["phase"] == kind.phase
    error = record["error"]
    assert (error["code"], error["kind"]) == (kind.code, kind.error_kind)
    assert kind.message in error["message"]
    assert kind.line in error["traceback"]
    assert bool(error["traceback"]) == bool(kind.line)

    shown = user.flyte("get", "run", name).stdout
    printed = user.flyte("get", "logs", name).stdout
    followed = user.flyte("get", "logs", "--follow", name).stdout
    assert f"{kind.code}: " in shown
    assert f"a0 {what}: {kind.code}: " in printed
    assert printed in followed
    for text in (shown, printed, ended.stderr):
        assert " ".join(kind.message.split()) in " ".join(text.split())
        assert kind.line in text


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_reason_of_a_failed_run_is_wherever_one_looks(user: User, kind: Kind) -> None:
    name = unused("fails")
    ended = user.flyte("run", "--name", name, kind.file, kind.task, ON_THE_CLIENT="1")
    assert_told(user, name, ended, kind)


def test_with_follow_the_reason_comes_with_the_log_and_its_traceback_once(user: User) -> None:
    ended = user.flyte("run", "--follow", "--name", unused("fails"), "failing.py", "raises")
    said = ended.stderr.splitlines()
    assert said.index("about to raise") < said.index("a0 failed: ValueError: the egg went off")
    assert ended.stderr.count('raise ValueError("the egg went off")') == 1


def test_ctrl_c_while_following_leaves_the_run_going_and_says_so(user: User) -> None:
    name = unused("followed")
    assert user.flyte("run", "--detach", "--name", name, "failing.py", "waits").code == 0
    with user.start_flyte("get", "logs", "--follow", name) as following:
        assert following.stdout is not None
        while following.stdout.readline() != "waiting\n":
            assert following.poll() is None
        following.send_signal(signal.SIGINT)
        _, said = following.communicate(timeout=60)
    assert following.returncode == 130
    assert f"The run {name} goes on." in said
    assert "Traceback" not in said
    assert user.flyte("-of", "json", "get", "run", name).document["phase"] == "running"
    assert user.flyte("abort", "run", name).code == 0


def test_why_a_run_was_aborted_is_wherever_one_looks(user: User) -> None:
    name = unused("aborted")
    with user.start_flyte("run", "--name", name, "failing.py", "waits") as waiting:
        assert waiting.stderr is not None
        said = ""
        while "running" not in said:
            said += waiting.stderr.readline()
        assert user.flyte("abort", "run", name, "--reason", "no longer needed").code == 0
        _, rest = waiting.communicate(timeout=60)
    assert waiting.returncode == 1
    assert "was aborted: ActionAbortedError: no longer needed" in rest
    record = user.flyte("-of", "json", "get", "run", name).document
    assert (record["phase"], record["abort_reason"]) == ("aborted", "no longer needed")
    assert "no longer needed" in user.flyte("get", "run", name).stdout
    printed = user.flyte("get", "logs", name).stdout.splitlines()
    assert "waiting" in printed
    assert printed[-1] == "a0 was aborted: no longer needed"


@dataclass(frozen=True)
class Deployed:
    """A deployed task `lost.f` whose code is in the bucket under a key of its own."""

    version: str
    digest: str
    bucket: str

    @property
    def key(self) -> str:
        return f"code/{self.digest}.zip"


@pytest.fixture
def deployed(user: User, devbox: Devbox) -> Deployed:
    version = unused("v")
    user.write(
        "lost.py",
        f"import flyte\nenv = flyte.TaskEnvironment('lost')\n# {version}\n@env.task\ndef f() -> int: return 1\n",
    )
    assert user.flyte("deploy", "--version", version, "lost.py", "env").code == 0
    spec = user.flyte("-of", "json", "get", "task", "lost.f", version).document["spec"]
    (bucket,) = [each["Name"] for each in aws(devbox, "s3").list_buckets()["Buckets"] if "data" in each["Name"]]
    return Deployed(version, spec["code"]["sha256"], bucket)


def test_a_run_whose_code_is_gone_is_refused_with_the_way_out(user: User, devbox: Devbox, deployed: Deployed) -> None:
    aws(devbox, "s3").delete_object(Bucket=deployed.bucket, Key=deployed.key)
    ended = user.flyte("run", "deployed-task", f"lost.f:{deployed.version}")
    assert ended.code == 3
    assert deployed.digest in ended.stderr
    assert "deploy the task again" in ended.stderr


def test_why_a_run_never_started_whose_code_is_damaged_is_wherever_one_looks(
    user: User, devbox: Devbox, deployed: Deployed
) -> None:
    aws(devbox, "s3").put_object(Bucket=deployed.bucket, Key=deployed.key, Body=b"no longer a zip")
    name = unused("damaged")
    ended = user.flyte("run", "--name", name, "deployed-task", f"lost.f:{deployed.version}")
    assert_told(user, name, ended, Kind("f", "CodeBundleError", deployed.digest[:12]))


@pytest.fixture
def broken_function(devbox: Devbox) -> Iterator[str]:
    """The largest runner cannot start: Lambda finds no handler in it."""
    functions = aws(devbox, "lambda")
    name = next(
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each["FunctionName"].endswith("-runner-10240")
    )
    handler = functions.get_function_configuration(FunctionName=name)["Handler"]
    functions.update_function_configuration(FunctionName=name, Handler="functions.not_there.handle")
    yield name
    functions.update_function_configuration(FunctionName=name, Handler=handler)


@pytest.mark.usefixtures("broken_function")
def test_why_a_run_never_started_whose_sandbox_is_refused_is_wherever_one_looks(user: User) -> None:
    name = unused("refused")
    ended = user.flyte("run", "--name", name, "failing.py", "is_refused")
    assert_told(user, name, ended, Kind("is_refused", "RuntimeSystemError", "not_there", error_kind="system"))
