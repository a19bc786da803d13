"""Tells a webhook of a condition that waits. A task does not fail because nobody listens there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from flyte._logging import logger

if TYPE_CHECKING:
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
        _post(webhook.url, json.dumps(_filled(payload, path)).encode())
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


def _post(url: str, body: bytes) -> None:
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked when the webhook was made
        url, body, {"Content-Type": "application/json"}, method="POST"
    )
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
