"""Turns answers that are no success into errors that say what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flyte import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte.protocol.api import Problem

    from ._transport import Response

UNREACHABLE = "BackendUnreachable"
REFUSED = "BackendRefused"
BUSY = "BackendBusy"

CLASS_BY_CODE: dict[str, Callable[[str], Exception]] = {
    "ActionNotFound": errors.ActionNotFoundError,
    "VersionConflict": errors.DeploymentError,
    "TooManyRequests": errors.SlowDownError,
}
"""Where the API's code is not itself the name of a class in `flyte.errors`."""


def unreachable(url: str, why: str) -> errors.RuntimeSystemError:
    """Nobody answers at the endpoint."""
    return errors.RuntimeSystemError(
        UNREACHABLE,
        f"the backend at {url} cannot be reached: {why}. Is it running (`flyte get devbox`), and is admin.endpoint "
        "right (`flyte get config`)?",
    )


def not_a_backend(url: str, response: Response) -> errors.RuntimeSystemError:
    """Something answers at the endpoint, but not the API."""
    return errors.RuntimeSystemError(
        UNREACHABLE,
        f"what answers at {url} is not a Flyte backend (status {response.status}): check admin.endpoint "
        "(`flyte get config`), or deploy the stack again if it is older than this client",
    )


def parse_problem(response: Response) -> Problem | None:
    """The `Problem` in an answer's body, or None where the API did not write it."""
    from pydantic import ValidationError

    from flyte.protocol.api import Problem

    try:
        return Problem.model_validate_json(response.body, extra="ignore")
    except ValidationError:
        return None


def error_of(url: str, response: Response) -> Exception:
    """The error that stands for an answer of status 4xx or 5xx."""
    problem = parse_problem(response)
    if response.status in {401, 403}:
        return _refused(url, problem.message if problem else _gateway_message(response))
    if problem is None:
        if response.status == 429:
            return _busy(url)
        if response.status >= 500:
            said = _gateway_message(response) or "without a word"
            return errors.RuntimeSystemError(
                UNREACHABLE, f"the backend at {url} failed with status {response.status}: {said}; try again"
            )
        return not_a_backend(url, response)
    if response.status == 429:
        return _busy(url)
    return _of_problem(response.status, problem)


def _of_problem(status: int, problem: Problem) -> Exception:
    cls = CLASS_BY_CODE.get(problem.code)
    if cls is not None:
        return cls(problem.message)
    if errors.error_class(problem.code) is not None:
        return errors.rebuild(problem.code, "user", problem.message)
    if status >= 500:
        return errors.RuntimeSystemError(problem.code, problem.message)
    return errors.RuntimeUserError(problem.code, problem.message)


def _refused(url: str, said: str) -> errors.RuntimeSystemError:
    lowered = said.lower()
    if "expired" in lowered:
        what_to_do = "the AWS credentials have expired: renew them (`aws sso login`, or a new session token)"
    elif "signature" in lowered or "security token" in lowered:
        what_to_do = (
            "the signature was not accepted: check that the credentials belong to the backend's account, that "
            "admin.region is its region, and that this machine's clock is right"
        )
    else:
        what_to_do = "the caller needs the permission execute-api:Invoke on this API (`aws sts get-caller-identity`)"
    return errors.RuntimeSystemError(
        REFUSED, f"the backend at {url} refused the request: {what_to_do}. It said: {said}"
    )


def _busy(url: str) -> errors.RuntimeSystemError:
    return errors.RuntimeSystemError(BUSY, f"the backend at {url} has too much to do; try again in a minute")


def _gateway_message(response: Response) -> str:
    """What API Gateway itself said: `{"message": …}`, sometimes with a capital letter."""
    try:
        found: Any = json.loads(response.body)
    except ValueError:
        return response.body[:200].decode(errors="replace").strip()
    if not isinstance(found, dict):
        return ""
    return str(found.get("message") or found.get("Message") or "")
