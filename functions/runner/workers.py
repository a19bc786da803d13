"""The sandbox's workers: one bound to a program and kept warm, and where it pays a spare that is started already."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flyte.protocol.tasks import SOURCE_LAYERS_FOLDER
from functions.runner import process_tree
from functions.runner.secret_delivery import SecretBundle
from functions.runner.worker_process import WorkerCommand, WorkerProcess

NO_SECRETS = SecretBundle()


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker is bound to.

    Another domain, version, environment variable or value of a secret is another program: nothing of one leaks into the
    other, also not what a module read from its environment when it was imported.
    """

    scope: str
    code: Path | None
    dependencies: Path | None
    environ: tuple[tuple[str, str], ...] = ()
    secrets: SecretBundle = NO_SECRETS


class Worker:
    """A worker process with its own folders: `code`, a copy that tasks may write to, `home`, `tmp` and `secrets`."""

    def __init__(self, folder: Path, make_command: Callable[[Path], WorkerCommand]) -> None:
        self._folder = folder
        (folder / "home").mkdir(parents=True)
        (folder / "tmp").mkdir()
        self.process = WorkerProcess(make_command(folder))
        self.program: Program | None = None

    def bind(self, program: Program) -> None:
        """Make it one of `program`. The worker does its part while the next message is on its way."""
        code = self._folder / "code"
        code.mkdir()
        if program.dependencies is not None and (layers := program.dependencies / SOURCE_LAYERS_FOLDER).is_dir():
            shutil.copytree(layers, code, dirs_exist_ok=True)
        if program.code is not None:
            shutil.copytree(program.code, code, dirs_exist_ok=True)
        self.program = program
        self.process.send(
            {
                "type": "bind",
                "folder": str(code),
                "dependencies": None if program.dependencies is None else str(program.dependencies),
                "environ": {**dict(program.environ), **program.secrets.place(self._folder / "secrets")},
            }
        )

    def close(self) -> None:
        """End it and remove its folders."""
        self.process.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Workers:
    """At most one bound worker and one spare.

    A spare is kept from the second program on: a sandbox that has seen two will see more, while one that sees a single
    program would pay memory and processor time for nothing.

    Args:
        folder: Where workers get their folders.
        make_command: How a worker with that folder is started.
        max_idle_bytes: A worker that holds more after a task is not used again.
    """

    def __init__(self, folder: Path, make_command: Callable[[Path], WorkerCommand], max_idle_bytes: int) -> None:
        self._folder = folder
        self._make_command = make_command
        self._max_idle_bytes = max_idle_bytes
        self._numbers = itertools.count(1)
        self._bound: Worker | None = None
        self._spare: Worker | None = None
        self._programs_seen = 0

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        return [worker.process.pid for worker in (self._bound, self._spare) if worker is not None]

    def prepare(self) -> None:
        """Start a worker if none is there for the next program; its interpreter starts while other things are done."""
        if self._spare is None:
            self._spare = Worker(self._folder / str(next(self._numbers)), self._make_command)

    def get(self, program: Program) -> tuple[Worker, bool]:
        """A worker bound to `program`, and whether it has been so before."""
        if self._bound is not None:
            if self._bound.program == program and self._is_fit(self._bound):
                return self._bound, True
            self.retire()
        worker = self._unused()
        worker.bind(program)
        self._bound = worker
        self._programs_seen += 1
        return worker, False

    def has(self, program: Program) -> bool:
        """Whether the bound worker is one of this program."""
        return self._bound is not None and self._bound.program == program

    def retire(self) -> None:
        """End the bound worker."""
        if self._bound is not None:
            self._bound.close()
            self._bound = None

    def replenish(self) -> None:
        """Start what the next invocation will need, if that is known; for the end of an invocation."""
        if self._bound is None or self._programs_seen > 1:
            self.prepare()

    def close(self) -> None:
        """End all."""
        self.retire()
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _is_fit(self, worker: Worker) -> bool:
        process = worker.process
        return process.returncode is None and process_tree.anonymous_bytes([process.pid]) <= self._max_idle_bytes

    def _unused(self) -> Worker:
        if self._spare is not None and self._spare.process.returncode is not None:
            self._spare.close()
            self._spare = None
        self.prepare()
        assert self._spare is not None  # noqa: S101 - just made
        worker, self._spare = self._spare, None
        return worker
