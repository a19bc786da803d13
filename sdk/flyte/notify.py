"""Who hears of a run's end: `flyte.with_runcontext(notifications=…)`. Checked and kept; the backend sends none yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .protocol.phases import ActionPhase

HttpMethod = Literal["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"]


@dataclass(frozen=True, kw_only=True)
class Notification:
    """Something that is sent when a run enters one of the phases."""

    on_phase: ActionPhase | tuple[ActionPhase, ...]

    def __post_init__(self) -> None:
        phases = self.on_phase if isinstance(self.on_phase, tuple) else (self.on_phase,)
        if not phases:
            raise ValueError("on_phase: at least one phase")
        for phase in phases:
            if not ActionPhase(phase).is_terminal:
                raise ValueError(f"on_phase={phase}: a phase in which a run ends")


@dataclass(frozen=True, kw_only=True)
class Email(Notification):
    """An e-mail. Subject and body may name the run with `{{.Run.Name}}`, `{{.Phase}}` and the like."""

    recipients: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = "Run {{.Run.Name}} {{.Phase}}"
    body: str = (
        "Run: {{.Run.Name}}\nProject/Domain: {{.Run.Project}}/{{.Run.Domain}}\nPhase: {{.Phase}}\nError: {{.Error}}\n"
    )
    html_body: str | None = None


@dataclass(frozen=True, kw_only=True)
class Slack(Notification):
    """A message to a Slack webhook."""

    webhook_url: str
    message: str | None = None
    blocks: tuple[dict[str, Any], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Teams(Notification):
    """A message to a Microsoft Teams webhook."""

    webhook_url: str
    title: str = "Run {{.Run.Name}} {{.Phase}}"
    message: str | None = None
    card: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Webhook(Notification):
    """An HTTP request."""

    url: str
    method: HttpMethod = "POST"
    headers: dict[str, str] | None = None
    body: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class NamedDelivery(Notification):
    """A delivery that the backend knows by name."""

    name: str


@dataclass(frozen=True)
class NamedRule:
    """A rule that the backend knows by name."""

    name: str
