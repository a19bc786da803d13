"""The shape of items in the registry table: their keys, and what of a task version is listed."""

from __future__ import annotations

from typing import Any

from flyte.protocol.tasks import TaskSpec
from functions.control.attributes import Item

LATEST_ITEM = "LATEST"
LISTED = (
    "name",
    "environment",
    "version",
    "deployed_at",
    "deployed_by",
    "short_name",
    "description",
    "entrypoint",
    "source_url",
    "code_bytes",
)
"""Attributes that a `TaskVersion` is made of."""


def task_key(scope: str, task: str) -> str:
    """The partition of a task: its versions and its latest."""
    return f"T#{scope}#{task}"


def environment_key(scope: str, environment: str) -> str:
    """The partition of an environment: its versions."""
    return f"E#{scope}#{environment}"


def version_key(version: str) -> str:
    """The sort key of a version in either."""
    return f"V#{version}"


def versions_scope(scope: str, task: str) -> str:
    """The partition of `by_scope` that holds the versions of one task."""
    return f"{scope}#{task}"


def version_item(scope: str, task: TaskSpec, spec_json: str, deployed: dict[str, str]) -> dict[str, Any]:
    """A version of a task.

    Args:
        scope: `project/domain`.
        task: The version's specification.
        spec_json: The same as text.
        deployed: `deployed_at` and `deployed_by`.
    """
    from_spec = {name: getattr(task, name) for name in LISTED if name in TaskSpec.model_fields}
    return {
        "pk": task_key(scope, task.name),
        "sk": version_key(task.version),
        "spec": spec_json,
        "scope": versions_scope(scope, task.name),
        "listed_as": f"version#{deployed['deployed_at']}#{task.version}",
        **from_spec,
        "code_bytes": task.code.size_bytes if task.code else None,
        **deployed,
    }


def latest_item(scope: str, version: Item) -> dict[str, Any]:
    """What makes a version, given as its item, the latest of its task."""
    listed = {name: version[name] for name in LISTED if name in version}
    name = str(version["name"])
    return {
        "pk": task_key(scope, name),
        "sk": LATEST_ITEM,
        "scope": scope,
        "listed_as": f"task#{name}",
        **listed,
    }
