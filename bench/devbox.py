"""What runs and deployments cost in the devbox: time against the bare path, and calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flyte
from flyte.remote._transport import Request, Response, Urllib3Transport
from tests.devbox_fixture import running_devbox

from .bare import BarePath
from .measure import Row, paired_ms
from .tasks import env, greet


class Calls:
    """Counts what goes over the wire, by method and path."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, int]] = []
        send = Urllib3Transport.send

        def counted(transport: Urllib3Transport, request: Request) -> Response:
            self.seen.append((request.method, request.url.split("?")[0], _size(request.body)))
            return send(transport, request)

        Urllib3Transport.send = counted  # type: ignore[assignment,method-assign] # a counter for the whole process

    def during(self, call: Any) -> list[tuple[str, str, int]]:
        """The calls that it makes."""
        self.seen.clear()
        call()
        return list(self.seen)


def _size(body: Any) -> int:
    return len(body) if isinstance(body, bytes | bytearray) else 0


def rows(pairs: int) -> Iterator[Row]:
    """Rows that need a devbox."""
    with running_devbox() as devbox:
        endpoint = devbox.endpoint
        flyte.init(endpoint=endpoint, insecure=True, project="flytesnacks", domain="development")
        calls = Calls()
        flyte.run(greet, message="warm").outputs()
        starting = calls.during(lambda: flyte.run(greet, message="again"))
        yield _count("ephemeral run of unchanged code: calls before it starts", len(starting), 1)
        flyte.deploy(env)
        deploying = calls.during(lambda: flyte.deploy(env))
        yield _count("unchanged redeploy: calls", len(deploying), 2)
        uploaded = sum(size for method, _, size in deploying if method == "PUT")
        yield _count("unchanged redeploy: bytes uploaded", uploaded, 0)

        task = flyte.remote.Task.get("bench_env.greet", auto_version="latest")

        def deployed_run() -> None:
            assert flyte.run(task, message="Good morning!").outputs().o0 == "Good morning!!"

        bare = BarePath(endpoint)
        subject, reference, ratio = paired_ms(deployed_run, bare.run, pairs)
        bare_text = f"bare path: {reference:.0f} ms"
        yield Row("deployed run, call to result", subject, "ms", bare_text, ratio, "≤ 1.5 ×", ratio <= 1.5)


def _count(what: str, measured: int, limit: int) -> Row:
    return Row(what, measured, "", "", None, f"≤ {limit}", measured <= limit)
