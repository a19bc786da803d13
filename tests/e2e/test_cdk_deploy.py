"""The CDK's own command deploys the app to a fresh account; a deployed task runs; destroying leaves only data.

The account is a bare ministack: nothing but what `cdk bootstrap` and `cdk deploy` put into it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
import pytest

from flyte.config import write_config
from flyte_cli.backend import package
from flyte_cli.backend.assets import BackendAssets
from flyte_cli.devbox import environment, server
from flyte_cli.devbox.client_config import for_endpoint
from flyte_cli.devbox.home import DevboxHome
from tests.devbox_fixture import free_port, share_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CDK = ROOT / "cdk"
STACK = "e2e"
CODE_BUCKET = "code"

pytestmark = [pytest.mark.cdk, pytest.mark.xdist_group("cdk_deploy")]


@dataclass(frozen=True)
class Account:
    """An AWS account with nothing in it, and a folder for what its user writes."""

    url: str
    folder: Path
    cdk_command: Path

    def client(self, service: str) -> Any:
        return botocore.session.Session().create_client(
            service,
            endpoint_url=self.url,
            region_name=server.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def cdk(self, *arguments: str) -> None:
        """Runs the CDK's command as a person would, in `cdk/`."""
        self.run([str(self.cdk_command), *arguments, "--output", str(self.folder / "cdk.out")], CDK)

    def flyte(self, *arguments: str) -> str:
        """Runs the `flyte` command where the example and its configuration are, and returns what it printed."""
        return self.run([str(ROOT / ".venv/bin/flyte"), *arguments], self.folder)

    def run(self, command: list[str], folder: Path) -> str:
        done = subprocess.run(
            command, cwd=folder, env=self._environment(), capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": server.REGION,
            "AWS_DEFAULT_REGION": server.REGION,
            "CI": "true",
        }


@pytest.fixture(scope="module")
def cdk_command() -> Path:
    """The pinned command, installed where it is missing."""
    command = CDK / "node_modules/.bin/cdk"
    if not command.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=CDK, check=True, capture_output=True)
    return command


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory, cdk_command: Path) -> Iterator[Account]:
    base = tmp_path_factory.mktemp("account")
    share_cache(base, tmp_path_factory.getbasetemp() / "devbox-cache")
    home = DevboxHome(base / "devbox")
    home.root.mkdir()
    python = environment.ensure(home, BackendAssets.find().devbox_lock, lambda _: None)
    running = server.start(home, python, free_port())
    folder = base / "work"
    folder.mkdir()
    yield Account(running.url, folder, cdk_command)
    server.stop(home, running)


@pytest.fixture(scope="module")
def functions_key(account: Account) -> str:
    """The functions' zip, uploaded as docs/deploy-to-aws.md says."""
    cache = account.folder.parent / "cache"
    body = package.build(package.Target.of_this_machine(), cache, progress=lambda _: None).read_bytes()
    key = f"functions/{hashlib.sha256(body).hexdigest()}.zip"
    s3 = account.client("s3")
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=body)
    return key


def test_a_task_runs_on_a_stack_of_the_cdk_and_destroying_it_leaves_the_data(account, functions_key):
    account.cdk("bootstrap", f"aws://{server.ACCOUNT}/{server.REGION}")
    outputs = deploy(account, functions_key)

    (account.folder / "greeting.py").write_text((ROOT / "examples/greeting.py").read_text())
    api_id = urlsplit(outputs["ApiUrl"]).netloc.split(".")[0]
    config = for_endpoint(f"{account.url}/_aws/execute-api/{api_id}")
    write_config(config, account.folder / ".flyte/config.yaml")
    account.flyte("deploy", "greeting.py", "env")
    said = account.flyte("run", "deployed-task", "greeting_env.greet", "--message", "World")
    assert "World!" in said

    account.cdk("destroy", "--force", "--context", f"stackName={STACK}")
    assert account.client("lambda").list_functions()["Functions"] == []
    assert account.client("stepfunctions").list_state_machines()["stateMachines"] == []
    tables = account.client("dynamodb").list_tables()["TableNames"]
    assert {outputs["RegistryTable"], outputs["RunsTable"]} <= set(tables)
    # Beside the records of actions there are small items by which runs are found.
    runs = account.client("dynamodb").scan(TableName=outputs["RunsTable"])["Items"]
    assert [item["phase"]["S"] for item in runs if "phase" in item] == ["succeeded"]


def deploy(account: Account, functions_key: str) -> dict[str, str]:
    """`cdk deploy` for this machine; returns the stack's outputs."""
    parameters = {
        "CodeBucket": CODE_BUCKET,
        "FunctionsKey": functions_key,
        "Architecture": package.host_architecture(),
        "PythonRuntime": f"python{package.Target.of_this_machine().python}",
    }
    outputs_file = account.folder / "outputs.json"
    account.cdk(
        "deploy",
        "--require-approval=never",
        f"--outputs-file={outputs_file}",
        f"--context=stackName={STACK}",
        *(f"--parameters={name}={value}" for name, value in parameters.items()),
    )
    outputs: dict[str, str] = json.loads(outputs_file.read_text())[STACK]
    return outputs
