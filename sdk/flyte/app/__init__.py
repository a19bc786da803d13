"""Apps: servers beside tasks. They can be declared, so that a program with one runs its tasks; Lambda runs no app."""

from __future__ import annotations

from flyte._unsupported import unsupported, unsupported_class

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

_NO_SERVERS = "Lambda runs tasks that end, and no servers that stay up"

DeployedAppEnvironment = unsupported_class("flyte.app.DeployedAppEnvironment", _NO_SERVERS)
register_app_deployer = unsupported("flyte.app.register_app_deployer", _NO_SERVERS)

__all__ = [
    "AppEndpoint",
    "AppEnvironment",
    "ArtifactValue",
    "ConnectorEnvironment",
    "DeployedAppEnvironment",
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
    "register_app_deployer",
]
