"""Apps of common web frameworks. The frameworks themselves are the program's own affair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flyte._unsupported import unsupported_class

from ._environment import AppEnvironment

FastAPIPassthroughAuthMiddleware = unsupported_class(
    "flyte.app.extras.FastAPIPassthroughAuthMiddleware", "Lambda runs tasks that end, and no servers that stay up"
)


@dataclass(eq=False, kw_only=True)
class FastAPIAppEnvironment(AppEnvironment):
    """An app of FastAPI.

    Args:
        app: The application.
        uvicorn_config: How it is served.
    """

    app: Any
    type: str | None = "FastAPI"
    uvicorn_config: Any = None


@dataclass(eq=False, kw_only=True)
class FlyteWebhookAppEnvironment(AppEnvironment):
    """An app whose requests start runs.

    Args:
        uvicorn_config: How it is served.
        title: Its title.
        endpoint_groups: Which groups of requests it answers.
        endpoints: Which requests it answers.
        task_allowlist: Which tasks it may start.
        app_allowlist: Which apps it may call.
        trigger_allowlist: Which triggers it may fire.
    """

    type: str | None = "FlyteWebhookApp"
    uvicorn_config: Any = None
    title: str | None = None
    endpoint_groups: list[str] | None = None
    endpoints: list[str] | None = None
    task_allowlist: list[str] | None = None
    app_allowlist: list[str] | None = None
    trigger_allowlist: list[str] | None = None
