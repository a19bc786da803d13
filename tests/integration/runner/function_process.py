"""A runner function as a process: the real handler, on tables and a bucket of moto's. Prints one JSON document.

Run by test_handler.py, because the handler changes its process: it starts a worker and hardens itself when imported.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import json
import os
import sys
import types
import zipfile
from datetime import UTC, datetime
from typing import Any

from moto import mock_aws

from flyte.protocol.identity import RunId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from flyte.protocol.tasks import ArtifactKind, ArtifactRef, Loader, TaskSpec
from functions.control.backend import Backend
from functions.control.new_actions import NewAction
from functions.control.payloads import StoredPayload
from tests.fakes.aws_stack import BUCKET, REGION, SETTINGS, create_storage

PROGRAM = """
import os, subprocess, sys
import flyte
env = flyte.TaskEnvironment(name="e")

@env.task
async def greet(message: str) -> str:
    print("greeting")
    return f"{message}!"

@env.task
def credentials() -> list[str]:
    return [os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SESSION_TOKEN"]]

@env.task
def trace() -> list[str]:
    return [os.environ["_X_AMZN_TRACE_ID"], os.environ["AWS_XRAY_DAEMON_ADDRESS"]]

@env.task
def fail() -> int:
    raise ValueError("it went off")

@env.task
def leave_a_daemon() -> int:
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, str(os.getpid()).encode())
            os.closerange(0, 4096)
            os.execvp("sleep", ["sleep", "600"])
        os._exit(0)
    os.wait()
    return int(os.read(read, 20))
"""


def main() -> None:
    backend = Backend.from_environment()
    create_storage(backend.clients)
    code = upload(backend)
    from functions.runner import first_worker, handler

    results = {
        "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
        "greet": [invoke(backend, handler, code, f"r{number}", "greet", {"message": "hi"}) for number in range(3)],
        "daemon": invoke(backend, handler, code, "daemon", "leave_a_daemon", {}),
        "credentials": invoke(backend, handler, code, "credentials", "credentials", {}),
        "failure": invoke(backend, handler, code, "failure", "fail", {}),
        "traces": [traced(backend, handler, code, number) for number in range(2)],
        "folder": str(first_worker.folder),
    }
    results["daemon_lives"] = is_alive(int(json.loads(results["daemon"]["item"]["outputs"])["o0"]))
    first_worker.workers.close()
    print(json.dumps(results, default=str))


def upload(backend: Backend) -> ArtifactRef:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as opened:
        opened.writestr(zipfile.ZipInfo("program.py"), PROGRAM)
    digest = hashlib.sha256(body.getvalue()).hexdigest()
    backend.clients.s3.put_object(Bucket=BUCKET, Key=f"code/{digest}.zip", Body=body.getvalue())
    return ArtifactRef(kind=ArtifactKind.CODE, sha256=digest, size_bytes=len(body.getvalue()))


def invoke(
    backend: Backend, handler: types.ModuleType, code: ArtifactRef, run: str, task: str, inputs: dict[str, Any]
) -> dict[str, Any]:
    action = RunId(project="flytesnacks", domain="development", run=run).action_id()
    now = datetime.now(UTC)
    spec = TaskSpec(
        name=f"e.{task}", environment="e", version="v1", loader=Loader(module="program", attribute=task), code=code
    )
    record = ActionRecord(
        id=action,
        task_name=spec.name,
        task_version="v1",
        phase=ActionPhase.QUEUED,
        created_at=now,
        updated_at=now,
        memory_mb=2048,
    )
    backend.actions.create(
        NewAction(
            record=record,
            spec_json=spec.to_json(),
            inputs=StoredPayload(text=json.dumps(inputs)),
            function_arn="arn",
            request_token=run,
            code_key=f"code/{code.sha256}.zip",
        )
    )
    written = io.StringIO()
    sys.stdout = written
    context = types.SimpleNamespace(
        aws_request_id=f"request-{run}",
        log_group_name="/aws/lambda/runner",
        log_stream_name="stream",
        get_remaining_time_in_millis=lambda: 60_000,
    )
    outcome = handler.handle({**action.to_dict(), "attempt": 1}, context)
    sys.stdout = sys.__stdout__
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    return {"outcome": outcome, "item": backend.actions.get(action), "lines": lines}


def traced(backend: Backend, handler: types.ModuleType, code: ArtifactRef, number: int) -> dict[str, Any]:
    os.environ["_X_AMZN_TRACE_ID"] = f"Root=1-{number}-a;Parent=b;Sampled=1"
    return invoke(backend, handler, code, f"traced-{number}", "trace", {})


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "role",
        "AWS_SECRET_ACCESS_KEY": "role",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
        "FLYTE_REGISTRY_TABLE": SETTINGS.registry_table,
        "FLYTE_RUNS_TABLE": SETTINGS.runs_table,
        "FLYTE_BUCKET": BUCKET,
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
        "FLYTE_METRICS": "task",
        "POWERTOOLS_METRICS_NAMESPACE": "Flyte/test",
        "FLYTE_TASK_ROLE_ARN": "arn:aws:iam::123456789012:role/task",
    }
    with mock_aws():
        main()
