"""What every setting of environments and tasks takes, what it refuses, and what it does. One row a setting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import flyte
from flyte.protocol.tasks import EnvironmentSpec, SecretRef, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Callable

ANYTHING = object()
"""Stands for a wrong value where there is none: the setting takes anything."""


@dataclass
class Seen:
    """A task with a setting: its specification, its environment, and what it does here."""

    environment: flyte.TaskEnvironment
    task: Any
    planned: EnvironmentSpec
    environments: list[str]
    """All that are deployed along with it."""
    files: list[str]
    """Names of the files in the bundle."""
    warned: str
    """What is told when it is deployed."""
    bodies: list[dict[str, str]] = field(default_factory=list)
    """The process's environment of each time that its body ran."""

    @property
    def spec(self) -> TaskSpec:
        """The task's."""
        return self.planned.tasks[0]

    def run(self, **inputs: Any) -> Any:
        """A local run of it."""
        return flyte.with_runcontext(mode="local").run(self.task, **inputs)


@dataclass(frozen=True)
class Setting:
    """A value that is accepted, one that is refused, and what the accepted one does."""

    accepted: Any
    refused: Any
    does: Callable[[Seen], object]


@dataclass
class Dashboard:
    """A link as users write them."""

    name: str = "dashboard"
    icon_uri: str = ""

    def get_link(self, run_name: str, project: str, domain: str, **_: Any) -> str:
        return f"https://dashboard.test/{project}/{domain}?run={run_name}"


def _is_cached(seen: Seen) -> bool:
    before = len(seen.bodies)
    seen.run(text="same")
    seen.run(text="same")
    return len(seen.bodies) == before + 1


def _is_retried(seen: Seen) -> bool:
    seen.run(text="fails once")
    return len(seen.bodies) == 2 and seen.spec.retry.count == 1


def _has_variable(seen: Seen) -> bool:
    seen.run()
    return seen.bodies[-1]["UNIT"] == "kg" and seen.spec.env_vars == {"UNIT": "kg"}


def warned_of(name: str) -> Callable[[Seen], bool]:
    """Whether one line says that the setting has no effect."""
    return lambda seen: seen.warned.count("Warning") == 1 and name in seen.warned and "without effect" in seen.warned


OTHER = flyte.TaskEnvironment("other-env")

OF_ENVIRONMENTS: dict[str, Setting] = {
    "name": Setting("renamed", "Not A Name", lambda seen: seen.spec.name.startswith("renamed.")),
    "depends_on": Setting([OTHER], OTHER, lambda seen: "other-env" in seen.environments),
    "description": Setting("Weighs.", 3, lambda seen: seen.planned.description == "Weighs."),
    "image": Setting(
        flyte.Image.from_debian_base(name="i").with_env_vars({"UNIT": "kg"}),
        3,
        lambda seen: seen.spec.env_vars == {"UNIT": "kg"},
    ),
    "include": Setting(("data.txt",), "data.txt", lambda seen: "data.txt" in seen.files),
    "resources": Setting(
        flyte.Resources(cpu=1, memory="2Gi"), {"memory": "2Gi"}, lambda seen: seen.spec.memory_mb == 2048
    ),
    "env_vars": Setting({"UNIT": "kg"}, {"UNIT": 3}, _has_variable),
    "secrets": Setting("api-key", 3, lambda seen: seen.spec.secrets == (SecretRef(key="api-key", env_var="API_KEY"),)),
    "cache": Setting("auto", 3, _is_cached),
    "reusable": Setting(
        flyte.ReusePolicy(replicas=(1, 3), idle_ttl=timedelta(minutes=5)),
        3,
        lambda seen: seen.task.reusable.max_replicas == 3 and not seen.warned,
    ),
    "service_account": Setting("analyst", 3, lambda seen: seen.spec.service_account == "analyst"),
    "interruptible": Setting(accepted=True, refused="yes", does=warned_of("interruptible")),
    "pod_template": Setting("gpu-pods", 3, warned_of("pod_template")),
    "plugin_config": Setting({"workers": 2}, ANYTHING, warned_of("plugin_config")),
    "queue": Setting("fast", 3, warned_of("queue")),
}

OF_TASKS: dict[str, Setting] = {
    "short_name": Setting("Weigh", 3, lambda seen: seen.spec.short_name == "Weigh"),
    "retries": Setting(1, "once", _is_retried),
    "timeout": Setting(timedelta(minutes=1), "1 minute", lambda seen: seen.spec.timeout.max_runtime_s == 60),
    "docs": Setting(flyte.Documentation("Of its own."), "text", lambda seen: seen.spec.docs == "Of its own."),
    "report": Setting(accepted=True, refused="yes", does=lambda seen: seen.spec.report),
    "max_inline_io_bytes": Setting(1_000, "1 KB", lambda seen: seen.spec.max_inline_io_bytes == 1_000),
    "triggers": Setting(
        flyte.Trigger.hourly(), "hourly", lambda seen: [each.name for each in seen.task.triggers] == ["hourly"]
    ),
    "links": Setting(
        Dashboard(),
        "https://dashboard.test",
        lambda seen: (
            seen.spec.links[0].uri_for({"runName": "r 1", "project": "p", "domain": "d"})
            == "https://dashboard.test/p/d?run=r%201"
        ),
    ),
    "entrypoint": Setting(accepted=True, refused="yes", does=lambda seen: seen.spec.entrypoint),
    "task_resolver": Setting("a.resolver", ANYTHING, warned_of("task_resolver")),
    "produces_artifacts": Setting(accepted=True, refused="yes", does=warned_of("produces_artifacts")),
    **{name: OF_ENVIRONMENTS[name] for name in ("cache", "pod_template", "interruptible", "queue", "service_account")},
}

OVERRIDES: dict[str, Setting] = {
    name: {**OF_ENVIRONMENTS, **OF_TASKS}[name]
    for name in (
        *("short_name", "resources", "cache", "retries", "timeout", "reusable", "env_vars", "secrets"),
        *("service_account", "max_inline_io_bytes", "pod_template", "queue", "interruptible", "entrypoint"),
        *("produces_artifacts", "links", "plugin_config"),
    )
}
