"""What control refuses, and why. The api function maps each class to a status; nothing here knows of HTTP.

ControlError                        code · message
├── InvalidRequestError             BadRequest: the request cannot mean anything
├── PayloadTooLargeError            InlineIOMaxBytesBreached
├── NotFoundError
│   ├── ProjectNotFoundError        ProjectNotFound
│   ├── TaskNotFoundError           RemoteTaskNotFoundError
│   ├── RunNotFoundError            RunNotFound
│   ├── ActionNotFoundError         ActionNotFound
│   ├── DataNotFoundError           DataNotFound
│   ├── SecretNotFoundError         SecretNotFound
│   ├── TriggerNotFoundError        TriggerNotFound
│   └── ConditionNotFoundError      ConditionNotFoundError
└── ConflictError
    ├── RunAlreadyExistsError       RunAlreadyExistsError
    ├── RunAlreadyEndedError        RunAlreadyEnded
    ├── ConditionEndedError         ConditionAlreadyEnded
    ├── ProjectAlreadyExistsError   ProjectAlreadyExists
    ├── VersionConflictError        VersionConflict
    ├── TriggerDeclaredError        TriggerDeclared
    ├── SourceOutputsMissingError   SourceOutputsMissing
    └── ArtifactsMissingError       ArtifactsMissing: with the uploads that would mend it
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from flyte.protocol.api import PresignedUpload


class ControlError(Exception):
    """A refusal that the caller can act on. `code` is stable; the text says what happened, to what, and what to do."""

    code: ClassVar[str] = "Internal"


class InvalidRequestError(ControlError):
    """The request contradicts itself or a limit."""

    code = "BadRequest"


class PayloadTooLargeError(ControlError):
    """Inputs or outputs exceed the task's `max_inline_io_bytes`."""

    code = "InlineIOMaxBytesBreached"


class NotFoundError(ControlError):
    """There is nothing of that name."""


class ProjectNotFoundError(NotFoundError):
    """No such project, or no such domain in it."""

    code = "ProjectNotFound"


class TaskNotFoundError(NotFoundError):
    """No such task, or no such version of it."""

    code = "RemoteTaskNotFoundError"


class RunNotFoundError(NotFoundError):
    """No such run."""

    code = "RunNotFound"


class ActionNotFoundError(NotFoundError):
    """No such action in that run."""

    code = "ActionNotFound"


class DataNotFoundError(NotFoundError):
    """Nothing lies under that URI."""

    code = "DataNotFound"


class SecretNotFoundError(NotFoundError):
    """No such secret, for all that a project and domain can see."""

    code = "SecretNotFound"


class TriggerNotFoundError(NotFoundError):
    """The task has no such trigger."""

    code = "TriggerNotFound"


class ConditionNotFoundError(NotFoundError):
    """The action is no condition."""

    code = "ConditionNotFoundError"


class ConflictError(ControlError):
    """What is recorded forbids it."""


class RunAlreadyExistsError(ConflictError):
    """The run's name is taken."""

    code = "RunAlreadyExistsError"


class RunAlreadyEndedError(ConflictError):
    """There is nothing left to abort."""

    code = "RunAlreadyEnded"


class ConditionEndedError(ConflictError):
    """The condition has been signalled, or nobody waits for it any more."""

    code = "ConditionAlreadyEnded"


class ProjectAlreadyExistsError(ConflictError):
    """The project's id is taken."""

    code = "ProjectAlreadyExists"


class VersionConflictError(ConflictError):
    """The version is registered with other content, and versions never change."""

    code = "VersionConflict"


class TriggerDeclaredError(ConflictError):
    """The trigger is declared in code, which would change it back."""

    code = "TriggerDeclared"


class SourceOutputsMissingError(ConflictError):
    """An action of an earlier run cannot be recovered, because its outputs are gone."""

    code = "SourceOutputsMissing"


class ArtifactsMissingError(ConflictError):
    """Artifacts that the request names are not in the bucket."""

    code = "ArtifactsMissing"

    def __init__(self, message: str, uploads: tuple[PresignedUpload, ...]) -> None:
        super().__init__(message)
        self.uploads = uploads


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """A sentence that names up to three near names, or an empty text. Starts with a space."""
    near = get_close_matches(wanted, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
