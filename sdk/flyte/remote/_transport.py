"""Sends HTTP requests. The one place that knows urllib3; tests put another `Transport` in its stead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.config import PlatformConfig

    from ._endpoint import Endpoint

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 35.0
"""API Gateway itself gives up after 30 s."""
UPLOAD_READ_TIMEOUT_S = 300.0
BLOCK_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. A body is bytes, or a file that is read from where it stands."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | IO[bytes] | None = None
    read_timeout_s: float = READ_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer, read whole. Names of headers are lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Unreachable(Exception):  # noqa: N818 - not every request that finds nobody is an error
    """Nobody answered: the connection failed, broke or timed out. The text says how."""


class Transport(Protocol):
    """Something that carries a request to where its URL says."""

    def send(self, request: Request) -> Response:
        """The answer, whatever its status.

        Raises:
            Unreachable: there is none.
        """


class Urllib3Transport:
    """A pool of kept connections, safe for threads."""

    def __init__(self, endpoint: Endpoint, platform: PlatformConfig) -> None:
        import urllib3

        options: dict[str, Any] = {"maxsize": 16, "blocksize": BLOCK_BYTES, "retries": False}
        if platform.insecure_skip_verify:
            options["cert_reqs"] = "CERT_NONE"
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        if platform.ca_cert_file_path:
            options["ca_certs"] = platform.ca_cert_file_path
        proxy = proxy_for(endpoint, platform.http_proxy_url)
        self._pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)

    def send(self, request: Request) -> Response:
        """The answer, whatever its status.

        Raises:
            Unreachable: there is none.
        """
        import urllib3

        try:
            answer = self._pool.request(
                request.method,
                request.url,
                body=request.body,
                headers=dict(request.headers),
                redirect=False,
                timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=request.read_timeout_s),
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(_told(error)) from error
        return Response(answer.status, answer.data, {name.lower(): value for name, value in answer.headers.items()})


def proxy_for(endpoint: Endpoint, configured: str | None) -> str | None:
    """The proxy to go through: the configured one, or the environment's unless it excepts the host."""
    from urllib.request import getproxies, proxy_bypass

    if configured:
        return configured
    if endpoint.is_loopback or proxy_bypass(endpoint.host):
        return None
    return getproxies().get(endpoint.url.split(":", 1)[0])


def _told(error: BaseException) -> str:
    """The innermost cause: urllib3 wraps what the operating system said several times."""
    seen: BaseException = error
    while (inner := getattr(seen, "reason", None) or seen.__cause__) is not None and isinstance(inner, BaseException):
        seen = inner
    return str(seen) or type(seen).__name__
