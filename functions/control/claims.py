"""What a runner gets when it asks for an attempt: the work, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flyte.protocol.costs import Usage
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import Attempt, Outcome, Recovery
from flyte.protocol.tasks import TaskSpec
from functions.control.action_items import created_at_of, id_of, spec_of
from functions.control.attributes import Item
from functions.control.parking import Parked


@dataclass(frozen=True, slots=True)
class Invoked:
    """The invocation that asks: its request id becomes the owner, and its log stream is where the lines will be."""

    request_id: str
    log_group: str = ""
    log_stream: str = ""


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """What it takes to end an attempt. `owner` is None for one that died before anyone claimed it."""

    id: ActionId
    entry: Attempt
    spec: TaskSpec
    created_at: datetime
    owner: str | None
    system_retries: int = 0
    """How many of the attempts before it were retries that the user's policy does not count."""
    below: Usage | None = None
    """As in `ClaimedAction`."""


@dataclass(frozen=True, slots=True)
class ClaimedAction:
    """An attempt that belongs to this invocation until it finishes it, or loses it.

    `inputs` is the JSON text of all inputs; where it is None they lie at `inputs_uri`. `code_key` and
    `dependencies_key` are the artifacts' keys in the bucket.
    """

    id: ActionId
    attempt: Attempt
    spec: TaskSpec
    created_at: datetime
    started_at: datetime
    """When the first attempt began."""
    inputs: str | None
    inputs_uri: str | None
    code_key: str | None
    dependencies_key: str | None
    env_vars: dict[str, str]
    custom_context: dict[str, str]
    labels: dict[str, str]
    created_by: str
    service_account: str | None
    raw_data_path: str | None
    overwrite_cache: bool
    max_action_concurrency: int | None
    parent: str | None
    memory_mb: int
    disable_run_cache: bool = False
    """Cached results are neither used nor kept."""
    cache_key: str | None = None
    """As in `NewAction`."""
    parked: Parked | None = None
    """How it was parked, if this invocation resumes it."""
    recover_from: Recovery | None = None
    """The earlier run whose results serve."""
    run_started_at: datetime | None = None
    """As in `NewAction`."""
    system_retries: int = 0
    """As in `OpenAttempt`."""
    tries_since: datetime | None = None
    """When the user's policy had the task tried again, if it did: what failed before is to be tried again as well."""

    below: Usage | None = None
    """What its children took, as far as whoever works on it has seen: recorded by the next write."""
    earlier_suspensions: int = 0
    """How often earlier attempts were suspended, in the same execution."""

    @property
    def suspensions(self) -> int:
        """How often the action was suspended until now."""
        return self.earlier_suspensions + self.attempt.suspensions

    @property
    def try_number(self) -> int:
        """The attempt as the user's policy counts it."""
        return self.attempt.number - self.system_retries

    @property
    def run_created_at(self) -> datetime:
        """When the run was created: the same for all its actions."""
        return self.run_started_at or self.created_at

    @property
    def may_have_children(self) -> bool:
        """Whether another invocation has worked on the action, so that children and traces of it may be recorded."""
        return self.attempt.number > 1 or self.attempt.suspensions > 0

    @property
    def may_find_traces(self) -> bool:
        """Whether calls of traced functions may be recorded already, of this action or of the one that it repeats."""
        return self.may_have_children or self.recover_from is not None

    @property
    def open_attempt(self) -> OpenAttempt:
        """The attempt, to be ended by its owner."""
        owner = self.attempt.request_id
        return OpenAttempt(self.id, self.attempt, self.spec, self.created_at, owner, self.system_retries, self.below)

    @classmethod
    def from_item(cls, item: Item, parked: Parked | None = None) -> ClaimedAction:
        """The attempt that was claimed last."""
        return cls(
            id=id_of(item),
            attempt=Attempt.model_validate(item["attempts"][-1]),
            spec=spec_of(item),
            created_at=created_at_of(item),
            started_at=datetime.fromisoformat(item["started_at"]),
            inputs=item.get("inputs"),
            inputs_uri=item.get("inputs_uri"),
            code_key=item.get("code_key"),
            dependencies_key=item.get("dependencies_key"),
            env_vars=item.get("env_vars", {}),
            custom_context=item.get("custom_context", {}),
            labels=item.get("labels", {}),
            created_by=item.get("created_by", ""),
            service_account=item.get("service_account"),
            raw_data_path=item.get("raw_data_path"),
            overwrite_cache=item.get("overwrite_cache", False),
            max_action_concurrency=item.get("max_action_concurrency"),
            disable_run_cache=item.get("disable_run_cache", False),
            parent=item.get("parent"),
            memory_mb=item.get("memory_mb", 0),
            cache_key=item.get("cache_key"),
            parked=parked,
            recover_from=None if (known := item.get("recover_from")) is None else Recovery.model_validate(known),
            run_started_at=None if (at := item.get("run_started_at")) is None else datetime.fromisoformat(at),
            system_retries=item.get("system_retries", 0),
            earlier_suspensions=sum(each.get("suspensions", 0) for each in item["attempts"][:-1]),
            tries_since=None if (first := item.get("tries_from")) is None else _began(item, first),
        )


def _began(item: Item, attempt: int) -> datetime:
    return datetime.fromisoformat(item["attempts"][attempt - 1]["started_at"])


@dataclass(frozen=True, slots=True)
class AlreadyClaimed:
    """Another invocation claimed this attempt: it died. Close it with `Deaths.close`; never run the user's code."""

    id: ActionId
    attempt: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Ended:
    """There is nothing to run: the action ended, or this attempt did. Return `outcome` to the state machine."""

    id: ActionId
    phase: ActionPhase
    outcome: Outcome
