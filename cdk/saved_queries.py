"""Saved queries of CloudWatch Logs Insights on the lines that docs/logs.md describes. Saving them costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.functions import log_group_name
from cdk.runner import runner_name
from flyte.protocol.limits import MEMORY_TIERS_MB

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNNERS = tuple(runner_name(memory_mb) for memory_mb in MEMORY_TIERS_MB)
RECORDERS = (*RUNNERS, "api", "recorder", "reconciler")
"""Where ends of actions are told: the runner's, of what was aborted the API's, of what died the recorder's."""
ALL = (*RECORDERS, "trigger", "notifier")


@dataclass(frozen=True, slots=True)
class Query:
    """One query; each line of `text` is a command."""

    name: str
    functions: Sequence[str]
    text: str

    @property
    def string(self) -> str:
        """As Logs Insights takes it."""
        return "\n| ".join(line.strip() for line in self.text.strip().splitlines())


FAILED = """
filter event = "action_ended" and action = "a0" and phase in ["failed", "timed_out", "aborted"]
sort @timestamp desc
display @timestamp, project, domain, run, task, version, phase, error, error_message
limit 200
"""
QUERIES = (
    Query("Runs that failed", RECORDERS, FAILED),
    Query(
        "Failures by reason",
        RECORDERS,
        """
        filter event = "action_ended" and phase in ["failed", "timed_out"]
        stats count(*) as failures, latest(run) as last_run by project, domain, task, error
        sort failures desc
        """,
    ),
    Query(
        "Lines of a run",
        ALL,
        """
        filter run = "NAME OF THE RUN"
        sort @timestamp asc
        display @timestamp, action, attempt, source, level, message
        limit 10000
        """,
    ),
    Query(
        "Slowest runs",
        RECORDERS,
        """
        filter event = "action_ended" and action = "a0"
        sort run_ms desc
        display @timestamp, project, domain, run, task, phase, run_ms, billed_ms, suspended_ms
        limit 50
        """,
    ),
    Query(
        "Longest in the queue",
        RECORDERS,
        """
        filter event = "action_ended"
        sort queue_ms desc
        display @timestamp, project, domain, run, action, task, queue_ms, memory_mb
        limit 50
        """,
    ),
    Query(
        "Most expensive tasks",
        RECORDERS,
        """
        filter event = "action_ended"
        stats sum(gb_s) as gb_seconds, sum(billed_ms) / 1000 as billed_s, count(*) as actions by project, domain, task
        sort gb_seconds desc
        limit 50
        """,
    ),
    Query(
        "Cold starts",
        RUNNERS,
        """
        filter @type = "REPORT"
        stats count(@initDuration) as cold, count(*) as invocations, pct(@initDuration, 90) as p90_ms by bin(1h)
        """,
    ),
    Query(
        "Memory used of what is paid for",
        RUNNERS,
        """
        filter @type = "REPORT"
        stats max(@maxMemoryUsed) / 1e6 as used_mb, max(@memorySize) / 1e6 as size_mb, count(*) as times by @log
        """,
    ),
    Query(
        "Requests that were refused",
        ("api",),
        """
        filter event = "request" and status >= 400
        stats count(*) as requests, latest(error_message) as last_message by status, error, caller
        sort requests desc
        """,
    ),
    Query(
        "Errors of the functions themselves",
        ALL,
        """
        filter level = "ERROR" and not ispresent(stream) or @message like /Task timed out|Runtime exited|Runtime.Import/
        sort @timestamp desc
        display @timestamp, @log, project, domain, run, action, message, exception
        limit 200
        """,
    ),
)


class SavedQueries(Construct):
    """The queries, in a folder of the stack's name."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "SavedQueries")
        for query in QUERIES:
            logs.CfnQueryDefinition(
                self,
                "".join(word.capitalize() for word in query.name.split()),
                name=f"{Aws.STACK_NAME}/{query.name}",
                query_string=query.string,
                log_group_names=[log_group_name(name) for name in query.functions],
            )
