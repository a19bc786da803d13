"""Runs and actions: what is asked for, what is recorded, what an attempt gives back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .conditions import ConditionDetails
from .costs import Cost, Usage
from .identity import ActionId
from .model import ActionName, Json, Model, RunName, Scope, TaskName, Version
from .notifications import Notifications
from .phases import ActionPhase
from .tasks import TaskSpec

ErrorKind = Literal["user", "system", "unknown"]
Payload = dict[str, Json]
"""Inputs by parameter, or outputs by `o0`, `o1`, … as JSON values."""


def titled(code: str, message: str) -> str:
    """An error in words: its class, and the message where it says more than that."""
    return code if message in {"", code} else f"{code}: {message}"


class ErrorRecord(Model):
    """Why an action did not succeed. `code` is a class name of `flyte.errors`, or the user's exception class."""

    code: str
    kind: ErrorKind
    message: str
    traceback: str = ""
    full_text_uri: str | None = None
    """Where the whole text lies when message or traceback were cut at `limits.ERROR_TEXT_BYTES`."""

    @property
    def title(self) -> str:
        """For people: the class, and the message where it says more than that."""
        return titled(self.code, self.message)


class LogStay(Model):
    """A stream that an attempt printed to, until it was resumed where there is another one."""

    log_stream: str
    request_id: str = ""
    until: datetime


class Attempt(Model):
    """One attempt of an action, with where its log lines are."""

    number: int = Field(ge=1)
    started_at: datetime
    ended_at: datetime | None = None
    request_id: str = ""
    log_group: str = ""
    log_stream: str = ""
    earlier_streams: tuple[LogStay, ...] = ()
    """Streams of the log group that it printed to before `log_stream`, in the order of time; one may come again."""
    resumed_at: datetime | None = None
    """When the invocation began that works on it now, or did last; None for the first."""
    active_ms: int = Field(default=0, ge=0)
    """Time in invocations, which is what Lambda bills. While one is on, without it."""
    suspended_ms: int = Field(default=0, ge=0)
    """Time in which it only waited, and nothing was billed."""
    suspensions: int = Field(default=0, ge=0)
    error: ErrorRecord | None = None


class PhaseTransition(Model):
    """When an action entered a phase."""

    phase: ActionPhase
    at: datetime


class TaskReference(Model):
    """A registered task; without a version, the latest."""

    name: TaskName
    version: Version | None = None


class Recovery(Model):
    """An earlier run of the same project and domain, whose results serve instead of running equal actions again."""

    run: RunName
    forced: tuple[ActionName, ...] = ()
    """Its actions that are to be run in any case; recorded with all those that they are below."""
    allow_missing_outputs: bool = False
    """Run an action again whose outputs are gone, instead of failing the call."""


class RunSpec(Model):
    """What `POST …/runs` takes.

    Exactly one of `spec` (ephemeral) and `task` (registered) is given,
    and one of `inputs` and `inputs_uri` (an upload).
    """

    name: RunName | None = None
    spec: TaskSpec | None = None
    task: TaskReference | None = None
    inputs: Payload = {}
    inputs_uri: str | None = None
    env_vars: dict[str, str] = {}
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    custom_context: dict[str, str] = {}
    overwrite_cache: bool = False
    disable_run_cache: bool = False
    """Neither use nor keep cached results, in all actions of the run."""
    run_start_time: datetime | None = None
    """What the run's tasks take for its start; by default, when it was created."""
    service_account: str | None = None
    raw_data_path: str | None = None
    max_action_concurrency: int | None = Field(default=None, ge=2)
    recover_from: Recovery | None = None
    notifications: Notifications = ()
    notifications_of: RunName | None = None
    """A run that this one repeats: who hears of its end hears of this one's, where `notifications` names nobody."""
    client_version: str = ""


class CacheLookup(Model):
    """Under which key a child's result is kept. One of that age at most serves instead of running the child."""

    key: str
    max_age_s: float | None = None
    overwrite: bool = False
    """Run the child in any case, and keep its result in place of what was there."""


class ChildRequest(Model):
    """A task that a running one calls. Exactly one of `spec` and `task` (registered) is given.

    `name` says what is called with which inputs, so the same request gets the same child, however often it is made.
    """

    name: ActionName
    spec: TaskSpec | None = None
    task: TaskReference | None = None
    inputs: Payload = {}
    group: str | None = None
    group_size: int | None = Field(default=None, ge=0)
    """How many children the group is to have, if that is known."""
    custom_context: dict[str, str] = {}
    cache: CacheLookup | None = None
    """Where its result is kept; without one it is not, unless the child itself says so."""
    says_itself: bool = False
    """Whether the child's own code says where its result is kept, though `spec` is given: that of a deployed task with
    other settings. With `task` it always does."""


class GroupCount(Model):
    """How many children of a group there are, as far as is known, have ended, and of these have not succeeded."""

    total: int
    ended: int = 0
    failed: int = 0


class ActionRecord(Model):
    """An action as it is recorded and shown. Payloads are fetched apart (`ActionIo`)."""

    id: ActionId
    kind: Literal["task", "trace", "condition"] = "task"
    """A call of a function with `@flyte.trace` is recorded as an action that did not run anywhere by itself."""
    parent: ActionName | None = None
    task_name: str
    task_version: str
    short_name: str = ""
    phase: ActionPhase
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parked_at: datetime | None = None
    """Since when its task only waits, so that no invocation works on it; None while one does."""
    created_by: str = ""
    ephemeral: bool = False
    attempts: tuple[Attempt, ...] = ()
    transitions: tuple[PhaseTransition, ...] = ()
    error: ErrorRecord | None = None
    warning: str | None = None
    """What whoever looks at it should know, although it need not have failed."""
    abort_reason: str | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    env_vars: dict[str, str] = {}
    group: str | None = None
    groups: dict[str, GroupCount] = {}
    """How far the groups of its children are, such as the items of a map."""
    cache_hit: bool = False
    """Whether it did not run, because an equal call had a result that was kept."""
    recover_from: Recovery | None = None
    """What its children may be recovered from."""
    recovered_from: ActionId | None = None
    """The action of an earlier run whose result this one has, without having run."""
    execution_arn: str = ""
    trace_id: str = ""
    """The X-Ray trace that it began in, if that is kept; of a whole run it is one."""
    memory_mb: int = 0
    service_account: str | None = None
    custom_context: dict[str, str] = {}
    raw_data_path: str | None = None
    max_action_concurrency: int | None = None
    condition: ConditionDetails | None = None
    """Of an action of the kind `condition`: what is asked for."""
    below: Usage | None = None
    """What the actions below it took, as far as it has seen them end; brought up to date when it waits or ends."""
    cost: Cost | None = None
    """What it took so far, with what is below it: worked out when it is asked for."""
    spec: TaskSpec | None = None
    """Only in the details of one action, not in lists."""


class ActionIo(Model):
    """Inputs and outputs of an action. Large ones come as presigned URLs of JSON documents instead."""

    inputs: Payload | None = None
    outputs: Payload | None = None
    inputs_url: str | None = None
    outputs_url: str | None = None


class LogLine(Model):
    """One line of output. `source` tells the user's lines from the system's."""

    at: datetime
    message: str
    source: Literal["user", "system"] = "user"
    stream: Literal["stdout", "stderr"] = "stdout"
    attempt: int = 1


class OutcomeStatus(StrEnum):
    """What an attempt came to; the state machine chooses on it."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETRY = "retry"
    SUSPENDED = "suspended"


class Outcome(Model):
    """What the runner (or the recorder, for a dead runner) returns to the state machine. Small: ids and codes only."""

    status: OutcomeStatus
    attempt: int = Field(ge=1)
    """The attempt that the state machine runs next, or the one that ended."""
    wait_s: int = Field(default=0, ge=0)
    error: str = ""
    cause: Annotated[str, StringConstraints(max_length=1_000)] = ""


class Invocation(Model):
    """What the state machine gives the runner."""

    project: Scope
    domain: Scope
    run: RunName
    action: ActionName
    attempt: int = Field(default=1, ge=1)

    @property
    def id(self) -> ActionId:
        """The action to run."""
        return ActionId(project=self.project, domain=self.domain, run=self.run, action=self.action)


class ExecutionInput(Invocation):
    """The input of one execution of the action state machine."""

    function_arn: str
