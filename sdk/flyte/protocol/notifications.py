"""Who hears of a run's end, as it travels with the run or its trigger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter

from . import limits
from .model import Json, Model
from .placeholders import check_placeholders, check_webhook_url

EndPhase = Literal["succeeded", "failed", "aborted", "timed_out"]
HttpMethod = Literal["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS"]


def _with_known_placeholders(template: Any) -> Any:
    check_placeholders(template)
    return template


Address = Annotated[str, StringConstraints(pattern=limits.EMAIL_PATTERN, max_length=320)]
Text = Annotated[str, AfterValidator(_with_known_placeholders)]
WebhookUrl = Annotated[str, AfterValidator(check_webhook_url)]
HeaderName = Annotated[str, StringConstraints(pattern=limits.HEADER_NAME_PATTERN)]


class EmailNotification(Model):
    """An e-mail of plain text to each of the addresses."""

    kind: Literal["email"] = "email"
    on_phase: tuple[EndPhase, ...] = Field(min_length=1)
    recipients: tuple[Address, ...] = Field(min_length=1)
    subject: Text
    body: Text


class WebhookNotification(Model):
    """A request of HTTP, with a JSON body if one is given."""

    kind: Literal["webhook"] = "webhook"
    on_phase: tuple[EndPhase, ...] = Field(min_length=1)
    url: WebhookUrl
    method: HttpMethod = "POST"
    headers: dict[HeaderName, Text] = {}
    body: Annotated[Json, AfterValidator(_with_known_placeholders)] = None


Notification = Annotated[EmailNotification | WebhookNotification, Field(discriminator="kind")]


def _within_bounds(notifications: tuple[Notification, ...]) -> tuple[Notification, ...]:
    size_bytes = sum(len(each.to_json().encode()) for each in notifications)
    if size_bytes > limits.NOTIFICATIONS_BYTES:
        raise ValueError(
            f"they have {size_bytes:,} bytes together, and at most {limits.NOTIFICATIONS_BYTES:,} are "
            "kept with a run: shorten their texts"
        )
    return notifications


Notifications = Annotated[tuple[Notification, ...], AfterValidator(_within_bounds)]
NOTIFICATIONS: TypeAdapter[tuple[Notification, ...]] = TypeAdapter(Notifications)


class Delivery(Model):
    """One notification that is due, to one receiver. `values` are those of its placeholders."""

    run: str
    """`project/domain/run`."""
    notification: Notification
    values: dict[str, str]
