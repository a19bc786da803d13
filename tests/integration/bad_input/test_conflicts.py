"""What is there already, what is gone, and what was altered behind the backend's back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.config import Config

from tests.integration.bad_input.conftest import GREETING, assert_refused
from tests.integration.new_user import unused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.devbox_fixture import Devbox
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox


def test_a_runs_name_is_taken(user: User) -> None:
    name = unused("taken")
    again = ("run", "--name", name, "greeting.py", "greet", "--message")
    assert user.flyte(*again, "first").stdout == "first!\n"
    assert_refused(user.flyte(*again, "second"), 2, f"'{name}' exists", "Choose another name")
    assert user.flyte("get", "io", "--outputs-only", name).stdout.strip().endswith("first!")


def test_of_two_runs_of_one_name_at_the_same_moment_one_starts(user: User) -> None:
    name = unused("race")
    with ThreadPoolExecutor(2) as pool:
        ended = list(
            pool.map(lambda n: user.flyte("run", "--name", name, "greeting.py", "greet", "--message", n), "ab")
        )
    assert sorted(each.code for each in ended) == [0, 2]
    loser = next(each for each in ended if each.code == 2)
    assert_refused(loser, 2, f"'{name}' exists")


def test_a_version_with_other_content_is_refused_and_the_first_one_stays(user: User) -> None:
    name = unused("versions")
    source = GREETING.replace("greeting_env", name)
    user.write("mine.py", source)
    deploy = ("deploy", "--version", "v1", "mine.py", "env")
    assert user.flyte(*deploy).code == 0
    user.write("mine.py", source.replace("!", "?"))
    assert_refused(user.flyte(*deploy), 2, f"'{name}' has a version 'v1' with other content", "deploy another version")
    assert user.flyte("run", "deployed-task", f"{name}.greet:v1", "--message", "x").stdout == "x!\n"
    user.write("mine.py", source)
    assert user.flyte(*deploy).code == 0


@pytest.fixture
def bucket(devbox: Devbox) -> Callable[..., Any]:
    """Calls an operation of S3 on an object of the stack's bucket."""

    def client(service: str) -> Any:
        return botocore.session.Session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url=devbox.endpoint.partition("/_aws")[0],
            aws_access_key_id="devbox",
            aws_secret_access_key="devbox",
            config=Config(proxies={}),
        )

    (stack,) = client("cloudformation").describe_stacks(StackName="flyte")["Stacks"]
    (name,) = [output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "Bucket"]
    s3 = client("s3")
    return lambda operation, key, **more: getattr(s3, operation)(Bucket=name, Key=key, **more)


@pytest.mark.parametrize(
    ("operation", "more", "said"),
    [("delete_object", {}, "is not in the bucket"), ("put_object", {"Body": b"other bytes"}, "was altered")],
    ids=["missing", "altered"],
)
def test_code_that_is_missing_or_altered_fails_the_run_until_it_is_deployed_again(
    user: User, bucket: Callable[..., Any], operation: str, more: dict[str, Any], said: str
) -> None:
    name = unused("artifact")
    user.write("mine.py", GREETING.replace("greeting_env", name))
    assert user.flyte("deploy", "mine.py", "env").code == 0
    digest = user.flyte("-of", "json", "get", "task", f"{name}.greet", "latest").document["spec"]["code"]["sha256"]
    run = ("run", "--name", name, "deployed-task", f"{name}.greet", "--message", "x")

    bucket(operation, f"code/{digest}.zip", **more)
    ended = user.flyte("-of", "json", *run)
    if operation == "delete_object" and ended.code == 3:
        # The api function looked, which one that saw the object a moment ago does not: no run is started in vain.
        assert_refused(ended, 3, f"code/{digest}.zip", "deploy the task again")
    else:
        assert ended.code == 1
        assert (ended.document["phase"], ended.document["error"]["code"]) == ("failed", "CodeBundleError")
        assert said in ended.document["error"]["message"]
        assert digest in ended.document["error"]["message"]
        assert "CodeBundleError" in user.flyte("get", "logs", name).stdout
    assert user.flyte("run", "greeting.py", "greet", "--message", "next").stdout == "next!\n"

    # What the error advises.
    bucket("delete_object", f"code/{digest}.zip")
    assert user.flyte("deploy", "mine.py", "env").code == 0
    assert user.flyte("run", "deployed-task", f"{name}.greet", "--message", "x").stdout == "x!\n"
