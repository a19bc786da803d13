"""The sandbox's workers: one bound to a program and kept warm, and where it pays a spare that is started already."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

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


class Session(Protocol):
    """What goes with a worker whose task only waits."""

    def give_up(self) -> None:
        """The worker is gone: nobody takes it up any more."""


@dataclass(slots=True)
class Frozen:
    """A worker whose task only waits, stopped where it was.

    Attributes:
        worker: The process.
        session: What its supervisor knows of the task.
        suspensions: How often the attempt had been suspended then: nobody else may have taken it up since.
        at_s: When, by the wall clock: Lambda may stop all other clocks meanwhile.
    """

    worker: Worker
    session: Session
    suspensions: int
    at_s: float


FROZEN_AT_MOST = 4
_FROZEN_FOR_S = 45 * 60
"""A task's credentials are good for an hour, and it may need them for some time yet."""


class Workers:
    """At most one bound worker and one spare, and a few that are frozen.

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
        self._frozen: dict[Hashable, Frozen] = {}

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        frozen = [each.worker for each in self._frozen.values()]
        return [worker.process.pid for worker in (self._bound, self._spare, *frozen) if worker is not None]

    def keep_frozen(self, name: Hashable, session: Session, suspensions: int) -> None:
        """Puts the bound worker aside, which was stopped, and gives up the oldest ones where that is too much."""
        assert self._bound is not None  # noqa: S101 - it has just run the task
        worker, self._bound = self._bound, None
        self._frozen[name] = Frozen(worker, session, suspensions, time.time())
        while self._frozen and (len(self._frozen) > FROZEN_AT_MOST or self._frozen_bytes() > self._max_idle_bytes):
            self._give_up(next(iter(self._frozen)))

    def take_frozen(self, name: Hashable, suspensions: int) -> Any:
        """What `keep_frozen` was given, with the worker as the bound one again; None if it is not there any more."""
        self._give_up_old()
        frozen = self._frozen.get(name)
        if frozen is None:
            return None
        if frozen.suspensions != suspensions or frozen.worker.process.returncode is not None:
            self._give_up(name)
            return None
        del self._frozen[name]
        self.retire()
        self._bound = frozen.worker
        return frozen.session

    def renew_frozen(self, name: Hashable, suspensions: int) -> None:
        """The attempt was looked at and suspended again without going on: what is frozen stays as it is."""
        if name in self._frozen:
            self._frozen[name].suspensions = suspensions

    def give_up_frozen(self) -> bool:
        """Ends all that are frozen, and says whether there were any: their tasks are run again instead."""
        names = list(self._frozen)
        for name in names:
            self._give_up(name)
        return bool(names)

    def _give_up_old(self) -> None:
        for name, frozen in list(self._frozen.items()):
            if time.time() - frozen.at_s > _FROZEN_FOR_S:
                self._give_up(name)

    def _give_up(self, name: Hashable) -> None:
        frozen = self._frozen.pop(name)
        frozen.worker.close()
        frozen.session.give_up()

    def _frozen_bytes(self) -> int:
        return process_tree.anonymous_bytes([each.worker.process.pid for each in self._frozen.values()])

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
        self.give_up_frozen()
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
