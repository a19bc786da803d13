"""Who hears of a run's end: what is kept of it with the root action, and what is due once that has ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from flyte.protocol.notifications import (
    NOTIFICATIONS,
    Delivery,
    EmailNotification,
    Notification,
    WebhookNotification,
)
from flyte.protocol.placeholders import is_loopback, values_of
from flyte.protocol.runs import titled
from functions.control.action_items import id_of, phase_of
from functions.control.attributes import Item
from functions.control.errors import InvalidRequestError

ATTRIBUTE = "notifications"
"""JSON text. Whose item has it is looked at when it ends; the stream's filter in the template names it too."""

_ERROR_CHARS = 2_000


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


def due(item: Item) -> Iterator[Delivery]:
    """What is to be sent for a run that has ended: to each address by itself, so that one that fails repeats none."""
    action, phase = id_of(item), phase_of(item)
    values = values_of(action.project, action.domain, action.run, phase.value, _reason(item))
    for each in NOTIFICATIONS.validate_json(item.get(ATTRIBUTE, "[]")):
        if phase.value not in each.on_phase:
            continue
        for notification in _one_by_one(each):
            yield Delivery(run=action.key, notification=notification, values=values)


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
