"""Whatever a run fails of: its reason is in `flyte run`, in `flyte get run`, in `flyte get logs` and in the record."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest

from tests.integration.new_user import Ended, User, unused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.devbox

PROGRAM = Path(__file__).with_name("failing.py")
CANNOT_BE_IMPORTED = """
import os
import flyte

env = flyte.TaskEnvironment("fragile")

if "ON_THE_CLIENT" not in os.environ:
    {statement}

@env.task
def never() -> int:
    return 1
"""


@dataclass(frozen=True)
class Kind:
    """A way to fail: the task, the error's class and kind, words of its message, and where its traceback leads."""

    task: str
    code: str
    message: str
    error_kind: str = "user"
    phase: str = "failed"
    file: str = "failing.py"
    line: str = ""
    """A line of the user's code that the traceback shows; empty for a death that has no traceback."""


KINDS = {
    "exception": Kind("raises", "ValueError", "the egg went off", line='raise ValueError("the egg went off")'),
    "import error": Kind("never", "OSError", "no disk here", file="fragile.py", line='raise OSError("no disk here")'),
    "missing dependency": Kind(
        "never", "ModuleNotFoundError", "with_pip_packages", file="lacking.py", line="import no_such_package"
    ),
    "memory": Kind("exhausts_memory", "OOMError", "the limit is 512 MB"),
    "timeout": Kind("outlives_its_timeout", "MaxRuntimeExceededError", "longer than the 1 s", phase="timed_out"),
    "crash": Kind("crashes", "WorkerCrashedError", "SIGSEGV"),
    "exit": Kind("exits_at_once", "WorkerCrashedError", "exit code 3"),
}


@pytest.fixture
def user(devbox: Devbox, tmp_path: Path) -> User:
    """Someone whose configuration leads to the devbox, with programs that fail."""
    someone = User(tmp_path, {"FLYTE_HOME": str(devbox.home), "FLYTECTL_CONFIG": str(devbox.config)})
    shutil.copy(PROGRAM, tmp_path)
    someone.write("fragile.py", CANNOT_BE_IMPORTED.format(statement='raise OSError("no disk here")'))
    someone.write("lacking.py", CANNOT_BE_IMPORTED.format(statement="import no_such_package"))
    return someone


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
