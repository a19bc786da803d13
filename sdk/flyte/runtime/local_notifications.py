"""Sends the notifications of a run in this process, at its end. The run ends as it does, whether or not they arrive."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from flyte._logging import logger
from flyte._notifications import request_of
from flyte.errors import BaseRuntimeError, TaskTimeoutError
from flyte.notify import Email, NamedDelivery, NamedRule, Notification, Slack, Teams, Webhook, as_tuple
from flyte.protocol.phases import ActionPhase
from flyte.protocol.placeholders import filled, filled_url, values_of

from .webhooks import send

if TYPE_CHECKING:
    from .local import LocalSettings

_MAIL_SERVER = ("localhost", 25)
_MAIL_TIMEOUT_S = 5.0
_SENDER = "flyte@localhost"


@dataclass(frozen=True, slots=True)
class LocalNotifications:
    """What is to be sent when a run ends, by the options `notifications`."""

    given: Any
    settings: LocalSettings

    def tell(self, error: BaseException | None) -> None:
        """Sends what is asked for of this end.

        Args:
            error: What the run raised; None if it succeeded.
        """
        phase = _phase_of(error)
        settings, said = self.settings, "" if error is None else _text_of(error)
        values = values_of(settings.project, settings.domain, settings.run_name, phase.value, said)
        for each in as_tuple(self.given):
            if isinstance(each, NamedRule | NamedDelivery):
                logger.info("%r: a run in this process knows no rules or deliveries by name", each)
            elif phase in each.phases:
                _try_to_send(each, values)


def _try_to_send(notification: Notification, values: dict[str, str]) -> None:
    try:
        if isinstance(notification, Email):
            _mail(notification, values)
        elif isinstance(notification, Slack | Teams | Webhook):
            _request(notification, values)
    except (OSError, ValueError, smtplib.SMTPException) as error:  # HTTP errors are OSErrors
        logger.warning(
            "a notification (%s) of the run %s was not sent: %s",
            type(notification).__name__,
            values[".Run.Name"],
            error,
        )


def _request(notification: Slack | Teams | Webhook, values: dict[str, str]) -> None:
    request = request_of(notification)
    headers = filled(request.headers, values)
    send(filled_url(request.url, values), filled(request.body, values), method=request.method, headers=headers)


def _mail(email: Email, values: dict[str, str]) -> None:
    message = EmailMessage()
    message["Subject"] = " ".join(filled(email.subject, values).split())
    message["From"] = _SENDER
    message["To"] = ", ".join(email.recipients)
    if email.cc:
        message["Cc"] = ", ".join(email.cc)
    message.set_content(filled(email.body, values))
    if email.html_body is not None:
        message.add_alternative(filled(email.html_body, values), subtype="html")
    with smtplib.SMTP(*_MAIL_SERVER, timeout=_MAIL_TIMEOUT_S) as server:
        server.send_message(message, to_addrs=email.addresses)


def _phase_of(error: BaseException | None) -> ActionPhase:
    if error is None:
        return ActionPhase.SUCCEEDED
    return ActionPhase.TIMED_OUT if isinstance(error, TaskTimeoutError) else ActionPhase.FAILED


def _text_of(error: BaseException) -> str:
    from flyte.protocol.runs import titled

    return titled(error.code if isinstance(error, BaseRuntimeError) else type(error).__name__, str(error))
