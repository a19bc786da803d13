"""Where this function's tables, bucket and state machine are, read once from its environment variables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flyte.protocol.placeholders import is_loopback

DEFAULT_RETENTION_DAYS = 90
"""How long records of runs are kept. Step Functions keeps an execution's name for the same 90 days."""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """The group that schedules of triggers are in, and what they are made of; the latter only where they are made."""

    group: str = ""
    role_arn: str = ""
    function_arn: str = ""
    dead_letters_arn: str = ""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What notifications of runs go through: the queue, and the topic for e-mails; only the notifier knows."""

    queue_url: str = ""
    topic_arn: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the stack gave this function. `runner_functions` maps memory in MB to a function's ARN."""

    registry_table: str
    runs_table: str
    bucket: str
    state_machine_arn: str = ""
    runner_functions: Mapping[int, str] = field(default_factory=dict)
    console_url: str | None = None
    run_retention_days: int = DEFAULT_RETENTION_DAYS
    stack_version: str = ""
    region: str = ""
    secrets_prefix: str = ""
    api_function: str = ""
    schedules: ScheduleSettings = ScheduleSettings()
    notifications: NotificationSettings = NotificationSettings()
    is_emulated: bool = False
    """Whether this is a devbox: AWS's own endpoints are elsewhere than on this machine."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads the variables named in docs/architecture.md.

        Raises:
            KeyError: A variable that every function needs is not set; its name is the message.
        """
        runners: dict[str, str] = json.loads(environ.get("FLYTE_RUNNER_FUNCTIONS") or "{}")
        return cls(
            registry_table=environ["FLYTE_REGISTRY_TABLE"],
            runs_table=environ["FLYTE_RUNS_TABLE"],
            bucket=environ["FLYTE_BUCKET"],
            state_machine_arn=environ.get("FLYTE_STATE_MACHINE_ARN", ""),
            runner_functions={int(memory_mb): arn for memory_mb, arn in runners.items()},
            console_url=environ.get("FLYTE_CONSOLE_URL") or None,
            run_retention_days=int(environ.get("FLYTE_RUN_RETENTION_DAYS") or DEFAULT_RETENTION_DAYS),
            stack_version=environ.get("FLYTE_STACK_VERSION", ""),
            region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION", ""),
            secrets_prefix=environ.get("FLYTE_SECRETS_PREFIX", ""),
            api_function=environ.get("FLYTE_API_FUNCTION", ""),
            schedules=ScheduleSettings(**json.loads(environ.get("FLYTE_SCHEDULES") or "{}")),
            notifications=NotificationSettings(**json.loads(environ.get("FLYTE_NOTIFICATIONS") or "{}")),
            is_emulated=is_loopback(urlsplit(environ.get("AWS_ENDPOINT_URL", "")).hostname or ""),
        )

    def execution_arn(self, execution_name: str) -> str:
        """The ARN that an execution of the action state machine has, or will have, under that name."""
        machine = self.state_machine_arn.replace(":stateMachine:", ":execution:", 1)
        return f"{machine}:{execution_name}"
