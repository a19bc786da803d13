"""What runs and deployments cost in the devbox: time against the bare path, calls, and the runner's own share."""

from __future__ import annotations

import os
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flyte
from flyte.remote._transport import Request, Response, Urllib3Transport

from .bare import BarePath
from .measure import Row, paired_ms

env = flyte.TaskEnvironment(name="bench_env")


@env.task
async def greet(message: str) -> str:
    return f"{message}!"


@contextmanager
def running() -> Iterator[str]:
    """The endpoint of a devbox of its own on a free port, deleted afterwards. Packages stay in the user's cache."""
    from flyte._home import flyte_home
    from flyte_cli.devbox import lifecycle

    from tests.devbox_fixture import free_port, share_cache

    cache = flyte_home() / "cache"
    before = os.environ.get("FLYTE_HOME")
    with tempfile.TemporaryDirectory(prefix="flyte-bench-") as folder:
        home = Path(folder) / "home"
        share_cache(home, cache)
        os.environ["FLYTE_HOME"] = str(home)
        try:
            endpoint = lifecycle.start(free_port()).status.endpoint
            assert endpoint
            yield endpoint
        finally:
            lifecycle.delete()
            if before is None:
                del os.environ["FLYTE_HOME"]
            else:
                os.environ["FLYTE_HOME"] = before


class Calls:
    """Counts what goes over the wire, by method and path."""

    def __init__(self, monkeypatched: type = Urllib3Transport) -> None:
        self.seen: list[tuple[str, str, int]] = []
        send = monkeypatched.send

        def counted(transport: Any, request: Request) -> Response:
            self.seen.append((request.method, request.url.split("?")[0], _size(request.body)))
            return send(transport, request)

        monkeypatched.send = counted

    def during(self, call: Any) -> list[tuple[str, str, int]]:
        """The calls that it makes."""
        self.seen.clear()
        call()
        return list(self.seen)


def _size(body: Any) -> int:
    return len(body) if isinstance(body, bytes | bytearray) else 0


def rows(pairs: int) -> Iterator[Row]:
    """Rows that need a devbox."""
    with running() as endpoint:
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
        last: list[Any] = []

        def deployed_run() -> None:
            run = flyte.run(task, message="Good morning!")
            assert run.outputs().o0 == "Good morning!!"
            last.append(run)

        bare = BarePath(endpoint)
        subject, reference, ratio = paired_ms(deployed_run, bare.run, pairs)
        yield Row("deployed run, call to result", subject, "ms", f"bare path: {reference:.0f} ms", ratio, "≤ 1.5 ×", ratio <= 1.5)
        shares = [share for run in last[1:] if (share := _own_share(run)) is not None]
        share = statistics.median(shares)
        yield Row("runner's own share of a warm invocation", share, "ms", "its own log", None, "≤ 10 ms", share <= 10)


def _own_share(run: Any) -> float | None:
    """Milliseconds of the runner that were neither AWS calls nor the user's code, from the run's system lines."""
    for line in run.get_logs():
        if found := re.search(r"own share (\d+(?:\.\d+)?) ms", line):
            return float(found[1])
    return None


def _count(what: str, measured: int, limit: int) -> Row:
    return Row(what, measured, "", "", None, f"≤ {limit}", measured <= limit)
