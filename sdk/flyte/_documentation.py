"""Small value classes that describe a task to people and other systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass
class Documentation:
    """What a task is for."""

    description: str


@runtime_checkable
class Link(Protocol):
    """A link shown beside an action, such as to a dashboard."""

    name: str
    icon_uri: str = ""

    def get_link(
        self,
        run_name: str,
        project: str,
        domain: str,
        context: dict[str, str],
        parent_action_name: str,
        action_name: str,
        pod_name: str,
        **kwargs: Any,
    ) -> str:
        """The address for one action."""
        ...


@dataclass
class PodTemplate:
    """A Kubernetes pod template: kept for programs that name it, without effect on Lambda."""

    pod_spec: Any = None
    primary_container_name: str = "primary"
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
