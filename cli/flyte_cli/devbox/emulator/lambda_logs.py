"""Lambda's logs as AWS writes them: line by line while the function runs, to the stream that its context names.

Ministack itself writes them when the invocation has ended, to another stream, and waits up to 50 ms for lines.
"""

# ruff: noqa: SLF001 - it adapts ministack from inside
from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.services import cloudwatch_logs, lambda_svc  # type: ignore[import-not-found]

from .output import Output

_spawning = threading.local()
_Worker = lambda_runtime.Worker
_spawn = _Worker._spawn
_invoke = _Worker.invoke
_execution_credentials = lambda_runtime.execution_credentials
_emit_lambda_logs = lambda_svc._emit_lambda_logs


def install() -> None:
    """Replace ministack's way of writing the logs of its warm sandboxes."""
    _Worker._spawn = _spawn_with_stream
    _Worker._read_stderr = _forward_stderr
    _Worker._drain_stderr_bounded = _nothing_to_drain
    _Worker.invoke = _invoke_and_close_its_lines
    lambda_runtime.execution_credentials = _environment_with_stream
    lambda_svc._emit_lambda_logs = _emit_unless_forwarded


def _spawn_with_stream(worker: Any) -> None:
    """Start the sandbox with a log stream of its own, named as AWS does."""
    worker.log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{_version(worker)}]{uuid.uuid4().hex}"
    worker.is_read = threading.Event()
    _spawning.worker = worker
    try:
        _spawn(worker)
        worker.is_read.wait()
    except Exception as error:
        _write(worker, [f"INIT_REPORT Phase: init Status: error {error}"])
        raise
    finally:
        _spawning.worker = None


def _environment_with_stream(config: dict[str, Any]) -> dict[str, str]:
    """What `_spawn` puts into the sandbox's environment; the stream's name becomes a part of it."""
    environment: dict[str, str] = _execution_credentials(config)
    if worker := getattr(_spawning, "worker", None):
        environment["AWS_LAMBDA_LOG_STREAM_NAME"] = worker.log_stream
        environment["AWS_LAMBDA_LOG_GROUP_NAME"] = _group(worker)
    return environment


def _forward_stderr(worker: Any) -> None:
    """Ministack runs this in a thread of its own for each sandbox."""
    output = worker.output = Output(worker._proc.stderr, lambda lines: _write(worker, lines))
    worker.is_read.set()
    output.forward()


def _invoke_and_close_its_lines(worker: Any, event: Any, request_id: str, **more: Any) -> Any:
    started = time.monotonic()
    response = _invoke(worker, event, request_id, **more)
    milliseconds = (time.monotonic() - started) * 1000
    lines = [f"END RequestId: {request_id}", f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms"]
    if response.get("status") == "error":
        lines.insert(0, f"{request_id} {response.get('trace') or response.get('error')}")
    worker.output.close_invocation(lines)
    return response


def _nothing_to_drain(_worker: Any, **_bounds: float) -> str:
    return ""


def _emit_unless_forwarded(func: dict[str, Any], *args: Any, **options: Any) -> None:
    config = func.get("config") or func
    if not str(config.get("Runtime", "")).startswith("python"):
        _emit_lambda_logs(func, *args, **options)


def _write(worker: Any, lines: list[str]) -> None:
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line, "ingestionTime": now} for line in lines]
    cloudwatch_logs._append_log_events(_stream(worker, now), events)


def _stream(worker: Any, now: int) -> dict[str, Any]:
    """The sandbox's stream, made where it is missing: as AWS does with the first line."""
    groups = cloudwatch_logs._log_groups
    name = _group(worker)
    if name not in groups:
        cloudwatch_logs._create_log_group({"logGroupName": name})
    stream: dict[str, Any] = groups[name]["streams"].setdefault(
        worker.log_stream,
        {
            "events": [],
            "uploadSequenceToken": "1",
            "creationTime": now,
            "firstEventTimestamp": None,
            "lastEventTimestamp": None,
            "lastIngestionTime": None,
        },
    )
    return stream


def _group(worker: Any) -> str:
    logging = worker.config.get("LoggingConfig") or {}
    return str(logging.get("LogGroup") or f"/aws/lambda/{worker.config['FunctionName']}")


def _version(worker: Any) -> str:
    return str(worker.config.get("Version", "$LATEST"))
