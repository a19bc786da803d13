"""The metrics that the functions put into their log lines (docs/metrics.md), as alarms and dashboard ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch

from cdk.parameters import metrics_namespace

if TYPE_CHECKING:
    from aws_cdk import Duration

PHASES = {"succeeded": "#2ca02c", "failed": "#d62728", "timed_out": "#ff7f0e", "aborted": "#7f7f7f"}
"""Phases in which actions end, with the colours of their graphs."""


def ended(name: str, phase: str, period: Duration) -> cloudwatch.Metric:
    """How many `Runs`, or `Actions`, ended in a phase."""
    return _metric(name, "Sum", period, phase, PHASES[phase], {"phase": phase})


def counted(name: str, period: Duration) -> cloudwatch.Metric:
    """How often something happened."""
    return _metric(name, "Sum", period)


def timed(name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
    """A time in milliseconds."""
    return _metric(name, statistic, period, f"{name} {statistic}")


def _metric(
    name: str,
    statistic: str,
    period: Duration,
    label: str | None = None,
    color: str | None = None,
    dimensions: dict[str, str] | None = None,
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=metrics_namespace(),
        metric_name=name,
        statistic=statistic,
        period=period,
        label=label,
        color=color,
        dimensions_map=dimensions,
    )
