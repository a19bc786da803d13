"""Who may ask: a browser on this machine that shows the console itself, and none that another site sends.

The server signs with the caller's AWS credentials, so a page of some other site must not be able to use it: not by a
host name of its own that resolves to 127.0.0.1 (the Host check), not by a form, script or frame of its own (the check
of Origin and Sec-Fetch-Site); and no other user of this machine without the token.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from .messages import Answer

if TYPE_CHECKING:
    from .messages import Asked

_READS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site: the console's own pages, and what the user typed."""
_QUERY = "token"


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets in or refuses.

    Args:
        port: Where the server listens.
        token: What the browser must have as a cookie; None where the backend on this machine has no secrets to guard.
        once: Tokens that let in one browser: arguments of commands, which open one, are seen by all users.
    """

    port: int
    token: str | None = None
    once: set[str] = field(default_factory=set)

    def refusal_of_host(self, asked: Asked) -> Answer | None:
        """The answer to a request that names another host than this server's; None where it may go on."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        if asked.headers.get("host", "").lower() in hosts:
            return None
        message = f"This console answers as 127.0.0.1:{self.port} and as localhost:{self.port} only. Open one of these."
        return Answer.problem(HTTPStatus.MISDIRECTED_REQUEST, "HostNotAllowed", message)

    def refusal(self, asked: Asked) -> Answer | None:
        """The answer to a request for data that may not be answered; None where it may."""
        if not self._comes_from_here(asked):
            message = "Another site sent this request, which only the console's own pages may do."
            return Answer.problem(HTTPStatus.FORBIDDEN, "OriginNotAllowed", message)
        if self.token is not None and not hmac.compare_digest(self._cookie(asked).encode(), self.token.encode()):
            message = (
                "This browser has not been let in, or the console was started anew since: open the address that "
                "`flyte console` printed, with its token."
            )
            return Answer.problem(HTTPStatus.UNAUTHORIZED, "TokenMissing", message)
        return None

    def entrance(self, asked: Asked) -> Answer | None:
        """The answer to the address with the token: a cookie, and on to the same page without the token."""
        query = parse_qsl(asked.query, keep_blank_values=True)
        given = dict(query).get(_QUERY)
        if self.token is None or given is None or asked.method not in _READS:
            return None
        rest = urlencode([(name, value) for name, value in query if name != _QUERY])
        # A path of one slash only: `//host` would lead elsewhere.
        place = "/" + asked.path.lstrip("/") + (f"?{rest}" if rest else "")
        headers = {"location": place, "cache-control": "no-store"}
        is_once = given in self.once
        self.once.discard(given)
        if is_once or hmac.compare_digest(given.encode(), self.token.encode()):
            headers["set-cookie"] = f"{self._cookie_name}={self.token}; HttpOnly; SameSite=Strict; Path=/"
        return Answer(HTTPStatus.SEE_OTHER, headers, 0)

    @property
    def _cookie_name(self) -> str:
        # Cookies know no ports: two consoles on one machine must not take each other's.
        return f"flyte_console_{self.port}"

    def _comes_from_here(self, asked: Asked) -> bool:
        origin, site = asked.headers.get("origin"), asked.headers.get("sec-fetch-site")
        if site is not None and site not in _OWN_SITES:
            return False
        if origin is not None:
            return origin.lower() == f"http://{asked.headers.get('host', '').lower()}"
        # A browser tells at least one of both with whatever changes something.
        return asked.method in _READS or site is not None

    def _cookie(self, asked: Asked) -> str:
        try:
            found = SimpleCookie(asked.headers.get("cookie", "")).get(self._cookie_name)
        except CookieError:
            return ""
        return found.value if found else ""
