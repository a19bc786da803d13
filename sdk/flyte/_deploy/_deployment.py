"""What `flyte.deploy` gives back: the environments and tasks of one deployment, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte._environment import Environment
    from flyte.protocol.tasks import TaskSpec
    from flyte.protocol.triggers import TriggerChange, TriggerSpec

Row = list[tuple[str, str]]
"""Cells of a table as (column, text)."""


@dataclass
class DeployedTask:
    """A task in the version that was deployed."""

    deployed_task: TaskSpec
    deployed_triggers: list[TriggerSpec] = field(default_factory=list)

    def get_name(self) -> str:
        """`environment.function`."""
        return self.deployed_task.name

    def summary_repr(self) -> str:
        """One line for people."""
        return f"DeployedTask(name={self.deployed_task.name}, version={self.deployed_task.version})"

    def table_repr(self) -> Row:
        """A row of the table of tasks."""
        return [
            ("type", "task"),
            ("name", self.deployed_task.name),
            ("version", self.deployed_task.version),
            ("triggers", ",".join(trigger.name for trigger in self.deployed_triggers)),
        ]


@dataclass
class DeployedTaskEnvironment:
    """An environment with its deployed tasks. `created` is None after a dry run, false where it was there before."""

    env: Environment
    deployed_entities: list[DeployedTask]
    created: bool | None = None
    triggers: tuple[TriggerChange, ...] = ()
    """What became of the tasks' triggers, those that went included; after a dry run, what would."""

    def get_name(self) -> str:
        """The environment's name."""
        return self.env.name

    def summary_repr(self) -> str:
        """One line for people."""
        entities = ", ".join(entity.summary_repr() for entity in self.deployed_entities)
        return f"Deployment(env=[{self.env.name}], entities=[{entities}])"

    def table_repr(self) -> list[Row]:
        """Rows of the table of tasks."""
        return [entity.table_repr() for entity in self.deployed_entities]

    def env_repr(self) -> Row:
        """A row of the table of environments."""
        return [("environment", self.env.name), ("image", _image_text(self.env.image))]


@dataclass
class Deployment:
    """One environment that was named, with those that it depends on."""

    envs: dict[str, DeployedTaskEnvironment]

    def summary_repr(self) -> str:
        """One line for people."""
        return f"Deployment(envs=[{', '.join(env.summary_repr() for env in self.envs.values())}])"

    def table_repr(self) -> list[Row]:
        """Rows of the table of tasks."""
        return [row for env in self.envs.values() for row in env.table_repr()]

    def env_repr(self) -> list[Row]:
        """Rows of the table of environments."""
        return [env.env_repr() for env in self.envs.values()]

    def trigger_repr(self) -> list[Row]:
        """Rows of the table of triggers: what deploying did to each."""
        return [
            [
                ("trigger", each.name),
                ("task", each.task),
                ("schedule", each.schedule),
                ("change", each.change),
                ("active", "yes" if each.active else "no"),
            ]
            for env in self.envs.values()
            for each in env.triggers
        ]


def _image_text(image: Any) -> str:
    if image is None or isinstance(image, str):
        return image or ""
    return str(getattr(image, "uri", None) or image)
