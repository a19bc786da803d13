"""One worker process as its supervisor sees it: the private socket, its output, its memory, its end."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flyte.runtime.frames import Decoder, Message, encode
from functions.runner import process_tree
from functions.runner.task_log import STREAMS, Stream

_READ_BYTES = 256 * 1024
_EXIT_WAIT_S = 2
"""Between a process's last file descriptor and its end lies no more than a core dump."""
_KILL_WAIT_S = 10
"""How long the kernel may take to end a killed process before we go on without it."""


@dataclass(frozen=True, slots=True)
class WorkerCommand:
    """How a worker is started. The program takes the socket's descriptor as its last argument."""

    argv: Sequence[str]
    environ: Mapping[str, str]


class WorkerProcess:
    """A started worker.

    Reads never block, and what is written waits in a buffer for the socket to take it: so a worker that is stuck
    cannot stop the supervisor's watches.
    """

    def __init__(self, command: WorkerCommand) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*command.argv, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd="/",
                env=dict(command.environ),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._socket.settimeout(0)
        self._outputs: dict[Stream, IO[bytes]] = {}
        for stream, pipe in zip(STREAMS, (self._process.stdout, self._process.stderr), strict=True):
            assert pipe is not None  # noqa: S101 - asked for above
            os.set_blocking(pipe.fileno(), False)
            self._outputs[stream] = pipe
        self._pidfd = _pidfd(self._process.pid)
        self._decoder = Decoder()
        self._to_send = bytearray()
        self.oom_kills_before = process_tree.kernel_oom_kills()

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's and session's."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or minus the signal that killed it; None while it lives."""
        return self._process.poll()

    @property
    def sockets(self) -> Mapping[int, str]:
        """Descriptors to wait on, each with what it is: `socket`, `stdout`, `stderr`, `exit`."""
        found = {self._socket.fileno(): "socket"}
        found |= {pipe.fileno(): stream for stream, pipe in self._outputs.items()}
        if self._pidfd is not None:
            found[self._pidfd] = "exit"
        return found

    @property
    def socket_events(self) -> int:
        """What to wait for on the socket."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._to_send else 0)

    def send(self, message: Message) -> None:
        """Send a message, or as much of it as the socket takes; `send_more` sends the rest."""
        self._to_send += encode(message)
        self.send_more()

    def send_more(self) -> None:
        """Go on sending. A worker that is gone is noticed when its messages are read."""
        try:
            while self._to_send:
                del self._to_send[: self._socket.send(self._to_send)]
        except BlockingIOError:
            return
        except OSError:
            self._to_send.clear()

    def messages(self) -> list[Message] | None:
        """What the worker has sent; None when it has closed the socket.

        Raises:
            FrameError: It sent something else than messages.
        """
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return []
        except OSError:
            return None
        return self._decoder.feed(data) if data else None

    def output(self, stream: Stream) -> bytes | None:
        """What the worker has printed, as far as it is there; None at its end."""
        pipe = self._outputs.get(stream)
        if pipe is None:
            return None
        try:
            data = os.read(pipe.fileno(), _READ_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            del self._outputs[stream]
            pipe.close()
            return None
        return data

    def descendants(self) -> list[int]:
        """Processes that it, or a child of it, has started."""
        return process_tree.descendants(self.pid)

    def freeze(self) -> None:
        """Stop it and what it has started, wherever they are, so that `thaw` can let them go on as if nothing was."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in (self.pid, *self.descendants()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def wait_briefly(self) -> int | None:
        """The exit code of a worker that is about to end; None if it is not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_WAIT_S)
        return self._process.returncode

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            self._process.terminate()

    def kill(self) -> None:
        """End it and everything it has started, at once."""
        below = self.descendants()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()
        process_tree.kill(below)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILL_WAIT_S)

    def close(self) -> None:
        """End it and let go of what it held here."""
        self.kill()
        self._socket.close()
        for pipe in self._outputs.values():
            pipe.close()
        self._outputs.clear()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None


_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
_SHOWN = ("FLYTE_CONSOLE_URL",)
"""So that a task can say where people see a run that it has started."""
_START = "import sys; sys.path[:0] = {path!r}; from flyte.runtime.worker import main; main()"


def worker_command(environ: Mapping[str, str], folder: Path) -> WorkerCommand:
    """The command for this function: the same interpreter and packages, little of the environment.

    A worker must not know who the function is, where its tables are, or what its role's credentials are.

    Args:
        environ: The function's environment.
        folder: The worker's own, with `home` and `tmp` in it.
    """
    kept = {name: environ[name] for name in (*_INHERITED, *_REGION, *_SHOWN) if name in environ}
    path = [entry for entry in sys.path if entry and not _is_default(entry)]
    return WorkerCommand(
        # Isolated: neither PYTHON* variables nor the working directory change what is imported.
        argv=(sys.executable, "-I", "-c", _START.format(path=path)),
        environ={**kept, "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")},
    )


def _is_default(entry: str) -> bool:
    """Whether the interpreter finds it by itself, as a part of its own installation."""
    return entry.startswith((sys.base_prefix + "/", sys.prefix + "/"))


def _pidfd(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends, where the kernel has such."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None
