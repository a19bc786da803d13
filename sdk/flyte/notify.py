"""Who hears of a run's end: `flyte.with_runcontext(notifications=…)`, `flyte.Trigger(…, notifications=…)`.

In texts, `{{.Run.Name}}`, `{{.Run.Project}}`, `{{.Run.Domain}}`, `{{.Phase}}` and `{{.Error}}` stand for what they say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from ._expect import expect, expect_texts
from .protocol import limits
from .protocol.phases import ActionPhase
from .protocol.placeholders import check_placeholders, check_webhook_url

HttpMethod = Literal["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"]

_PHASES = (ActionPhase.SUCCEEDED, ActionPhase.FAILED, ActionPhase.ABORTED, ActionPhase.TIMED_OUT)
_METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS")
_SUMMARY = (
    "Run: {{.Run.Name}}\nProject/Domain: {{.Run.Project}}/{{.Run.Domain}}\nPhase: {{.Phase}}\nError: {{.Error}}\n"
)


@dataclass(frozen=True, kw_only=True)
class Notification:
    """Something that is sent when a run ends in one of the phases.

    Args:
        on_phase: `SUCCEEDED`, `FAILED`, `ABORTED`, `TIMED_OUT` of `flyte.models.ActionPhase`, or a tuple of them.

    Raises:
        ValueError: It is none of them, or no phase at all.
    """

    on_phase: ActionPhase | tuple[ActionPhase, ...]

    def __post_init__(self) -> None:
        given = self.on_phase
        phases = tuple(given) if isinstance(given, list | tuple | set | frozenset) else (given,)
        if not phases:
            raise ValueError("on_phase: at least one phase")
        for phase in phases:
            if phase not in _PHASES:
                raise ValueError(f"on_phase={phase}: one of {', '.join(each.name for each in _PHASES)}")
        object.__setattr__(self, "on_phase", tuple(ActionPhase(phase) for phase in phases))

    @property
    def phases(self) -> tuple[ActionPhase, ...]:
        """The phases, however they were given."""
        return self.on_phase if isinstance(self.on_phase, tuple) else (self.on_phase,)

    def _check_texts(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            expect(name, value, str)
            _checked(name, check_placeholders, value)

    def _keep_as_tuple(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if isinstance(value, list):
                object.__setattr__(self, name, tuple(value))
            else:
                expect(name, value, tuple)


@dataclass(frozen=True, kw_only=True)
class Email(Notification):
    """An e-mail. A backend sends it through Amazon SNS, as plain text, to each address by itself.

    Args:
        on_phase: When.
        recipients: Addresses.
        cc: More addresses.
        bcc: More addresses.
        subject: May have placeholders.
        body: Likewise.
        html_body: The same as HTML. Local runs alone can send it.

    Raises:
        ValueError: An address is none, a placeholder stands for nothing, or there are no recipients.
    """

    recipients: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = "Run {{.Run.Name}} {{.Phase}}"
    body: str = _SUMMARY
    html_body: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._keep_as_tuple("recipients", "cc", "bcc")
        if not self.recipients:
            raise ValueError("recipients: at least one address")
        for name in ("recipients", "cc", "bcc"):
            for address in getattr(self, name):
                if not isinstance(address, str) or not re.match(limits.EMAIL_PATTERN, address):
                    raise ValueError(f"{name}: {address!r} is no e-mail address")
        self._check_texts("subject", "body", "html_body")

    @property
    def addresses(self) -> tuple[str, ...]:
        """All who get it, each once."""
        return tuple(dict.fromkeys((*self.recipients, *self.cc, *self.bcc)))


@dataclass(frozen=True, kw_only=True)
class _HttpNotification(Notification):
    """What is sent by a request."""

    def _check_url(self, name: str) -> None:
        expect(name, getattr(self, name), str, optional=False)
        _checked(name, check_webhook_url, getattr(self, name))

    def _check_json(self, *names: str) -> None:
        for name in names:
            _checked(name, json.dumps, getattr(self, name))
            _checked(name, check_placeholders, getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class Slack(_HttpNotification):
    """A message to a Slack webhook.

    Args:
        on_phase: When.
        webhook_url: Slack's, of HTTPS.
        message: Text with placeholders; by default, which run ended how.
        blocks: Blocks of Slack's Block Kit, instead of the message.

    Raises:
        ValueError: The URL is none, or a placeholder stands for nothing.
    """

    webhook_url: str
    message: str | None = None
    blocks: tuple[dict[str, Any], ...] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_url("webhook_url")
        self._keep_as_tuple("blocks")
        self._check_json("blocks")
        self._check_texts("message")
        if self.message is None and self.blocks is None:
            object.__setattr__(
                self, "message", "Run {{.Run.Name}} of {{.Run.Project}}/{{.Run.Domain}}: {{.Phase}} {{.Error}}"
            )


@dataclass(frozen=True, kw_only=True)
class Teams(_HttpNotification):
    """A message to a Microsoft Teams webhook.

    Args:
        on_phase: When.
        webhook_url: That of Teams, of HTTPS.
        title: Text with placeholders.
        message: Likewise; by default, which run ended how.
        card: An Adaptive Card, or a whole message of Teams', instead of title and message.

    Raises:
        ValueError: The URL is none, or a placeholder stands for nothing.
    """

    webhook_url: str
    title: str = "Run {{.Run.Name}} {{.Phase}}"
    message: str | None = None
    card: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_url("webhook_url")
        expect("card", self.card, dict)
        self._check_json("card")
        self._check_texts("title", "message")
        if self.message is None and self.card is None:
            object.__setattr__(self, "message", _SUMMARY)


@dataclass(frozen=True, kw_only=True)
class Webhook(_HttpNotification):
    """An HTTP request.

    Args:
        on_phase: When.
        url: Of HTTPS. Path and query may have placeholders.
        method: Such as `POST`.
        headers: Text by name; the texts may have placeholders.
        body: Sent as JSON; its texts may have placeholders. By default, which run ended how.

    Raises:
        ValueError: The URL is none, a placeholder stands for nothing, or a request cannot be made so.
    """

    url: str
    method: HttpMethod = "POST"
    headers: dict[str, str] | None = None
    body: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_url("url")
        if self.method not in _METHODS:
            raise ValueError(f"method={self.method!r}: one of {', '.join(_METHODS)}")
        expect_texts("headers", self.headers)
        for name in self.headers or {}:
            if not re.match(limits.HEADER_NAME_PATTERN, name):
                raise ValueError(f"headers: {name!r} is no name of a header")
        self._check_json("headers", "body")
        expect("body", self.body, dict)
        if self.body is None:
            names = {"run": "Run.Name", "project": "Run.Project", "domain": "Run.Domain", "phase": "Phase"}
            body = {name: f"{{{{.{placeholder}}}}}" for name, placeholder in {**names, "error": "Error"}.items()}
            object.__setattr__(self, "body", body)


@dataclass(frozen=True, kw_only=True)
class NamedDelivery(Notification):
    """A delivery that a backend knows by name. This one knows none: it refuses the run."""

    name: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_name(self.name)


@dataclass(frozen=True)
class NamedRule:
    """A rule that a backend knows by name. This one knows none: it refuses the run."""

    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)


def as_tuple(given: Any) -> tuple[Notification | NamedRule, ...]:
    """What was given as `notifications`: one of them, several, or none.

    Raises:
        TypeError: Something among it is none.
    """
    several = tuple(given) if isinstance(given, list | tuple) else () if given is None else (given,)
    for each in several:
        if not isinstance(each, Notification | NamedRule) or type(each) is Notification:
            raise TypeError(f"notifications: {each!r} is none: give flyte.notify.Email, Slack, Teams or Webhook")
    return several


def _check_name(name: str) -> None:
    expect("name", name, str, optional=False)
    if not name:
        raise ValueError("name: it must not be empty")


def _checked(name: str, check: Any, value: Any) -> None:
    try:
        check(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from None
