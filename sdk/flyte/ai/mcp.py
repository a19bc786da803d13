"""Apps that offer tools to agents. They can be declared, so that a program with one runs its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flyte.app import AppEnvironment

__all__ = ["FlyteMCPAppEnvironment", "MCPAppEnvironment"]


@dataclass(eq=False, kw_only=True)
class MCPAppEnvironment(AppEnvironment):
    """A server of tools. See `AppEnvironment` for the rest.

    Args:
        mcp: The server.
        mcp_mount_path: Where it is found in the app.
        transport: How it is talked to.
        uvicorn_config: How it is served.
    """

    type: str | None = "MCPApp"
    mcp: Any
    mcp_mount_path: str = "/mcp"
    transport: str = "streamable-http"
    uvicorn_config: Any = None


@dataclass(eq=False, kw_only=True)
class FlyteMCPAppEnvironment(AppEnvironment):
    """A server of tools around runs and tasks. See `AppEnvironment` for the rest.

    Args:
        mcp_mount_path: Where it is found in the app.
        transport: How it is talked to.
        uvicorn_config: How it is served.
        title: Its title.
        instructions: What agents are told of it.
        tool_groups: Which groups of tools it has.
        tools: Which tools it has.
    """

    type: str | None = "FlyteMCPApp"
    mcp_mount_path: str = "/flyte-mcp"
    transport: str = "streamable-http"
    uvicorn_config: Any = None
    title: str | None = None
    instructions: str | None = None
    tool_groups: list[str] | None = None
    tools: list[str] | None = None
