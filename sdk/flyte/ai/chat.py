"""Apps to chat with agents. They can be declared, so that a program with one runs its tasks; Lambda runs no app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flyte.app import AppEnvironment

__all__ = ["AgentChatAppEnvironment", "CustomTheme"]


@dataclass(frozen=True)
class CustomTheme:
    """Colours of the page."""

    accent_color: str = "#6F2AEF"
    accent_hover_color: str = "#8B52F2"
    button_text_color: str = "#f3f4f6"


@dataclass(eq=False, kw_only=True)
class AgentChatAppEnvironment(AppEnvironment):
    """A page on which people talk with an agent. See `AppEnvironment` for the rest.

    Args:
        agent: The agent.
        title: The page's title.
        subtitle: What stands below it.
        prompt_nudges: Questions that the page suggests.
        theme: The page's colours.
        custom_css: Further styles.
        logo_url: Where its picture is found.
    """

    type: str | None = "AgentChat"
    agent: Any = None
    title: str | None = None
    subtitle: str | None = None
    prompt_nudges: list[Any] = field(default_factory=list)
    theme: CustomTheme | None = None
    custom_css: str = ""
    logo_url: str | None = None
