"""Connectors to other systems. They can be imported, and say what to do instead when they are used."""

from __future__ import annotations

from flyte._unsupported import refused_module

_NAMES = (
    "AsyncConnector",
    "AsyncConnectorExecutorMixin",
    "ConnectorRegistry",
    "Resource",
    "ResourceMeta",
)

__getattr__, __dir__ = refused_module(
    __name__,
    _NAMES,
    "connectors are servers that stay up, and Lambda runs tasks that end; call the other system in a Python task, and "
    "wait with flyte.durable.sleep",
)
