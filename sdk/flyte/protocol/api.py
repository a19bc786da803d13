"""Requests and responses of the HTTP API, beside the models that are bodies themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from . import limits
from .model import Model, Scope, Sha256, Version
from .runs import ActionRecord, LogLine
from .tasks import ArtifactRef, EnvironmentSpec, TaskSpec, TaskVersion
from .triggers import TriggerChange


class Problem(Model):
    """The body of every answer that is not 2xx."""

    code: str
    """Stable, a class name of `flyte.errors` where one fits, such as `RunAlreadyExistsError`."""
    message: str
    """What happened, to what, and what to do."""
    missing_artifacts: tuple[PresignedUpload, ...] = ()
    """With status 409 and code `ArtifactsMissing`: upload these, then send the same request again."""


class PresignedUpload(Model):
    """A PUT that the holder may make once, within 15 minutes, of exactly these bytes."""

    artifact: ArtifactRef | None = None
    url: str
    headers: dict[str, str] = {}
    uri: str
    """The `s3://` URI under which the object can be referred to afterwards."""


class DeployRequest(Model):
    """Registers environments of one version: each whole or not at all. Repeating it is harmless."""

    environments: tuple[EnvironmentSpec, ...] = Field(min_length=1)


class DeployedEnvironment(Model):
    """What became of one environment. `created` is false where the same version with the same content was there."""

    name: str
    version: Version
    created: bool
    tasks: tuple[str, ...]
    triggers: tuple[TriggerChange, ...] = ()


class DeployResponse(Model):
    """One entry for each environment asked for, in that order."""

    environments: tuple[DeployedEnvironment, ...]


class TaskDetails(Model):
    """One version of a task with everything known of it."""

    spec: TaskSpec
    deployed_at: datetime
    deployed_by: str


class RunPage(Model):
    """Root actions, newest first.

    A page can have fewer than were asked for, even none, and a cursor: then so many runs were looked at that do not
    match. Ask again with the cursor.
    """

    runs: tuple[ActionRecord, ...]
    cursor: str | None = None


class ActionPage(Model):
    """Actions of one run in the order of creation."""

    actions: tuple[ActionRecord, ...]
    cursor: str | None = None
    as_of: datetime | None = None
    """Give it as `changed_since` to get only what has changed after this answer; some may come twice."""


class TaskPage(Model):
    """Tasks (latest version each) or versions of one task, newest first."""

    tasks: tuple[TaskVersion, ...]
    cursor: str | None = None


class LogPage(Model):
    """Log lines in time order. `cursor` continues after the last line, also while the action still runs."""

    lines: tuple[LogLine, ...]
    cursor: str | None = None


class AbortRequest(Model):
    """Why an action and everything below it is to stop."""

    reason: str = ""


class UploadRequest(Model):
    """A place for one object of the client's: large inputs, or a file. `sha256` is of its bytes."""

    project: Scope
    domain: Scope
    filename: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256


class FolderFile(Model):
    """A file of a folder. A path that ends in `/` is an empty folder; without a path, the whole folder is empty."""

    path: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256


class FolderUploadRequest(Model):
    """Places for up to 500 files of one folder. `sha256` is a digest of the whole folder, the same in every request."""

    project: Scope
    domain: Scope
    name: str
    sha256: Sha256
    files: tuple[FolderFile, ...] = Field(min_length=1, max_length=500)


class FolderUpload(Model):
    """Where the folder will be, and an upload for each file asked for, in that order."""

    uri: str
    uploads: tuple[PresignedUpload, ...]


class UploadPart(Model):
    """A part of an object. `etag` is what S3 answered when it was sent."""

    number: int = Field(ge=1, le=limits.UPLOAD_PARTS)
    size_bytes: int = Field(ge=1)
    sha256: Sha256
    etag: str = ""


class BeginUploadRequest(Model):
    """Begins the upload of one large object in parts. `sha256` is of the parts' digests, joined in their order.

    For a file of a folder, `folder_sha256` is the folder's digest, and `filename` the folder's name and the path in it.
    """

    project: Scope
    domain: Scope
    filename: str
    size_bytes: int = Field(ge=1, le=limits.OBJECT_BYTES)
    sha256: Sha256
    folder_sha256: Sha256 | None = None


class BegunUpload(Model):
    """Where the object will be. Without an `upload_id` it is there already, and nothing is to be sent."""

    uri: str
    upload_id: str | None = None


class UploadPartsRequest(Model):
    """Places for up to 100 parts of an upload that was begun. Asking again for the same ones is harmless."""

    project: Scope
    domain: Scope
    uri: str
    upload_id: str
    parts: tuple[UploadPart, ...] = Field(min_length=1, max_length=100)


class UploadParts(Model):
    """A PUT for each part asked for, in that order."""

    uploads: tuple[PresignedUpload, ...]


class EndUploadRequest(Model):
    """Makes the object of all its parts; without parts, drops what was sent of it. Repeating it is harmless."""

    project: Scope
    domain: Scope
    uri: str
    upload_id: str
    parts: tuple[UploadPart, ...] = Field(max_length=limits.UPLOAD_PARTS)


class EndedUpload(Model):
    """What an upload in parts came to: `exists` is false where it was dropped."""

    uri: str
    exists: bool


class DownloadRequest(Model):
    """Asks for data of a run or an upload: one file, or all below a prefix."""

    project: Scope
    domain: Scope
    uri: str
    cursor: str | None = None


class PresignedDownload(Model):
    """A GET that the holder may make within 15 minutes. `path` is relative to what was asked for; empty for a file."""

    path: str
    size_bytes: int
    url: str


class DownloadPage(Model):
    """What lies under a URI. `folders` are the empty ones, each with a slash at its end."""

    kind: Literal["file", "folder"]
    files: tuple[PresignedDownload, ...]
    folders: tuple[str, ...] = ()
    cursor: str | None = None


class Platform(Model):
    """What tasks run on: what their packages must be made for."""

    architecture: str
    """As Lambda names it: `arm64` or `x86_64`."""
    python: str
    """Major and minor version: `3.13`."""
    system: str = "linux"
    """Another one only in a devbox."""
    glibc: str = ""
    """The C library's version: `2.34`; empty where it is another one."""
    packages: dict[str, str] = {}
    """What the runner brings, by name and version: tasks share it."""


class Health(Model):
    """What the backend is, without any data of anyone."""

    version: str
    region: str
    bucket: str
    state_machine_arn: str
    console_url: str | None = None
    platform: Platform | None = None
    now: datetime | None = None
    """What time it is there: requests are refused whose signer's clock differs by more than five minutes."""
    runner_memory_mb: tuple[int, ...] = ()
    """The memory sizes that tasks can have here."""


class Quotas(Model):
    """What the AWS account allows that runs depend on; None where the backend may not ask, or cannot."""

    concurrent_executions: int | None = None
    """Invocations of Lambda at a time, of all functions in the account and region."""
    unreserved_concurrent_executions: int | None = None
    """Those of them that no other function has for itself."""


_LabelText = Annotated[str, Field(max_length=256)]
ProjectLabels = Annotated[dict[_LabelText, _LabelText], Field(max_length=50)]


class Project(Model):
    """A project. `id` is what paths and configuration name."""

    id: Scope
    name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=4000)
    labels: ProjectLabels = {}
    archived: bool = False


class UpdateProjectRequest(Model):
    """Changes what is given; the rest stays as it is."""

    name: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, max_length=4000)
    labels: ProjectLabels | None = None
    archived: bool | None = None


class ProjectList(Model):
    """Projects by id."""

    projects: tuple[Project, ...]
    cursor: str | None = None


Problem.model_rebuild()
