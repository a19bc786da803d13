"""Apps: servers beside tasks. They can be declared, so that a program with one runs its tasks; Lambda runs no app."""

from __future__ import annotations

from ._environment import AppEnvironment, ConnectorEnvironment
from ._settings import (
    AppEndpoint,
    ArtifactValue,
    Domain,
    Link,
    Parameter,
    Port,
    RunOutput,
    Scaling,
    Subdomain,
    Timeouts,
    ctx,
    get_parameter,
)

__all__ = [
    "AppEndpoint",
    "AppEnvironment",
    "ArtifactValue",
    "ConnectorEnvironment",
    "Domain",
    "Link",
    "Parameter",
    "Port",
    "RunOutput",
    "Scaling",
    "Subdomain",
    "Timeouts",
    "ctx",
    "get_parameter",
]
