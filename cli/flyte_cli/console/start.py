"""Puts a console together: for a backend, on a port, with or without a token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte._initialize import DEFAULT_DOMAIN, DEFAULT_PROJECT
from flyte._version import __version__

from .server import ConsoleServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flyte.config import PlatformConfig
    from flyte.remote._endpoint import Endpoint

DEFAULT_PORT = 30090
PORTS = (*range(DEFAULT_PORT, DEFAULT_PORT + 10), 0)
DOMAINS = ("development", "staging", "production")


@dataclass(frozen=True, slots=True)
class Console:
    """A server that listens, and the addresses that let a browser in: again and again, and one browser once."""

    server: ConsoleServer
    entrance: str
    entrance_once: str


def listen(
    platform: PlatformConfig,
    *,
    project: str | None = None,
    domain: str | None = None,
    ports: Iterable[int] = PORTS,
    with_token: bool = True,
) -> Console:
    """Makes a console that listens; `console.server.serve_forever()` makes it answer.

    Args:
        platform: The backend.
        project: The project to show first.
        domain: The domain to show first.
        ports: The ports to try.
        with_token: Whether only a browser that was given the address may use it.

    Raises:
        OSError: No port is free.
        InitializationError: The endpoint cannot be one.
    """
    from flyte.remote._endpoint import parse_endpoint
    from flyte.remote._http import client_for
    from flyte.remote._signing import SigV4Signer
    from flyte.remote._transport import Urllib3Transport

    from .application import Application
    from .forwarding import Forwarding
    from .guard import Guard
    from .static_files import StaticFiles
    from .transfers import Transfers

    endpoint = parse_endpoint(platform.endpoint or "", insecure=platform.insecure)
    signer = SigV4Signer(endpoint, region=platform.region, profile=platform.profile)
    token, once = (secrets.token_urlsafe(32) if with_token else None for _ in range(2))
    server = ConsoleServer(ports)
    server.application = Application(
        guard=Guard(server.port, token, {once} if once else set()),
        settings={
            "project": project or DEFAULT_PROJECT,
            "domain": domain or DEFAULT_DOMAIN,
            "domains": DOMAINS,
            "endpoint": endpoint.url,
            "version": __version__,
            "aws": _aws(endpoint, platform.region),
        },
        forwarding=Forwarding(endpoint, Urllib3Transport(endpoint, platform), signer),
        transfers=Transfers(client_for(platform)),
        files=StaticFiles(),
    ).answer
    return Console(server, *(f"{server.url}/?token={each}" if each else server.url for each in (token, once)))


def _aws(endpoint: Endpoint, configured_region: str | None) -> dict[str, Any] | None:
    """Where the AWS console shows the stack; None for a backend on this machine, or where the region is not known."""
    region = endpoint.region or configured_region
    if endpoint.is_loopback or not region:
        return None
    host = "console.amazonaws.cn" if region.startswith("cn-") else "console.aws.amazon.com"
    return {"region": region, "console": f"https://{region}.{host}"}
