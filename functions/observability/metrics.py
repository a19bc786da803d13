"""Metrics as members of log lines: CloudWatch reads them from there, so that no call is made and nothing waits.

Each combination of a metric's name and its dimensions is a metric that costs money: docs/metrics.md counts them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider


class Detail(StrEnum):
    """How much is measured: the parameter `Metrics` of the template."""

    OFF = "off"
    STACK = "stack"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Measured:
    """Values that have the same dimensions: counts, and times in milliseconds."""

    counts: Mapping[str, float] = field(default_factory=dict)
    times_ms: Mapping[str, float] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of one stack. Without a namespace there are none."""

    namespace: str = ""
    detail: Detail = Detail.STACK

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Metrics:
        """By the variables that the template sets."""
        detail = Detail(environ.get("FLYTE_METRICS") or Detail.OFF)
        return cls("" if detail is Detail.OFF else environ["POWERTOOLS_METRICS_NAMESPACE"], detail)

    @property
    def by_task(self) -> bool:
        """Whether tasks are to be measured one by one."""
        return self.detail is Detail.TASK

    def members(self, *groups: Measured) -> dict[str, Any]:
        """What makes a log line, of which they are members, tell these metrics too; nothing where metrics are off."""
        given = [group for group in groups if group.counts or group.times_ms]
        if not self.namespace or not given:
            return {}
        documents = [self._document(group) for group in given]
        directives = [each for document in documents for each in document["_aws"]["CloudWatchMetrics"]]
        values = {name: value for document in documents for name, value in document.items() if name != "_aws"}
        return {
            "_aws": {"Timestamp": documents[0]["_aws"]["Timestamp"], "CloudWatchMetrics": directives},
            **{name: value[0] if isinstance(value, list) else value for name, value in values.items()},
        }

    def _document(self, group: Measured) -> dict[str, Any]:
        # No service: which function tells of a run's end makes no other metric of it.
        writer = AmazonCloudWatchEMFProvider(namespace=self.namespace, service="")
        for name, count in group.counts.items():
            writer.add_metric(name, MetricUnit.Count, count)
        for name, time_ms in group.times_ms.items():
            writer.add_metric(name, MetricUnit.Milliseconds, time_ms)
        for name, value in group.dimensions.items():
            writer.add_dimension(name, value)
        return dict(writer.serialize_metric_set())


NO_METRICS = Metrics()
"""Where nothing is measured."""
