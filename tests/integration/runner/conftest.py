"""A supervisor with real worker processes; only AWS is replaced: a store in memory, artifacts in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import textwrap
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flyte.bundle._zip import EXECUTABLE_MODE, MODE
from flyte.protocol.identity import RunId
from flyte.protocol.limits import MIB
from flyte.protocol.runs import Invocation, Outcome
from flyte.protocol.tasks import ArtifactKind, ArtifactRef, Loader, RetryPolicy, SecretRef, TaskSpec, TimeoutPolicy
from functions.control.errors import SecretNotFoundError
from functions.runner.artifacts import ArtifactCache
from functions.runner.collaborators import Collaborators, Sandbox
from functions.runner.memory import Memory
from functions.runner.supervisor import Supervisor
from functions.runner.worker_process import worker_command
from functions.runner.workers import Workers
from tests.fakes.action_store import FakeActionStore, StoredAction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from functions.control.claims import AlreadyClaimed, ClaimedAction

HEADER = """
import os, sys, time, threading, subprocess, signal
from pathlib import Path
import flyte
env = flyte.TaskEnvironment(name="e")
"""


class FolderSource:
    """Artifacts as files of a folder; counts what is fetched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetched: list[str] = []

    def fetch(self, key: str, target: Path) -> None:
        self.fetched.append(key)
        target.write_bytes((self.folder / key).read_bytes())


@dataclass
class OfferedMethods:
    """Services that a test makes up."""

    methods: dict[str, Any]

    can_go_on: bool = False

    def may_wait(self, open_calls: int) -> bool:
        """None of the methods is one that another invocation could wait for."""
        return False

    def still_waits(self) -> None:
        """Nothing was parked."""

    def park(self, claim: ClaimedAction, *, only_waits: bool) -> Outcome:
        """Never asked for."""
        raise AssertionError(claim, only_waits)

    def go_on(self) -> None:
        """Nothing was parked."""

    def changed_course(self) -> None:
        return None

    @property
    def below(self) -> None:
        """It has no children."""
        return None

    def keep(self, outputs: str) -> None:
        """Nothing is kept."""

    def close(self, *, has_ended: bool) -> None:
        """There are no children."""


@dataclass
class Result:
    """What an invocation gave: its outcome, the stored action, and the log lines."""

    outcome: Outcome
    action: StoredAction
    lines: list[dict[str, Any]]
    took_s: float

    @property
    def value(self) -> Any:
        assert self.action.outputs is not None, [f.error for f in self.action.failures]
        return json.loads(self.action.outputs)["o0"]

    @property
    def error(self) -> Any:
        return self.action.failures[-1].error

    @property
    def printed(self) -> list[str]:
        return [line["message"] for line in self.lines if line["source"] == "user"]

    @property
    def said(self) -> list[str]:
        return [line["message"] for line in self.lines if line["source"] == "system"]


@dataclass
class Runner:
    """A runner function without AWS."""

    folder: Path
    memory_mb: int = 4096
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    methods: dict[str, Any] = field(default_factory=dict)
    can_go_on: bool = False
    """Whether another invocation would get further."""
    credentials: Callable[[RunId], dict[str, str]] = lambda _: {}
    credentials_as: Callable[[RunId, str], dict[str, str]] = lambda _, service_account: {"AWS_ROLE": service_account}
    end_strays: Callable[[], int] = int
    secrets: dict[str, str | bytes] = field(default_factory=dict)
    """Values by key."""

    def __post_init__(self) -> None:
        (self.folder / "bucket").mkdir(parents=True)
        self.store = FakeActionStore()
        self.source = FolderSource(self.folder / "bucket")
        self.log: list[str] = []
        self.closed: list[AlreadyClaimed] = []
        self.workers = Workers(
            self.folder / "workers",
            lambda own: worker_command(self.environ, own),
            max_idle_bytes=self.memory_mb * MIB // 2,
        )
        self.cache = ArtifactCache(self.folder / "artifacts", self.source, budget_bytes=100 * MIB)
        self.supervisor = Supervisor(
            Collaborators(
                actions=self.store,
                payloads=self,
                close_dead=self._close_dead,
                artifacts=self.cache,
                workers=self.workers,
                memory=Memory(self.memory_mb * MIB, lambda: self.workers.pids),
                bucket="bucket",
                services=lambda _: OfferedMethods(self.methods, self.can_go_on),
                credentials=self.credentials,
                credentials_as=self.credentials_as,
                end_strays=self.end_strays,
                read_secrets=self._read_secrets,
                write_log=self.log.append,
            )
        )
        self._runs = 0

    def read(self, uri: str) -> bytes:
        return (self.folder / "bucket" / uri.removeprefix("s3://bucket/")).read_bytes()

    def artifact(
        self,
        files: dict[str, str | bytes],
        kind: ArtifactKind = ArtifactKind.CODE,
        executable: Collection[str] = (),
    ) -> ArtifactRef:
        """An artifact in the bucket."""
        path = self.folder / "new.zip"
        with zipfile.ZipFile(path, "w") as opened:
            for name, content in files.items():
                data = textwrap.dedent(content).encode() if isinstance(content, str) else content
                entry = zipfile.ZipInfo(name)
                entry.external_attr = (EXECUTABLE_MODE if name in executable else MODE) << 16
                opened.writestr(entry, data)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        size = path.stat().st_size
        path.rename(self.source.folder / digest)
        return ArtifactRef(kind=kind, sha256=digest, size_bytes=size)

    def program(self, body: str, **files: str | bytes) -> ArtifactRef:
        """The artifact of a program: `program.py` with some imports and the environment `e` before `body`."""
        return self.artifact({"program.py": HEADER + textwrap.dedent(body), **files})

    def invoke(
        self,
        code: ArtifactRef | None,
        task: str = "t",
        *,
        dependencies: ArtifactRef | None = None,
        timeout: TimeoutPolicy | None = None,
        retries: int = 0,
        attempt: int = 1,
        remaining_s: float = 60,
        age_s: float = 0,
        domain: str = "development",
        env_vars: dict[str, str] | None = None,
        module: str | None = "program",
        prepare: Any = None,
        secrets: tuple[SecretRef, ...] = (),
        service_account: str | None = None,
        **inputs: Any,
    ) -> Result:
        """One invocation for a new action."""
        self._runs += 1
        spec = TaskSpec(
            name=f"e.{task}",
            environment="e",
            version="v1",
            loader=Loader(module=module, attribute=task),
            code=code,
            dependencies=dependencies,
            retry=RetryPolicy(count=retries),
            timeout=timeout or TimeoutPolicy(),
            secrets=secrets,
            service_account=service_account,
        )
        action = StoredAction(
            id=RunId(project="p", domain=domain, run=f"r{self._runs}").action_id(),
            spec=spec,
            inputs=json.dumps(inputs),
            code_key=code.sha256 if code else None,
            dependencies_key=dependencies.sha256 if dependencies else None,
            env_vars=env_vars or {},
            created_at=datetime.now(UTC) - timedelta(seconds=age_s),
        )
        self.store.put(action)
        if prepare:
            prepare(action)
        self.log.clear()
        started = time.monotonic()
        sandbox = Sandbox(f"request-{self._runs}", "group", "stream", remaining_s)
        outcome = self.supervisor.run(Invocation(**action.id.to_dict(), attempt=attempt), sandbox)
        took_s = time.monotonic() - started
        lines = [json.loads(line) for line in "".join(self.log).splitlines()]
        return Result(outcome, action, lines, took_s)

    def _read_secrets(self, _run: RunId, refs: Sequence[SecretRef]) -> dict[SecretRef, str | bytes]:
        missing = [ref.key for ref in refs if ref.key not in self.secrets]
        if missing:
            raise SecretNotFoundError(f"no {missing}")
        return {ref: self.secrets[ref.key] for ref in refs}

    def _close_dead(self, claim: AlreadyClaimed) -> Outcome:
        self.closed.append(claim)
        return Outcome(status="failed", attempt=claim.attempt, error="WorkerCrashedError")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path / "sandbox")
    yield made
    made.workers.close()
