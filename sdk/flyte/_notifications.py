"""Turns notifications as users write them into what travels. What a backend cannot send is refused by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .notify import Email, NamedDelivery, NamedRule, Notification, Slack, Teams, Webhook, as_tuple
from .protocol.phases import ActionPhase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .protocol.notifications import Notification as Wire
    from .protocol.notifications import WebhookNotification


def to_wire(given: Any) -> tuple[Wire, ...]:
    """What the backend is to keep of `notifications`.

    Raises:
        TypeError: Something among it is no notification.
        ValueError: The backend cannot send one of them, or they are too large.
    """
    if not given:
        return ()
    from pydantic import ValidationError

    from .protocol.notifications import NOTIFICATIONS

    made = tuple(_wire(each) for each in as_tuple(given))
    try:
        return NOTIFICATIONS.validate_python(made)
    except ValidationError as error:
        fault = error.errors()[0]
        raise ValueError(f"notifications: {fault.get('ctx', {}).get('error', fault['msg'])}") from None


def from_wire(kept: Iterable[Wire]) -> tuple[Notification, ...]:
    """The inverse: notifications that are sent as these are."""
    return tuple(_user_form(each) for each in kept)


def request_of(notification: Slack | Teams | Webhook) -> WebhookNotification:
    """The request that a notification is sent by."""
    from .protocol.notifications import WebhookNotification

    phases = _phases(notification)
    if isinstance(notification, Webhook):
        return WebhookNotification(
            on_phase=phases,
            url=notification.url,
            method=notification.method,
            headers=notification.headers or {},
            body=notification.body,
        )
    body = _slack_body(notification) if isinstance(notification, Slack) else _teams_body(notification)
    return WebhookNotification(on_phase=phases, url=notification.webhook_url, body=body)


def _wire(notification: Notification | NamedRule) -> Wire:
    from .protocol.notifications import EmailNotification

    if isinstance(notification, NamedRule | NamedDelivery):
        raise ValueError(  # noqa: TRY004 - it is of a type that exists, and that this backend does not know
            f"notifications: {type(notification).__name__}({notification.name!r}): this backend knows no rules or "
            "deliveries by name: give Email, Slack, Teams or Webhook"
        )
    if not isinstance(notification, Email):
        assert isinstance(notification, Slack | Teams | Webhook)  # noqa: S101 - `as_tuple` has looked
        return request_of(notification)
    if notification.html_body is not None:
        raise ValueError(
            "notifications: Email.html_body: Amazon SNS, which sends the e-mails of this backend, sends plain text "
            "alone: leave it out"
        )
    return EmailNotification(
        on_phase=_phases(notification),
        recipients=notification.addresses,
        subject=notification.subject,
        body=notification.body,
    )


def _user_form(kept: Wire) -> Notification:
    phases = tuple(map(ActionPhase, kept.on_phase))
    if kept.kind == "email":
        return Email(on_phase=phases, recipients=kept.recipients, subject=kept.subject, body=kept.body)
    return Webhook(on_phase=phases, url=kept.url, method=kept.method, headers=kept.headers, body=kept.body)


def _phases(notification: Notification) -> Any:
    return tuple(phase.value for phase in notification.phases)


def _slack_body(slack: Slack) -> dict[str, Any]:
    return {"text": slack.message} if slack.blocks is None else {"blocks": list(slack.blocks)}


def _teams_body(teams: Teams) -> dict[str, Any]:
    if teams.card is None:
        return {"title": teams.title, "text": teams.message}
    if teams.card.get("type") != "AdaptiveCard":
        return teams.card
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": teams.card}],
    }
