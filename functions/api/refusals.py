"""How each route can refuse, for the document. Most follows from what a path names; the rest is listed here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from functions.control import errors

STATUS: dict[type[errors.ControlError], HTTPStatus] = {
    errors.InvalidRequestError: HTTPStatus.BAD_REQUEST,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.PayloadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""The status of each kind of refusal."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code, and when it is answered."""

    code: str
    when: str


_NAMED_IN_PATH: dict[str, type[errors.ControlError]] = {
    "project": errors.ProjectNotFoundError,
    "run": errors.RunNotFoundError,
    "action": errors.ActionNotFoundError,
    "task": errors.TaskNotFoundError,
    "name": errors.TriggerNotFoundError,
    "key": errors.SecretNotFoundError,
}

_OF_OPERATIONS: dict[str, tuple[type[errors.ControlError], ...]] = {
    "create_run": (
        errors.TaskNotFoundError,
        errors.RunNotFoundError,
        errors.ActionNotFoundError,
        errors.PayloadTooLargeError,
        errors.RunAlreadyExistsError,
        errors.ArtifactsMissingError,
    ),
    "abort_run": (errors.RunAlreadyEndedError,),
    "abort_action": (errors.RunAlreadyEndedError,),
    "signal_condition": (errors.ConditionNotFoundError, errors.ConditionEndedError),
    "get_code": (errors.DataNotFoundError,),
    "deploy": (errors.VersionConflictError, errors.ArtifactsMissingError),
    "put_trigger": (errors.TriggerDeclaredError,),
    "delete_trigger": (errors.TriggerDeclaredError,),
    "create_project": (errors.ProjectAlreadyExistsError,),
    "list_secrets": (errors.ProjectNotFoundError,),
    "get_secret": (errors.ProjectNotFoundError,),
    "put_secret": (errors.ProjectNotFoundError,),
    "delete_secret": (errors.ProjectNotFoundError,),
    "place_upload": (errors.ProjectNotFoundError,),
    "place_folder": (errors.ProjectNotFoundError,),
    "begin_upload": (errors.ProjectNotFoundError,),
    "find_downloads": (errors.ProjectNotFoundError, errors.DataNotFoundError),
}
"""What an operation refuses beside what its path names."""

_BAD_REQUEST = Refusal("BadRequest", "The request does not fit its model; the message begins with the field's path.")
_NOT_JSON = Refusal("UnsupportedMediaType", "The body is not `application/json`.")
_BUSY = Refusal("TooManyRequests", "The backend is busy. Send the same request again in a moment.")
_FAILED = Refusal("Internal", "The backend failed. The api function's log tells why.")


def refusals_of(operation: str, path: str, *, has_body: bool) -> Mapping[HTTPStatus, tuple[Refusal, ...]]:
    """All refusals of an operation by their status.

    Args:
        operation: The name of its function.
        path: Its path, with parameters in braces.
        has_body: Whether it takes one.
    """
    found: dict[HTTPStatus, list[Refusal]] = defaultdict(list)
    found[HTTPStatus.BAD_REQUEST].append(_BAD_REQUEST)
    named = [_NAMED_IN_PATH[name] for name in re.findall(r"{(\w+)}", path) if name in _NAMED_IN_PATH]
    for kind in dict.fromkeys((*named, *_OF_OPERATIONS.get(operation, ()))):
        found[status_of(kind)].append(Refusal(kind.code, (kind.__doc__ or "").strip()))
    if has_body:
        found[HTTPStatus.UNSUPPORTED_MEDIA_TYPE].append(_NOT_JSON)
    found[HTTPStatus.TOO_MANY_REQUESTS].append(_BUSY)
    found[HTTPStatus.INTERNAL_SERVER_ERROR].append(_FAILED)
    return {status: tuple(refusals) for status, refusals in found.items()}


def status_of(kind: type[errors.ControlError]) -> HTTPStatus:
    """The status of a refusal; of one that has none, that of a fault of ours."""
    found = (status for base, status in STATUS.items() if issubclass(kind, base))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)
