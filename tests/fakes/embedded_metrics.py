"""Reads log lines as CloudWatch does: which metrics they hold, and whether it would take them.

Source: CloudWatch user guide, "Specification: Embedded metric format".
"""

from __future__ import annotations

import json
import numbers
import time
from typing import Any

import jsonschema  # type: ignore[import-untyped]

_UNITS = (
    "Seconds|Microseconds|Milliseconds|(Kilo|Mega|Giga|Tera)?(B|b)(ytes|its)(/Second)?|Percent|Count(/Second)?|None"
)
SCHEMA = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 0},
                "CloudWatchMetrics": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "properties": {
                            "Namespace": {"type": "string", "pattern": r"^[A-Za-z0-9.\\-_/#: ]{1,255}$"},
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "array",
                                    "maxItems": 30,
                                    "items": {"type": "string", "minLength": 1, "maxLength": 250},
                                },
                            },
                            "Metrics": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "properties": {
                                        "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
                                        "Unit": {"type": "string", "pattern": f"^({_UNITS})$"},
                                        "StorageResolution": {"enum": [1, 60]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}
_EVENT_BYTES = 256 * 1024
_TWO_HOURS_MS = 2 * 3600 * 1000


def assert_valid(line: dict[str, Any]) -> None:
    """CloudWatch takes the line's metrics: its form is right, and its members have the values that it names."""
    jsonschema.validate(line, SCHEMA)
    assert len(json.dumps(line)) < _EVENT_BYTES
    assert abs(line["_aws"]["Timestamp"] - time.time() * 1000) < _TWO_HOURS_MS
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            assert isinstance(line[metric["Name"]], numbers.Real)
        for name in (name for names in directive["Dimensions"] for name in names):
            assert isinstance(line[name], str)
            assert 1 <= len(line[name]) <= 1024


def metrics_of(line: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Values by name and dimensions, such as `("Runs", "phase=failed")`: each is a metric that is paid for."""
    found: dict[tuple[str, str], float] = {}
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
        for names in directive["Dimensions"]:
            dimensions = ",".join(f"{name}={line[name]}" for name in sorted(names))
            for metric in directive["Metrics"]:
                key = (metric["Name"], dimensions)
                assert key not in found, f"{key} is counted twice"
                found[key] = line[metric["Name"]]
    return found
