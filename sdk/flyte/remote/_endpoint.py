"""Reads a configured endpoint: which URL it stands for, whether it is this machine, and which AWS region it names."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flyte.errors import InitializationError

AWS_HOST = re.compile(r"\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?$")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the API is. `url` has no slash at its end, and may have a path before `/v1`."""

    url: str
    host: str

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, where no AWS account stands behind it."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def region(self) -> str | None:
        """The region in an API Gateway host name, or None."""
        found = AWS_HOST.search(self.host)
        return found["region"] if found else None


def parse_endpoint(text: str, *, insecure: bool = False) -> Endpoint:
    """The endpoint that `https://…`, `http://…`, `dns:///host` or `host:port` stands for.

    Raises:
        InitializationError: it is none of these.
    """
    rest = text.strip().removeprefix("dns:///")
    url = rest if "://" in rest else f"{'http' if insecure else 'https'}://{rest}"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or parts.username:
        raise InitializationError(
            "ConfigurationError",
            "user",
            f"the endpoint {text!r} cannot be used: it must read https://host, http://host:port, host:port or "
            "dns:///host, as the stack's output ApiUrl gives it",
        )
    return Endpoint(url.rstrip("/"), host)
