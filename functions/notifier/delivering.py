"""Delivers one notification: an e-mail through the stack's SNS topic, or a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flyte.protocol.notifications import Delivery, EmailNotification, WebhookNotification
from flyte.protocol.placeholders import filled, filled_url
from functions.notifier.https import NotDeliveredError, request

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

_SUBJECT_CHARS = 99
_BODY_BYTES = 200_000
"""Source: SNS, Publish: a subject has less than 100 characters and no control characters, a message at most 256 KiB."""


class Deliveries:
    """Delivers notifications."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._topic = settings.notifications.topic_arn
        self._is_emulated = settings.is_emulated
        self._clients = clients

    def deliver(self, delivery: Delivery) -> None:
        """Delivers one.

        Raises:
            NotDeliveredError: Not this time; the message says why.
        """
        if isinstance(delivery.notification, EmailNotification):
            self._mail(delivery.notification, delivery.values)
        else:
            self._request(delivery.notification, delivery.values)

    def _request(self, wanted: WebhookNotification, values: dict[str, str]) -> None:
        body = None if wanted.body is None else json.dumps(filled(wanted.body, values)).encode()
        headers = {name: _in_a_header(text) for name, text in filled(wanted.headers, values).items()}
        if body is not None and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "application/json"
        request(wanted.method, filled_url(wanted.url, values), headers, body, is_emulated=self._is_emulated)

    def _mail(self, wanted: EmailNotification, values: dict[str, str]) -> None:
        for address in wanted.recipients:
            self._mail_to(address, wanted, values)

    def _mail_to(self, address: str, wanted: EmailNotification, values: dict[str, str]) -> None:
        self._require_subscription(address)
        subject = " ".join(filled(wanted.subject, values).split())[:_SUBJECT_CHARS]
        body = filled(wanted.body, values).encode()[:_BODY_BYTES].decode(errors="ignore")
        self._clients.sns.publish(
            TopicArn=self._topic,
            Subject=subject or "Flyte",
            Message=body or subject or "Flyte",
            MessageAttributes={"recipient": {"DataType": "String", "StringValue": address}},
        )

    def _require_subscription(self, address: str) -> None:
        """Asks the address to confirm where it was never asked: SNS sends it nothing else before that.

        Raises:
            NotDeliveredError: It has not confirmed yet.
        """
        arn = self._subscription_of(address)
        if arn is None:
            self._clients.sns.subscribe(
                TopicArn=self._topic,
                Protocol="email",
                Endpoint=address,
                # The topic is one for all: each address gets what is for it.
                Attributes={"FilterPolicy": json.dumps({"recipient": [address]})},
                ReturnSubscriptionArn=True,
            )
            arn = self._subscription_of(address)
        if arn is None or not arn.startswith("arn:"):
            raise NotDeliveredError(
                f"{address} has not confirmed yet that it takes e-mails of this backend: AWS has sent it a link"
            )

    def _subscription_of(self, address: str) -> str | None:
        pages = self._clients.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        for page in pages:
            for each in page["Subscriptions"]:
                if each["Protocol"] == "email" and each["Endpoint"].lower() == address.lower():
                    return each["SubscriptionArn"]
        return None


def _in_a_header(text: str) -> str:
    """The text as a header can have it: in one line, of ASCII."""
    return "".join(each if each.isascii() and each.isprintable() else "?" for each in " ".join(text.split()))
