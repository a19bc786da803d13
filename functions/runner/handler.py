"""The runner function's entry. What invocations need is made once, while Lambda gives the start a full processor."""

from __future__ import annotations

import itertools
import os
import shutil
from typing import Any

import boto3
from botocore.config import Config

from flyte.protocol.runs import Invocation
from functions.control.backend import Backend
from functions.observability.ended_actions import EndedActions
from functions.observability.lines import LineHandler, log_functions
from functions.observability.metrics import Metrics
from functions.runner import first_worker  # isort: split - it starts while the rest is imported
from functions.runner.artifacts import ArtifactCache
from functions.runner.bucket import BucketSource
from functions.runner.collaborators import Collaborators, Sandbox
from functions.runner.hardening import end_strays, harden
from functions.runner.memory import Memory
from functions.runner.services import BackendServices
from functions.runner.supervisor import Supervisor
from functions.runner.task_role import TaskRole

_DISK_SHARE = 0.6
"""For unpacked artifacts, of the temporary storage that is free at the start. Workers' copies of code, and what tasks
write, need the rest."""


def make_supervisor(backend: Backend) -> Supervisor:
    """The supervisor of this function."""
    folder, workers = first_worker.folder, first_worker.workers
    backend.clients.dynamodb  # noqa: B018 - made here, not in the first invocation
    task_role = _task_role(backend)
    source = BucketSource(backend.clients.s3, backend.settings.bucket)
    budget_bytes = int(shutil.disk_usage(folder).free * _DISK_SHARE)
    return Supervisor(
        Collaborators(
            actions=backend.actions,
            payloads=backend.payloads,
            close_dead=backend.deaths.close,
            artifacts=ArtifactCache(folder / "artifacts", source, budget_bytes),
            workers=workers,
            memory=Memory(first_worker.memory_bytes, lambda: workers.pids, workers.give_up_frozen),
            bucket=backend.settings.bucket,
            services=lambda claim: BackendServices(claim, backend),
            credentials=task_role.environ,
            credentials_as=task_role.environ_as,
            read_secrets=backend.secret_values.read,
            end_strays=lambda: end_strays(workers.pids),
            metrics=_metrics,
        )
    )


def _task_role(backend: Backend) -> TaskRole:
    # An answer that takes long is asked for again rather than waited for.
    quick = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    return TaskRole(
        boto3.client("sts", config=quick).assume_role, os.environ["FLYTE_TASK_ROLE_ARN"], backend.settings.bucket
    )


harden()
_metrics = Metrics.from_environment()
_lines = LineHandler()
log_functions(_lines)
_supervisor = make_supervisor(Backend.from_environment(EndedActions(_metrics)))
_invocations = itertools.count()


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one attempt: an `Invocation` in, an `Outcome` out."""
    _lines.fields = event
    sandbox = Sandbox(
        request_id=context.aws_request_id,
        log_group=context.log_group_name,
        log_stream=context.log_stream_name,
        remaining_s=context.get_remaining_time_in_millis() / 1000,
        is_cold=next(_invocations) == 0,
    )
    return _supervisor.run(Invocation.model_validate(event), sandbox).model_dump(mode="json")
