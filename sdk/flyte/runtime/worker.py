"""The worker process of a runner function: bound to one version of a program, it runs one action after another.

The supervisor starts it and talks to it over a private socket (`channel`, `frames`). Message types:

to the worker
    bind   the folders of code and dependencies, and the environment variables that hold for all its actions
    run    one action: `project`, `domain`, `run`, `action`, `attempt`; `spec` and `inputs` as JSON texts; `environ`;
           `context`, which is what only the supervisor knows of what `flyte.ctx()` shows
    reply  the answer to a call
to the supervisor
    waiting  the task only waits for answers, of which it has got so many `replies`
    working  it goes on
    done   how the run ended: `outputs` (a JSON text), or `error` with `retriable`
    idle   what the task had changed is undone; `unclean` says why to replace this process, if that is so
    call   a request on behalf of the action: `id`, `method`, `params`
Either side may `call` and gets a `reply` with the same `id` and `result` or `error`.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flyte import _loops
from flyte._logging import take_levels_of_environment

from .channel import Channel, private_socket
from .frames import FrameError
from .residue import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Message

    Execute = Callable[[Message, Channel], Message]
    """Runs what a `run` message asks for, and gives the fields of `done`. Whatever it raises counts as the user's."""

_PR_SET_PDEATHSIG = 1
"""Source: linux/prctl.h."""


def serve(channel: Channel, execute: Execute) -> None:
    """Run actions until the supervisor closes the channel."""
    baseline: Baseline | None = None
    while (order := channel.receive()) is not None:
        if order["type"] == "bind":
            baseline = bind(order)
        elif order["type"] == "run" and baseline is not None:
            channel.begin()
            done = run(order, channel, execute)
            if not channel.is_mine:
                os._exit(0)  # a fork made by the task came back here: it has no supervisor
            unclean = done.pop("unclean", "")
            _send(channel, done)
            channel.send({"type": "idle", "unclean": baseline.restore(channel.threads) or unclean})
        else:
            raise FrameError(f"the supervisor sent {order['type']!r}, which makes no sense here")


def bind(order: Message) -> Baseline:
    """Make this process one of the given program: working directory, search path, environment."""
    folder = Path(order["folder"])
    os.chdir(folder)
    os.environ.update(order["environ"])
    take_levels_of_environment()  # the loggers were made before the program was known
    sys.path[:0] = [str(folder)]
    if dependencies := order.get("dependencies"):
        sys.path.insert(1, dependencies)
        os.environ["PATH"] = os.pathsep.join([str(Path(dependencies, "bin")), os.environ.get("PATH", os.defpath)])
    importlib.invalidate_caches()
    return Baseline(folder)


def run(order: Message, channel: Channel, execute: Execute) -> Message:
    """Run one action. Never raises: what user code raises is an outcome. All that it printed is in the pipes."""
    os.environ.update(order["environ"])
    os.environ["FLYTE_ATTEMPT_NUMBER"] = str(order["attempt"] - 1)  # as Flyte's containers have it
    try:
        outcome = execute(order, channel)
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt too end the action, not the worker
        outcome = failed(error)
    _flush()
    return {"type": "done", **outcome}


def failed(error: BaseException) -> Message:
    """The outcome of an action that ended by `error` outside of what `execution` takes care of, such as Ctrl-C."""
    from .tracebacks import text_of, user_traceback

    text = text_of(error) or type(error).__name__
    record = {"code": type(error).__name__, "kind": "user", "message": text, "traceback": user_traceback(error)}
    return {"error": record, "retriable": True}


def main() -> None:
    """The process's entry: the socket's descriptor is the only argument."""
    channel = Channel(private_socket(int(sys.argv[1])))
    del sys.argv[1:]
    _die_first()
    _announce_crashes()
    _loops.watch(channel.waiting)
    from flyte import TaskEnvironment  # noqa: F401 - what every program needs, loaded before one is waited for

    from .action import run_action

    serve(channel, run_action)


def _die_first() -> None:
    """End with the supervisor, and before it when the machine's memory is short."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with contextlib.suppress(OSError):  # a sandbox may forbid it; the supervisor watches memory all the same
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _announce_crashes() -> None:
    """Show lines as they are printed, and the Python stack of a crash in native code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable()


def _flush() -> None:
    """Bring what was printed into the pipes."""
    for stream in {id(s): s for s in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)}.values():
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            continue  # closed by the task, which `Baseline.restore` notices


def _send(channel: Channel, done: Message) -> None:
    """Send how the run ended, or, where that cannot be text in UTF-8, this as its failure."""
    if "error" in done:
        done["error"] = {name: _encodable(text) for name, text in done["error"].items()}
    try:
        channel.send(done)
    except FrameError as error:
        message = f"the outputs cannot be sent: {_encodable(str(error))}"
        record = {"code": "DataValidationError", "kind": "user", "message": message}
        channel.send({"type": "done", "error": record, "retriable": False})


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
