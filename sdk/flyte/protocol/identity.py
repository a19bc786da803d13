"""Names and keys: what a run or an action is called in each of the systems that know it."""

from __future__ import annotations

import hashlib
from typing import Self

from .model import ActionName, Model, RunName, Scope

ROOT_ACTION = "a0"

DEVBOX_CALLER = "arn:aws:iam::000000000000:user/devbox"
"""Who asks a devbox: it has one user, whose requests are not signed."""


class RunId(Model):
    """A run within its project and domain."""

    project: Scope
    domain: Scope
    run: RunName

    @property
    def scope(self) -> str:
        """`project/domain`, the partition of everything that is listed."""
        return f"{self.project}/{self.domain}"

    @property
    def key(self) -> str:
        """`project/domain/run`: the partition key of the run's actions."""
        return f"{self.scope}/{self.run}"

    def action_id(self, name: str = ROOT_ACTION) -> ActionId:
        """The action of that name in this run."""
        return ActionId(project=self.project, domain=self.domain, run=self.run, action=name)


class ActionId(RunId):
    """One action of a run."""

    action: ActionName = ROOT_ACTION

    @property
    def run_id(self) -> RunId:
        """The run that this action belongs to."""
        return RunId(project=self.project, domain=self.domain, run=self.run)

    @property
    def execution_name(self) -> str:
        """The name of the action's Step Functions execution, at most 80 characters."""
        scope_hash = hashlib.sha256(self.scope.encode()).hexdigest()[:8]
        return f"{scope_hash}-{self.run}-{self.action}"

    @property
    def s3_prefix(self) -> str:
        """Where the action's data lies in the bucket, without a trailing slash."""
        return f"runs/{self.key}/{self.action}"

    @property
    def as_creator(self) -> str:
        """What `created_by` says of a run that its task has started: people see what is after the slash."""
        return f"task/{self.run}:{self.action}"

    @classmethod
    def from_key(cls, key: str, action: str) -> Self:
        """The inverse of `key`."""
        project, domain, run = key.split("/", 2)
        return cls(project=project, domain=domain, run=run, action=action)
