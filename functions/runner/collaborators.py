"""What a supervisor works with: AWS, the sandbox's disk, its processes and its output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flyte.protocol.identity import ActionId, RunId
from flyte.protocol.runs import Outcome
from flyte.protocol.tasks import SecretRef
from functions.control.actions import Standing
from functions.control.claims import AlreadyClaimed, ClaimedAction, Ended, Invoked
from functions.control.failure import Failure
from functions.observability.lines import write_stdout
from functions.observability.metrics import NO_METRICS, Metrics
from functions.runner.artifacts import ArtifactCache
from functions.runner.memory import Memory
from functions.runner.services import Services
from functions.runner.workers import Workers


class ActionStore(Protocol):
    """What of `control.actions.Actions` a runner needs."""

    def claim(self, action: ActionId, attempt: int, invoked: Invoked) -> ClaimedAction | AlreadyClaimed | Ended:
        """Take the attempt."""

    def finish_succeeded(self, claimed: ClaimedAction, outputs: str) -> Outcome:
        """End the action with its outputs as JSON text."""

    def finish_failed(self, claimed: ClaimedAction, failure: Failure) -> Outcome:
        """End the attempt with an error."""

    def standing(self, action: ActionId) -> Standing:
        """Where the action is, and who owns it."""


class InputReader(Protocol):
    """What of `control.payloads.Payloads` a runner needs."""

    def read(self, uri: str) -> bytes:
        """The JSON document at a URI."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The invocation, as Lambda's context tells it."""

    request_id: str
    log_group: str
    log_stream: str
    remaining_s: float
    is_cold: bool = False
    """Whether it is the first invocation of its sandbox."""


@dataclass(frozen=True, slots=True)
class Collaborators:
    """One sandbox's."""

    actions: ActionStore
    payloads: InputReader
    close_dead: Callable[[AlreadyClaimed], Outcome]
    artifacts: ArtifactCache
    workers: Workers
    memory: Memory
    bucket: str
    services: Callable[[ClaimedAction], Services]
    credentials: Callable[[RunId], Mapping[str, str]]
    """The environment variables with a task's own AWS credentials."""
    credentials_as: Callable[[RunId, str], Mapping[str, str]]
    """The same, of the role that `service_account` names."""
    read_secrets: Callable[[RunId, Sequence[SecretRef]], Mapping[SecretRef, str | bytes]]
    """The values of secrets for a task of that run."""
    end_strays: Callable[[], int]
    """Ends processes that a task has left behind out of its worker's sight, and counts them."""
    write_log: Callable[[str], None] = write_stdout
    metrics: Metrics = NO_METRICS
