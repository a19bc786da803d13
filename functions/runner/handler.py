"""The runner function's entry. What an invocation needs is made once, while Lambda gives the start its full processor."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from flyte.protocol.limits import MIB
from flyte.protocol.runs import Invocation
from functions.control.backend import Backend
from functions.runner.artifacts import ArtifactCache
from functions.runner.bucket import BucketSource
from functions.runner.memory import Memory
from functions.runner.sandbox_folder import sandbox_folder
from functions.runner.supervisor import Collaborators, Sandbox, Supervisor
from functions.runner.worker_process import worker_command
from functions.runner.workers import Workers

_DISK_SHARE = 0.6
"""Of the temporary storage that is free at the start, for unpacked artifacts; workers' copies of code and what tasks write
need the rest."""


def supervisor() -> Supervisor:
    """The supervisor of this function, with its first worker started."""
    folder = sandbox_folder(Path(tempfile.gettempdir()))
    memory_bytes = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * MIB
    environ = dict(os.environ)
    workers = Workers(folder / "workers", lambda own: worker_command(environ, own), max_idle_bytes=memory_bytes // 2)
    workers.prepare()  # it starts beside the AWS clients
    backend = Backend.from_environment()
    return Supervisor(
        Collaborators(
            actions=backend.actions,
            payloads=backend.payloads,
            close_dead=backend.deaths.close,
            artifacts=ArtifactCache(
                folder / "artifacts",
                BucketSource(backend.clients.s3, backend.settings.bucket),
                budget_bytes=int(shutil.disk_usage(folder).free * _DISK_SHARE),
            ),
            workers=workers,
            memory=Memory(memory_bytes, lambda: [] if workers.spare_pid is None else [workers.spare_pid]),
            bucket=backend.settings.bucket,
            methods={},
        )
    )


_supervisor = supervisor()


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one attempt: an `Invocation` in, an `Outcome` out."""
    sandbox = Sandbox(
        request_id=context.aws_request_id,
        log_group=context.log_group_name,
        log_stream=context.log_stream_name,
        remaining_s=context.get_remaining_time_in_millis() / 1000,
    )
    return _supervisor.run(Invocation.model_validate(event), sandbox).model_dump(mode="json")
