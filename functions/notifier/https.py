"""One HTTPS request to an address that a user gave: to the public internet alone, and wherever it first goes.

The name is looked up once, and what is connected to is the very address that was looked at: a name that changes
meanwhile leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from flyte.protocol.placeholders import is_loopback

TIMEOUT_S = 10.0
_ANSWER_BYTES = 500
_GOOD = range(200, 300)


class NotDeliveredError(Exception):
    """A notification did not arrive; the message says why. It is tried again."""


class _PublicConnection(HTTPSConnection):
    """HTTPS to a public address, whose certificate is of the name that was asked for."""

    def connect(self) -> None:
        self.sock = _context.wrap_socket(
            socket.create_connection(_public_address(self.host, self.port), self.timeout), server_hostname=self.host
        )


_context = ssl.create_default_context()


def request(method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, is_emulated: bool) -> None:
    """Makes the request, and is content with an answer of 2xx.

    Args:
        method: HTTP's.
        url: Of HTTPS; in a devbox also of HTTP on this machine.
        headers: Text by name.
        body: What is sent, if anything.
        is_emulated: Whether this is a devbox.

    Raises:
        NotDeliveredError: The address is not public, nobody answers there, or the answer is not 2xx.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, is_emulated=is_emulated)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        said = answer.read(_ANSWER_BYTES).decode(errors="replace")
    except (OSError, HTTPException, ValueError) as error:
        raise NotDeliveredError(f"{parts.netloc}: {error or type(error).__name__}") from error
    finally:
        connection.close()
    if answer.status not in _GOOD:
        raise NotDeliveredError(f"{parts.netloc} answered {answer.status} {answer.reason}: {said}")


def _connection(scheme: str, host: str, port: int | None, *, is_emulated: bool) -> HTTPConnection:
    if is_emulated and is_loopback(host):
        return (HTTPConnection if scheme == "http" else HTTPSConnection)(host, port, timeout=TIMEOUT_S)
    if scheme != "https":
        raise NotDeliveredError(f"{host}: webhooks are called by https alone")
    return _PublicConnection(host, port, timeout=TIMEOUT_S)


def _public_address(host: str, port: int) -> tuple[str, int]:
    """The address to connect to.

    Raises:
        OSError: The name has none, or one that is not public.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not ipaddress.ip_address(address).is_global:
            raise OSError(f"its address, {address}, is not of the public internet")
    return found[0], port
