"""The devbox with the real ministack and the real template: everything that can come between start and delete."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.config import Config

from flyte.config import load_config
from flyte_cli.backend.assets import BackendAssets
from flyte_cli.devbox import environment, lifecycle, server
from flyte_cli.devbox.errors import DevboxError
from flyte_cli.devbox.stack import STACK, Deployment, Stack
from tests.devbox_fixture import free_port
from tests.fakes.listener import listening

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_cli.devbox.home import DevboxHome

pytestmark = pytest.mark.devbox

HEARD_WITHIN_S = 30
START = "from flyte_cli.devbox.commands import start_devbox; start_devbox()"


def client(service: str, port: int) -> Any:
    return botocore.session.Session().create_client(
        service,
        region_name=server.REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="devbox",
        aws_secret_access_key="devbox",
        config=Config(proxies={}),
    )


def outputs(port: int) -> dict[str, str]:
    stack = client("cloudformation", port).describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def keep(port: int, run: str) -> None:
    """Put something that must survive."""
    names = outputs(port)
    item = {"pk": {"S": f"flytesnacks/development/{run}"}, "sk": {"S": "a0"}}
    client("dynamodb", port).put_item(TableName=names["RunsTable"], Item=item)
    client("s3", port).put_object(Bucket=names["Bucket"], Key=f"code/{run}.zip", Body=b"code")


def kept(port: int, run: str) -> bool:
    names = outputs(port)
    key = {"pk": {"S": f"flytesnacks/development/{run}"}, "sk": {"S": "a0"}}
    item = client("dynamodb", port).get_item(TableName=names["RunsTable"], Key=key).get("Item")
    stored = client("s3", port).list_objects_v2(Bucket=names["Bucket"], Prefix=f"code/{run}.zip")
    return item is not None and stored["KeyCount"] == 1


def end_run(port: int, run: str, url: str) -> None:
    """Record a run that has a notification, and its end."""
    table, dynamodb = outputs(port)["RunsTable"], client("dynamodb", port)
    key = {"pk": {"S": f"flytesnacks/development/{run}"}, "sk": {"S": "a0"}}
    notified = [{"kind": "webhook", "on_phase": ["succeeded"], "url": url + "/{{.Run.Name}}"}]
    item = {**key, "phase": {"S": "running"}, "notifications": {"S": json.dumps(notified)}}
    dynamodb.put_item(TableName=table, Item=item)
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET phase = :ended",
        ExpressionAttributeValues={":ended": {"S": "succeeded"}},
    )


def streamed(port: int) -> list[dict[str, Any]]:
    """What the stream of the runs table holds."""
    streams = client("dynamodbstreams", port)
    arn = client("dynamodb", port).describe_table(TableName=outputs(port)["RunsTable"])["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return records


def start(port: int | None = None, progress: Callable[[str], None] = lambda line: None) -> lifecycle.Started:
    return lifecycle.start(port, progress=progress)


def alive(home: DevboxHome) -> server.Server:
    found = server.running(home)
    assert found is not None
    return found


def test_from_nothing_to_a_backend_and_back(bare_home: DevboxHome) -> None:
    port = free_port()
    said: list[str] = []

    started = start(port, said.append)

    assert started.status.state == "running"
    assert started.status.endpoint == f"http://127.0.0.1:{port}/_aws/execute-api/devbox"
    assert started.config_written == Path(".flyte/config.yaml").absolute()
    assert load_config(started.config_written, {}).platform.endpoint == started.status.endpoint
    assert lifecycle.status() == started.status
    assert "Downloading ministack, the devbox's AWS" in said

    assert lifecycle.stop()
    assert lifecycle.status().state == "stopped"
    assert not lifecycle.stop()

    assert lifecycle.delete() == [bare_home.root]
    assert not bare_home.root.exists()
    assert lifecycle.status().state == "absent"
    assert lifecycle.delete() == []
    assert started.config_written.exists()


def test_a_second_start_finds_it_running_and_changes_nothing(home: DevboxHome) -> None:
    first = start(free_port())
    said: list[str] = []

    second = start(progress=said.append)

    assert second.already
    assert second.status == first.status
    assert said == []
    with pytest.raises(DevboxError, match=r"runs already, on port \d+; to move it"):
        start(free_port())


def test_data_and_endpoint_survive_stop_and_start(home: DevboxHome) -> None:
    port = free_port()
    first = start(port)
    keep(port, "survivor")
    lifecycle.stop()
    said: list[str] = []

    second = start(progress=said.append)

    assert second.status.endpoint == first.status.endpoint
    assert kept(port, "survivor")
    assert said == [], "an unchanged stack is not deployed again"


def test_the_configuration_follows_to_another_port(home: DevboxHome) -> None:
    first = start(free_port())
    lifecycle.stop()

    second = start(free_port())

    assert second.status.endpoint != first.status.endpoint
    assert second.configs_moved == (first.config_written,)
    assert second.configured


def test_a_last_port_that_is_taken_gives_way_to_another(home: DevboxHome) -> None:
    port = free_port()
    start(port)
    lifecycle.stop()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        moved = start()

    assert moved.status.port != port
    assert moved.configured


def test_a_killed_devbox_starts_again_with_what_was_saved(home: DevboxHome) -> None:
    port = free_port()
    start(port)
    keep(port, "survivor")
    lifecycle.stop()
    start()
    killed = alive(home)
    os.kill(killed.pid, signal.SIGKILL)
    server._wait_until(lambda: server.running(home) is None, 10)
    assert lifecycle.status().state == "stopped"

    start()

    assert alive(home).pid != killed.pid
    assert kept(port, "survivor")


def test_what_changed_is_saved_while_it_runs(home: DevboxHome) -> None:
    port = free_port()
    start(port)
    keep(port, "survivor")
    saved = {home.state / "dynamodb.json": "survivor", home.state / "lambda.json": "flyte-api"}
    assert server._wait_until(
        lambda: all(path.exists() and text in path.read_text() for path, text in saved.items()), 30
    )
    os.kill(alive(home).pid, signal.SIGKILL)
    server._wait_until(lambda: server.running(home) is None, 10)
    said: list[str] = []

    start(progress=said.append)

    assert kept(port, "survivor")
    assert said == []


def test_notifications_go_on_after_a_restart(home: DevboxHome) -> None:
    """What was told before is not told again, and the stream keeps nothing but ends that are to be told."""
    port = free_port()
    start(port)
    with listening() as listener:
        end_run(port, "before", listener.url)
        listener.wait_for(1, HEARD_WITHIN_S)
        keep(port, "silent")
        lifecycle.stop()

        start()
        end_run(port, "after", listener.url)

        told = listener.wait_for(2, HEARD_WITHIN_S)
        assert [each.path for each in told] == ["/hook/before", "/hook/after"]
    assert [record["dynamodb"]["Keys"]["pk"]["S"].rpartition("/")[2] for record in streamed(port)] == [
        "before",
        "after",
    ]


def test_a_half_made_environment_is_made_anew(bare_home: DevboxHome) -> None:
    start(free_port())
    lifecycle.stop()
    (bare_home.venv / environment._MARKER).unlink()
    (next(bare_home.venv.glob("lib/*/site-packages")) / "ministack/app.py").unlink()

    assert start().status.state == "running"


def test_a_start_that_died_before_it_deployed_is_finished_by_the_next(home: DevboxHome) -> None:
    port = free_port()
    python = environment.ensure(home, BackendAssets.find().devbox_lock, lambda line: None)
    server.start(home, python, port)

    started = start()

    assert started.already
    assert outputs(port)["RunsTable"]


def test_a_first_deployment_that_failed_is_repeated(home: DevboxHome, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    policy = {"PolicyName": "policy", "PolicyDocument": {}, "Roles": ["of-nobody"]}
    broken = json.dumps({"Resources": {"Broken": {"Type": "AWS::IAM::Policy", "Properties": policy}}})
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "Deployment", lambda functions, _: Deployment(functions, broken))
        with pytest.raises(DevboxError, match=r"could not be deployed: \n  Broken: .*of-nobody"):
            start(port)
    assert server.running(home) is None, "a start that fails leaves nothing running"

    start(port)

    assert outputs(port)["RunsTable"]


def test_a_changed_package_updates_the_stack_in_place(home: DevboxHome, tmp_path: Path) -> None:
    port = free_port()
    start(port)
    keep(port, "survivor")
    assets = BackendAssets.find()
    changed = tmp_path / "functions.zip"
    changed.write_bytes(next(home.cache.glob("functions-*.zip")).read_bytes() + b"\0")

    assert Stack(alive(home)).deploy(Deployment(changed, assets.template.read_text()))

    assert kept(port, "survivor")
    assert not Stack(alive(home)).deploy(Deployment(changed, assets.template.read_text()))


def test_two_starts_at_once_make_one_devbox(home: DevboxHome) -> None:
    port = str(free_port())
    starts = [
        subprocess.Popen([sys.executable, "-c", START, "--port", port], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in starts]

    assert [process.returncode for process in starts] == [0, 0]
    assert sum("runs already" in text for text in said) == 1
    assert lifecycle.status().state == "running"


def test_ctrl_c_during_a_start_leaves_nothing_running(home: DevboxHome) -> None:
    process = subprocess.Popen([sys.executable, "-c", START, "--port", str(free_port())])
    assert server._wait_until(lambda: server.running(home) is not None, 60)
    process.send_signal(signal.SIGINT)

    assert process.wait(30) != 0
    assert server.running(home) is None


def test_a_folder_that_cannot_be_written_is_named(home: DevboxHome, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.root.parent / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("FLYTE_HOME", str(home.root.parent / "file/below"))
        with pytest.raises(DevboxError, match=r"file/below.*set FLYTE_HOME to another folder"):
            start()
