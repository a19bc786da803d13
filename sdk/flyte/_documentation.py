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

    @classmethod
    def from_spec(
        cls,
        pod_spec: Any,
        primary_container_name: str = "primary",
        labels: dict[str, str] | None = None,
        annotations: dict[str, str] | None = None,
    ) -> PodTemplate:
        """A template around a pod's specification."""
        return cls(pod_spec, primary_container_name, labels, annotations)

    def allow_fuse(self, *, privileged: bool = False) -> PodTemplate:  # noqa: ARG002 - Flyte's signature
        """The same: without effect on Lambda."""
        return self

    def allow_nested_sandboxing(self) -> PodTemplate:
        """The same: without effect on Lambda."""
        return self

    def with_termination_grace_period(self, termination_grace_period: Any) -> PodTemplate:  # noqa: ARG002 - likewise
        """The same: without effect on Lambda, where an aborted task has 1.5 s."""
        return self
