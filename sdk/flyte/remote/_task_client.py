"""The client of the API in a task on the backend: its supervisor passes requests on, in the action's name."""

from __future__ import annotations

import functools
import random
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flyte.config import PlatformConfig

from ._endpoint import parse_endpoint
from ._http import ATTEMPTS, RETRY_WINDOW_S, Again, ApiClient
from ._transport import Response, Urllib3Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flyte.runtime.channel import Channel

    from ._transport import Request, Transport

ENDPOINT = "https://backend.invalid"
"""Stands for the task's own backend. No request goes there: RFC 2606 keeps the name free."""
_LONGEST_DELAY_S = 3.0


class TaskClient(ApiClient):
    """Calls the API over the channel.

    Args:
        channel: To the supervisor.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__(parse_endpoint(ENDPOINT), _ChannelTransport(channel), _Unsigned())

    def _retried(
        self, attempt: Callable[[], Response], attempts: int = ATTEMPTS, window_s: float | None = RETRY_WINDOW_S
    ) -> Response:
        """As for other clients, without the library for it: what a runner brings, all tasks have to share."""
        give_up_s = float("inf") if window_s is None else time.monotonic() + window_s
        delay_s = self._first_retry_delay_s
        while True:
            try:
                return self._once(attempt)
            except Again as again:
                attempts -= 1
                if attempts == 0 or time.monotonic() >= give_up_s:
                    raise again.error from again.__cause__
            time.sleep(delay_s + random.uniform(0, self._first_retry_delay_s * 5))  # noqa: S311 - spreads retries
            delay_s = min(2 * delay_s, _LONGEST_DELAY_S)


class _ChannelTransport:
    """Carries requests of the API over the channel, and signed ones to where they lead."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def send(self, request: Request) -> Response:
        """The answer, whatever its status.

        Raises:
            RuntimeUserError: `Forbidden`: tasks may not ask for that.
            Unreachable: There is none.
        """
        if not request.url.startswith(f"{ENDPOINT}/"):
            return self._direct.send(request)
        parts = urlsplit(request.url)
        asked = {
            "method": request.method,
            "path": parts.path,
            "query": parts.query,
            "body": request.body.decode() if isinstance(request.body, bytes) else None,
            "idempotency_key": request.headers.get("idempotency-key"),
        }
        answer = self._channel.ask("call_api", asked)
        return Response(answer["status"], answer["body"].encode())

    @functools.cached_property
    def _direct(self) -> Transport:
        return Urllib3Transport(parse_endpoint(ENDPOINT), PlatformConfig())


class _Unsigned:
    """Signs nothing: the supervisor knows who asks."""

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:  # noqa: ARG002 - a `Signer`
        """The headers as they are."""
        return dict(headers)
