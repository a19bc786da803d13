"""Who hears of a run's end: what is kept of it with the root action, and what is due once that has ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from flyte.protocol.model import Json
from flyte.protocol.notifications import (
    NOTIFICATIONS,
    Delivery,
    EmailNotification,
    Notification,
    WebhookNotification,
)
from flyte.protocol.phases import ActionPhase
from flyte.protocol.placeholders import is_loopback, values_of
from flyte.protocol.runs import titled
from functions.control.action_items import id_of, phase_of
from functions.control.attributes import Item
from functions.control.errors import InvalidRequestError

ATTRIBUTE = "notifications"
"""JSON text. Whose item has it is looked at when it ends; the stream's filter in the template names it too."""

_ERROR_CHARS = 2_000
_NOTIFICATION: TypeAdapter[Notification] = TypeAdapter(Notification)


def check_notifications(notifications: Iterable[Notification], *, is_emulated: bool) -> None:
    """Refuses webhooks that only a devbox can reach.

    Args:
        notifications: What is asked for.
        is_emulated: Whether this is a devbox, where "this machine" is the user's own.

    Raises:
        InvalidRequestError: A webhook is on the machine that the function runs on.
    """
    for each in notifications:
        if isinstance(each, WebhookNotification) and not is_emulated and is_loopback(urlsplit(each.url).hostname or ""):
            raise InvalidRequestError(
                f"notifications: {urlsplit(each.url).netloc} is the machine itself, which on AWS is Lambda's: give a "
                "webhook that can be reached from the internet by https."
            )


def kept(notifications: tuple[Notification, ...]) -> str | None:
    """What the item keeps; None for nothing."""
    return NOTIFICATIONS.dump_json(notifications, exclude_none=True).decode() if notifications else None


def due(item: Item) -> Iterator[str]:
    """What is to be sent for a run that has ended, each a `Delivery` as JSON.

    Each address is one by itself, so that one that fails repeats none. A notification that another version has kept,
    and this one does not know, is passed on as it is: it keeps no other back, and a version that knows it can send it.
    """
    action, phase = id_of(item), phase_of(item)
    values = values_of(action.project, action.domain, action.run, phase.value, _reason(item))
    for each in _kept_one_by_one(item.get(ATTRIBUTE, "[]")):
        try:
            known = _NOTIFICATION.validate_python(each)
        except ValidationError:
            if _may_be_due(each, phase):
                yield json.dumps({"run": action.key, "notification": each, "values": values})
            continue
        if phase.value in known.on_phase:
            for notification in _one_by_one(known):
                yield Delivery(run=action.key, notification=notification, values=values).to_json()


def _kept_one_by_one(text: str) -> list[Json]:
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return found if isinstance(found, list) else [found]


def _may_be_due(kept: Json, phase: ActionPhase) -> bool:
    phases = kept.get("on_phase") if isinstance(kept, dict) else None
    return not isinstance(phases, list) or phase.value in phases


def _one_by_one(notification: Notification) -> Iterator[Notification]:
    if isinstance(notification, EmailNotification):
        for address in notification.recipients:
            yield notification.model_copy(update={"recipients": (address,)})
    else:
        yield notification


def _reason(item: Item) -> str:
    error = item.get("error")
    if error is None:
        return str(item.get("abort_reason", ""))[:_ERROR_CHARS]
    return titled(error["code"], error["message"])[:_ERROR_CHARS]
