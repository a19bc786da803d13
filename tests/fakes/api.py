"""The HTTP API in memory, behind the client's transport: enough of it to run, deploy and find things."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from flyte.protocol.api import (
    ActionPage,
    DeployedEnvironment,
    DeployRequest,
    DeployResponse,
    Health,
    LogPage,
    Platform,
    PresignedUpload,
    Problem,
    RunPage,
    TaskDetails,
    TaskPage,
    UploadRequest,
)
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ActionRecord, ErrorRecord, LogLine, RunSpec
from flyte.protocol.secrets import PutSecretRequest, SecretDetails, SecretId, SecretPage
from flyte.protocol.tasks import ArtifactRef, TaskSpec, TaskVersion
from flyte.protocol.versions import LatestSet, PrunedArtifacts, PrunedVersions, SetLatestRequest
from flyte.remote._transport import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte.protocol.model import Model

PLATFORM = Platform(architecture="arm64", python="3.13", glibc="2.34", packages={"pydantic": "2.14.3"})
HEALTH = Health(version="1", region="r", bucket="b", state_machine_arn="a", platform=PLATFORM)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def respond(model: Model, status: int = 200) -> Response:
    return Response(status, model.to_json().encode())


def problem(status: int, code: str, message: str = "no", uploads: tuple[PresignedUpload, ...] = ()) -> Response:
    return respond(Problem(code=code, message=message, missing_artifacts=uploads), status)


@dataclass
class FakeApi:
    """Requests come in as `send`; what is done with them is told by `calls`, `runs`, `tasks` and `objects`."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    runs: dict[str, ActionRecord] = field(default_factory=dict)
    run_specs: dict[str, RunSpec] = field(default_factory=dict)
    tasks: dict[str, dict[str, TaskSpec]] = field(default_factory=dict)
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    io: ActionIo = field(default_factory=ActionIo)
    phases: list[ActionPhase] = field(default_factory=lambda: [ActionPhase.SUCCEEDED])
    """The phases that a run goes through, one each time it is read."""
    error: ErrorRecord | None = None
    logs: list[LogLine] = field(default_factory=list)
    secrets: dict[SecretId, PutSecretRequest] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    """Versions that tasks were rolled back to."""
    prunes: list[PrunedVersions] = field(default_factory=list)
    """Answers to requests to prune versions, in this order."""
    sweeps: list[PrunedArtifacts] = field(default_factory=list)
    """Likewise for artifacts."""
    intercept: Callable[[Request], Response | None] = lambda _request: None

    def send(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        self.requests.append(request)
        self.calls.append((request.method, parts.path))
        if (answer := self.intercept(request)) is not None:
            return answer
        if request.method == "PUT" and not parts.path.startswith("/v1/"):
            return self._put(parts.path.lstrip("/"), request)
        if parts.path.startswith("/objects/"):
            return Response(200, self.objects[parts.path.lstrip("/")])
        body = json.loads(request.body) if isinstance(request.body, bytes) else None
        self.bodies.append(body)
        return self._route(request.method, unquote(parts.path).split("/")[2:], body, dict(parse_qsl(parts.query)))

    def _put(self, key: str, request: Request) -> Response:
        sent = request.body if isinstance(request.body, bytes) else self._drain(request.body)
        self.objects[key] = sent
        return Response(200)

    @staticmethod
    def _drain(body: IO[bytes] | None) -> bytes:
        blocks = []
        while body is not None and (block := body.read(16_384)):
            blocks.append(block)
        return b"".join(blocks)

    def _route(self, method: str, path: list[str], body: Any, query: dict[str, str]) -> Response:  # noqa: C901, PLR0911, PLR0912 - a table of routes
        match method, path:
            case "GET", ["health"]:
                return respond(HEALTH)
            case "POST", ["projects", project, "domains", domain, "runs"]:
                return self._create_run(project, domain, RunSpec.model_validate(body))
            case "GET", ["projects", _, "domains", _, "runs"]:
                filters = parse_qs(urlsplit(self.requests[-1].url).query)
                wanted = [run for run in self.runs.values() if _is_wanted(run, filters)]
                newest_first = sorted(wanted, key=lambda run: run.created_at, reverse=True)
                return respond(RunPage(runs=tuple(newest_first)))
            case "GET", ["projects", _, "domains", _, "runs", run]:
                return self._read_run(run, with_spec=False)
            case "GET", ["projects", _, "domains", _, "runs", run, "actions"]:
                return respond(ActionPage(actions=(self.runs[run],)))
            case "GET", ["projects", _, "domains", _, "runs", run, "actions", _]:
                return self._read_run(run, with_spec=True)
            case "GET", ["projects", _, "domains", _, "runs", _, "actions", _, "io"]:
                return respond(self.io)
            case "GET", ["projects", _, "domains", _, "runs", run, "actions", _, "logs"]:
                start = int(query.get("cursor", 0))
                lines = tuple(self.logs[start : start + 2])
                is_over = not lines and (run not in self.runs or self._next_phase().is_terminal)
                return respond(LogPage(lines=lines, cursor=None if is_over else str(start + len(lines))))
            case "POST", ["projects", _, "domains", _, "runs", run, "abort"]:
                return self._abort(run, body)
            case "POST", ["projects", _, "domains", _, "deployments"]:
                return self._deploy(DeployRequest.model_validate(body))
            case "GET", ["projects", _, "domains", _, "tasks"]:
                return respond(TaskPage(tasks=tuple(_listed(list(each.values())[-1]) for each in self.tasks.values())))
            case "GET", ["projects", _, "domains", _, "tasks", task, "versions", version]:
                return self._read_task(task, version)
            case "GET", ["projects", _, "domains", _, "tasks", task, "versions"]:
                versions = reversed(self.tasks.get(task, {}).values())
                latest = self._latest_of(task)
                tasks = (_listed(each).model_copy(update={"is_latest": each.version == latest}) for each in versions)
                return respond(TaskPage(tasks=tuple(tasks)))
            case "PUT", ["projects", _, "domains", _, "tasks", task, "latest"]:
                return self._set_latest(task, SetLatestRequest.model_validate(body))
            case "POST", ["projects", *_, "versions", "prune"]:
                return respond(self.prunes.pop(0))
            case "POST", ["artifacts", "prune"]:
                return respond(self.sweeps.pop(0))
            case _, ["secrets", *rest]:
                return self._secrets(method, rest, body, query)
            case "POST", ["uploads"]:
                asked = UploadRequest.model_validate(body)
                key = f"objects/{asked.sha256}/{asked.filename}"
                return respond(PresignedUpload(url=f"https://bucket.test/{key}", uri=f"s3://bucket/{key}"))
        return problem(404, "NotFound", f"{method} {path}")

    def _secrets(self, method: str, key: list[str], body: Any, query: dict[str, str]) -> Response:
        if method == "PUT":
            asked = PutSecretRequest.model_validate(body)
            self.secrets[asked.id] = asked
            return respond(_secret(asked.id))
        scope = {name: value for name, value in query.items() if name in {"group", "project", "domain"}}
        if not key:
            start = int(query.get("cursor", 0))
            page = list(self.secrets)[start : start + 2]
            more = str(start + 2) if start + 2 < len(self.secrets) else None
            return respond(SecretPage(secrets=tuple(map(_secret, page)), cursor=more))
        wanted = SecretId(key=key[0], **scope)
        if wanted not in self.secrets:
            return problem(404, "SecretNotFound", f"There is no secret {wanted.name!r}")
        if method == "DELETE":
            del self.secrets[wanted]
        return respond(_secret(wanted))

    def _create_run(self, project: str, domain: str, asked: RunSpec) -> Response:
        name = asked.name or f"r{len(self.runs)}"
        if name in self.runs:
            return problem(409, "RunAlreadyExistsError", f"run {name} exists")
        if asked.spec is not None and (missing := self._missing([asked.spec])):
            return problem(409, "ArtifactsMissing", uploads=missing)
        spec = self._spec_of(asked)
        record = ActionRecord(
            id=ActionId(project=project, domain=domain, run=name),
            task_name=spec.name,
            task_version=spec.version,
            phase=ActionPhase.QUEUED,
            created_at=NOW,
            updated_at=NOW,
            labels=asked.labels,
            annotations=asked.annotations,
            env_vars=asked.env_vars,
            custom_context=asked.custom_context,
            service_account=asked.service_account,
            raw_data_path=asked.raw_data_path,
            max_action_concurrency=asked.max_action_concurrency,
            recover_from=asked.recover_from,
            ephemeral=asked.spec is not None,
        )
        self.runs[name] = record
        self.run_specs[name] = asked
        return respond(record, 201)

    def _read_run(self, name: str, *, with_spec: bool) -> Response:
        if name not in self.runs:
            return problem(404, "RunNotFound", f"there is no run {name}")
        phase = self._next_phase()
        update = {"phase": phase, "error": self.error if phase is ActionPhase.FAILED else None}
        record = self.runs[name] = self.runs[name].model_copy(update=update)
        return respond(record.model_copy(update={"spec": self._spec_of(self.run_specs[name])}) if with_spec else record)

    def _spec_of(self, asked: RunSpec) -> TaskSpec:
        return asked.spec or self.tasks[asked.task.name][asked.task.version]  # type: ignore[union-attr,index]

    def _next_phase(self) -> ActionPhase:
        return self.phases.pop(0) if len(self.phases) > 1 else self.phases[0]

    def _abort(self, name: str, body: Any) -> Response:
        if self.runs[name].phase.is_terminal:
            return problem(409, "RunAlreadyEnded")
        update = {"phase": ActionPhase.ABORTED, "abort_reason": body["reason"]}
        self.runs[name] = self.runs[name].model_copy(update=update)
        self.phases = [ActionPhase.ABORTED]
        return respond(self.runs[name])

    def _deploy(self, asked: DeployRequest) -> Response:
        if missing := self._missing([task for env in asked.environments for task in env.tasks]):
            return problem(409, "ArtifactsMissing", uploads=missing)
        done = []
        for env in asked.environments:
            key = (env.name, env.version)
            if self.digests.setdefault(key, env.content_digest) != env.content_digest:
                return problem(409, "VersionConflict", f"{env.name} {env.version} is there with other content")
            created = any(env.version not in self.tasks.get(task.name, {}) for task in env.tasks)
            for task in env.tasks:
                versions = self.tasks.setdefault(task.name, {})
                versions.pop(task.version, None)
                versions[task.version] = task
            names = tuple(task.name for task in env.tasks)
            done.append(DeployedEnvironment(name=env.name, version=env.version, created=created, tasks=names))
        return respond(DeployResponse(environments=tuple(done)))

    def _latest_of(self, task: str) -> str:
        return self.latest.get(task) or list(self.tasks[task])[-1]

    def _set_latest(self, task: str, asked: SetLatestRequest) -> Response:
        if asked.version not in self.tasks.get(task, {}):
            return problem(404, "RemoteTaskNotFoundError", f"The task {task!r} has no version {asked.version!r}")
        self.latest[task] = asked.version
        left = ("cafe-drinks.new",) if asked.whole_environment else ()
        return respond(LatestSet(tasks=(_listed(self.tasks[task][asked.version]),), left=left))

    def _read_task(self, name: str, version: str) -> Response:
        versions = self.tasks.get(name, {})
        spec = list(versions.values())[-1] if version == "latest" and versions else versions.get(version)
        if spec is None:
            return problem(404, "RemoteTaskNotFoundError", f"there is no task {name} {version}")
        return respond(TaskDetails(spec=spec, deployed_at=NOW, deployed_by="someone"))

    def _missing(self, specs: list[TaskSpec]) -> tuple[PresignedUpload, ...]:
        refs = [ref for spec in specs for ref in (spec.code, *spec.environment_dependencies.values())]
        wanted: dict[str, ArtifactRef] = {ref.sha256: ref for ref in refs if ref is not None}
        there = {hashlib.sha256(content).hexdigest() for content in self.objects.values()}
        return tuple(
            PresignedUpload(
                artifact=ref, url=f"https://bucket.test/objects/{sha256}.zip", uri=f"s3://bucket/{sha256}.zip"
            )
            for sha256, ref in wanted.items()
            if sha256 not in there
        )


def _is_wanted(run: ActionRecord, asked: dict[str, list[str]]) -> bool:
    has = {*run.labels, *(f"{key}={value}" for key, value in run.labels.items())}
    since = asked.get("updated_after")
    return (
        ("phase" not in asked or run.phase in asked["phase"])
        and has.issuperset(asked.get("label", ()))
        and (since is None or run.updated_at >= datetime.fromisoformat(since[0]))
    )


def _secret(named: SecretId) -> SecretDetails:
    return SecretDetails(id=named, created_at=NOW, updated_at=NOW)


def _listed(spec: TaskSpec) -> TaskVersion:
    return TaskVersion(
        name=spec.name,
        environment=spec.environment,
        version=spec.version,
        deployed_at=NOW,
        deployed_by="someone",
        entrypoint=spec.entrypoint,
        source_url=spec.source_url,
        code_bytes=spec.code.size_bytes if spec.code else None,
    )
