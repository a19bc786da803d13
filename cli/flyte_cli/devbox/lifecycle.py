"""What one can do with the devbox: start, stop, delete, ask. Plain functions; the commands are a layer on them."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from flyte._version import __version__
from flyte_cli.backend import package
from flyte_cli.backend.assets import BackendAssets
from flyte_cli.backend.package import PackageError

from . import client_config, console, environment, locks, server
from .errors import DevboxError
from .home import DevboxHome
from .stack import Deployment, Stack, endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_cli.backend.package import Progress

    from .server import Server

DEFAULT_PORT = 30080
"""Flyte's own devbox answers there too."""

_OTHER_PORTS = range(DEFAULT_PORT + 1, DEFAULT_PORT + 20)

State = Literal["running", "unhealthy", "stopped", "absent"]


@dataclass(frozen=True, slots=True)
class DevboxStatus:
    """What the devbox is at the moment. `version` is that of the package that it was started by."""

    state: State
    endpoint: str | None = None
    console: str | None = None
    port: int | None = None
    pid: int | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """What `start` came to."""

    status: DevboxStatus
    already: bool
    config_written: Path | None
    config_used: Path | None
    configured: bool
    """Whether a client started here reaches the devbox without being told to."""
    configs_moved: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """What the next start has to know of the last one."""

    port: int | None = None
    console_port: int | None = None
    version: str = ""
    configs: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, home: DevboxHome) -> _Record | None:
        try:
            return cls(**json.loads(home.record.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, home: DevboxHome) -> None:
        aside = home.record.with_suffix(".new")
        aside.write_text(json.dumps(asdict(self)))
        aside.rename(home.record)


def start(port: int | None = None, *, progress: Progress = print) -> Started:
    """Start the devbox, or bring the running one up to date.

    Args:
        port: On 127.0.0.1; by default the one of the last start, else a free one from 30080 on.
        progress: Told what takes long.

    Raises:
        DevboxError: If it cannot be started.
    """
    home = DevboxHome.find()
    with _operation(home, progress):
        home.root.mkdir(parents=True, exist_ok=True)
        record = _Record.read(home) or _Record()
        found = server.running(home)
        if found and port not in {None, found.port}:
            raise DevboxError(
                f"the devbox runs already, on port {found.port}; to move it: flyte stop devbox, "
                f"then flyte start devbox --port {port}"
            )
        if found and not server.is_healthy(found, timeout_s=10):
            raise DevboxError(
                f"the devbox (process {found.pid}, port {found.port}) does not answer; its log is {home.log}. "
                "To restart it: flyte stop devbox, then flyte start devbox"
            )
        live = found or _boot(home, _choose_port(port, record.port), progress)
        try:
            _deploy(home, live, progress, booted=found is None)
        except BaseException:
            if not found:
                server.stop(home, live, at_once=True)
            raise
        return _tell_clients(home, live, record, progress, already=found is not None)


def stop(*, progress: Progress = print) -> bool:
    """Stop the devbox and keep its data; whether it ran."""
    home = DevboxHome.find()
    with _operation(home, progress):
        live = server.running(home)
        console.stop(home)
        if live:
            server.stop(home, live)
        return live is not None


def delete(*, progress: Progress = print) -> list[Path]:
    """Stop the devbox and delete all that it holds; what was deleted. Configuration files stay."""
    home = DevboxHome.find()
    with _operation(home, progress):
        live = server.running(home)
        console.stop(home)
        if live:
            server.stop(home, live, at_once=True)
        if not home.root.exists():
            return []
        shutil.rmtree(home.root)
        return [home.root]


def status(*, probes: bool = True) -> DevboxStatus:
    """What the devbox is at the moment. With `probes`, a running one must also answer to be called that."""
    home = DevboxHome.find()
    record = _Record.read(home)
    live = server.running(home)
    if live is None:
        if record is None:
            return DevboxStatus("absent")
        return DevboxStatus("stopped", port=record.port, version=record.version)
    healthy = not probes or server.is_healthy(live)
    version = record.version if record else __version__
    shown = console.running(home)
    return DevboxStatus(
        "running" if healthy else "unhealthy",
        endpoint(live),
        shown.url if shown else None,
        live.port,
        live.pid,
        version,
    )


@contextmanager
def _operation(home: DevboxHome, progress: Progress) -> Iterator[None]:
    """One start, stop or delete at a time, whichever process does it."""
    try:
        with locks.exclusive(
            home.operation_lock, on_wait=lambda: progress("Waiting for another flyte start, stop or delete devbox")
        ):
            yield
    except PackageError as error:
        raise DevboxError(str(error)) from error
    except OSError as error:
        raise DevboxError(
            f"{error.strerror or error}: {error.filename}. The devbox lives in {home.root.parent}: "
            "make it writable, or set FLYTE_HOME to another folder"
        ) from error


def _choose_port(asked: int | None, last: int | None) -> int:
    """The port asked for, or the last one, or a free one: a default may move, what was asked for may not."""
    if asked is not None:
        if not server.port_is_free(asked):
            raise DevboxError(
                f"port {asked} of {server.HOST} is taken by another program; name another one: "
                "flyte start devbox --port N, or leave --port away to get a free one"
            )
        return asked
    candidates: list[int] = [last or DEFAULT_PORT, DEFAULT_PORT, *_OTHER_PORTS]
    for candidate in candidates:
        if server.port_is_free(candidate):
            return candidate
    raise DevboxError(
        f"ports {DEFAULT_PORT} to {_OTHER_PORTS[-1]} of {server.HOST} are all taken; name a free one: "
        "flyte start devbox --port N"
    )


def _boot(home: DevboxHome, port: int, progress: Progress) -> Server:
    python = environment.ensure(home, BackendAssets.find().devbox_lock, progress)
    return server.start(home, python, port)


def _deploy(home: DevboxHome, live: Server, progress: Progress, *, booted: bool) -> None:
    """Bring the stack up to date, then let it catch up with what a stop interrupted."""
    functions = package.build(package.Target.of_this_machine(), home.cache, progress=progress)
    stack = Stack(live)
    changed = stack.deploy(Deployment(functions, BackendAssets.find().template.read_text()))
    if changed:
        progress("Deployed the stack")
    if changed or booted:
        stack.check()
    if booted:
        stack.reconcile()


def _tell_clients(home: DevboxHome, live: Server, record: _Record, progress: Progress, *, already: bool) -> Started:
    """Start the console, then keep or write the configuration that leads to it and here."""
    address = endpoint(live)
    shown = console.ensure(home, address, record.console_port)
    if shown is None:
        progress(f"The console did not start, which all else can do without. It printed why: {home.console_log}")
    console_url = shown.url if shown else None
    used = client_config.find()
    known = {Path(path) for path in record.configs}
    moved = client_config.follow(known | ({used} if used else set()), address, console_url)
    written = None if used else client_config.write(address, console_url)
    kept = sorted(str(path) for path in known | ({written} if written else set()) if path.is_file())
    _Record(live.port, shown.port if shown else record.console_port, __version__, kept).write(home)
    now = DevboxStatus("running", address, console_url, live.port, live.pid, __version__)
    return Started(now, already, written, used, client_config.leads_to(address), tuple(moved))
