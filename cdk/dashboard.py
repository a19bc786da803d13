"""The dashboard: a day at a glance, from how runs ended down to the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk.functions import log_group_name
from cdk.own_metrics import PHASES, counted, ended, timed
from cdk.parameters import metrics_namespace
from cdk.saved_queries import FAILED, RECORDERS, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk.api import Api
    from cdk.runner import Runner
    from cdk.storage import Storage
    from cdk.tracking import Tracking

PERIOD = Duration.minutes(5)
_DAY = Duration.days(1)
_WIDTH = 24


class Dashboard(Construct):
    """What the stack shows of itself in CloudWatch."""

    def __init__(
        self,
        scope: Construct,
        storage: Storage,
        runner: Runner,
        tracking: Tracking,
        api: Api,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, "Dashboard")
        self._runners = list(runner.functions.values())
        dashboard = cloudwatch.Dashboard(
            self, "Resource", dashboard_name=Aws.STACK_NAME, default_interval=_DAY, period_override=_AUTO
        )
        dashboard.add_widgets(_today(), cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=6, height=4))
        dashboard.add_widgets(*self._runs())
        dashboard.add_widgets(*self._times())
        dashboard.add_widgets(*self._sandboxes())
        dashboard.add_widgets(*_requests(api), _tables(storage))
        dashboard.add_widgets(_by_task(), _executions(tracking))
        dashboard.add_widgets(_failures())

    @staticmethod
    def _runs() -> tuple[cloudwatch.IWidget, ...]:
        return (
            _graph("Runs by phase", *(ended("Runs", phase, PERIOD) for phase in PHASES), stacked=True),
            _graph("Actions by phase", *(ended("Actions", phase, PERIOD) for phase in PHASES), stacked=True),
            _graph(
                "Found by the reconciler, suspended parents",
                counted("ReconcilerFinds", PERIOD),
                counted("Suspensions", PERIOD),
            ),
        )

    @staticmethod
    def _times() -> tuple[cloudwatch.IWidget, ...]:
        return tuple(
            _graph(title, *(timed(name, statistic, PERIOD) for statistic in statistics))
            for title, name, statistics in (
                ("Time in the queue (ms)", "QueueTime", ("p50", "p99")),
                ("Time from first start to end (ms)", "RunTime", ("p50", "p99")),
                ("Billed time of runners (ms)", "BilledTime", ("Sum",)),
            )
        )

    def _sandboxes(self) -> tuple[cloudwatch.IWidget, ...]:
        return (
            _graph("Cold starts", counted("ColdStarts", PERIOD)),
            _graph(
                "Runners that died, throttled invocations",
                *(function.metric_errors(period=PERIOD, statistic="Sum") for function in self._runners),
                *(function.metric_throttles(period=PERIOD, statistic="Sum") for function in self._runners),
            ),
            _graph(
                "Running now",
                *(
                    function.metric("ConcurrentExecutions", period=PERIOD, statistic="Maximum")
                    for function in self._runners
                ),
            ),
        )


_AUTO = cloudwatch.PeriodOverride.AUTO


def _today() -> cloudwatch.IWidget:
    metrics: list[cloudwatch.IMetric] = [ended("Runs", phase, _DAY) for phase in PHASES]
    return cloudwatch.SingleValueWidget(
        title="Runs that ended, billed milliseconds, cold starts",
        metrics=[*metrics, timed("BilledTime", "Sum", _DAY), counted("ColdStarts", _DAY)],
        set_period_to_time_range=True,
        width=18,
        height=4,
    )


def _requests(api: Api) -> tuple[cloudwatch.IWidget, ...]:
    http_api = api.http_api
    return (
        _graph(
            "API requests",
            http_api.metric_count(period=PERIOD),
            http_api.metric_client_error(period=PERIOD),
            http_api.metric_server_error(period=PERIOD),
        ),
        _graph(
            "API latency (ms)",
            http_api.metric_latency(period=PERIOD, statistic="p50"),
            http_api.metric_latency(period=PERIOD, statistic="p99"),
        ),
    )


def _tables(storage: Storage) -> cloudwatch.IWidget:
    return _graph(
        "Tables: capacity used",
        *(
            table.metric(name, dimensions_map={"TableName": table.table_name}, period=PERIOD, statistic="Sum")
            for table in (storage.registry, storage.runs)
            for name in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
        ),
    )


def _by_task() -> cloudwatch.IWidget:
    """Empty unless the parameter `Metrics` is `task`."""
    search = f"SEARCH('{{{metrics_namespace()},task}} MetricName=\"BilledTime\"', 'Sum', 300)"
    return cloudwatch.GraphWidget(
        title="Billed time by task (ms), if tasks are measured",
        left=[cloudwatch.MathExpression(expression=search, using_metrics={}, label="", period=PERIOD)],
        stacked=True,
        width=16,
        height=6,
    )


def _executions(tracking: Tracking) -> cloudwatch.IWidget:
    machine = tracking.machine
    return _graph(
        "Executions of the state machine",
        machine.metric_started(period=PERIOD),
        machine.metric_succeeded(period=PERIOD),
        machine.metric_failed(period=PERIOD),
        machine.metric_aborted(period=PERIOD),
    )


def _failures() -> cloudwatch.IWidget:
    return cloudwatch.LogQueryWidget(
        title="Runs that failed",
        log_group_names=[log_group_name(name) for name in RECORDERS],
        query_string=Query("", RECORDERS, FAILED).string,
        width=_WIDTH,
        height=8,
    )


def _graph(title: str, *metrics: cloudwatch.IMetric, stacked: bool = False) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), stacked=stacked, width=8, height=6)
