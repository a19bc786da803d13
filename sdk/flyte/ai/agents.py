"""Agents that call language models. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "AccessDenied",
    "Agent",
    "AgentEvent",
    "AgentProtocol",
    "AgentResult",
    "AgentTool",
    "ConcurrencyError",
    "LLMMessage",
    "MCPServerSpec",
    "MemoryMeta",
    "MemoryStore",
    "MemoryStoreError",
    "ToolFn",
    "agent_progress_cb",
    "tool",
)

__getattr__, __dir__ = refused_module(
    __name__, _NAMES, "there is no agent here; call the model of your choice in a task, and other tasks as its tools"
)
