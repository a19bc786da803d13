"""Tells webhooks: of a condition that waits, of a run that has ended. Nothing fails because nobody listens there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from flyte._logging import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte._condition import Condition
    from flyte._context import ActionID

_TIMEOUT_S = 10.0
_CALLBACK = "{callback_uri}"


def tell(condition: Condition[Any], parent: ActionID, action: str, path: str) -> None:
    """Makes one POST; if that fails, the log says why.

    Args:
        condition: What waits, with a webhook.
        parent: The action whose task has made it.
        action: The condition's own action.
        path: Of the API's route that signals it.
    """
    webhook = condition.webhook
    if webhook is None:
        return
    payload = webhook.payload
    if payload is None:
        payload = {
            "project": parent.project,
            "domain": parent.domain,
            "run": parent.run_name,
            "action": action,
            "condition": condition.name,
            "prompt": condition.prompt,
            "data_type": condition.data_type.__name__,
            "callback_uri": _CALLBACK,
        }
    try:
        send(webhook.url, _filled(payload, path))
    except (OSError, ValueError, TypeError) as error:  # HTTP errors are OSErrors
        logger.warning(
            "the webhook of the condition %r was not told (%s): %s. The condition waits all the same; signal it with: "
            "flyte signal condition %s %s",
            condition.name,
            webhook.url,
            error,
            parent.run_name,
            action,
        )


def send(url: str, body: Any, *, method: str = "POST", headers: Mapping[str, str] | None = None) -> None:
    """Makes one request.

    Args:
        url: Of HTTP or HTTPS, as was checked when the webhook was made.
        body: Sent as JSON; None for no body.
        method: HTTP's.
        headers: Text by name.

    Raises:
        OSError: Nobody is there, or the answer is an error.
        ValueError: A header or the body cannot be sent.
    """
    content = None if body is None else json.dumps(body).encode()
    wanted = {**({} if content is None else {"Content-Type": "application/json"}), **(headers or {})}
    request = urllib.request.Request(url, content, wanted, method=method)  # noqa: S310 - the scheme was checked
    try:
        urllib.request.urlopen(request, timeout=_TIMEOUT_S).close()  # noqa: S310 - likewise
    except urllib.error.HTTPError as refused:
        refused.close()
        raise


def _filled(value: Any, path: str) -> Any:
    """The value with the callback's path in its texts."""
    if isinstance(value, str):
        return value.replace(_CALLBACK, path)
    if isinstance(value, dict):
        return {name: _filled(inner, path) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, path) for inner in value]
    return value
