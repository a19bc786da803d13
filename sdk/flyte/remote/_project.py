"""Projects, and who the caller is."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from flyte._initialize import require_backend
from flyte._syncify import syncify
from flyte.errors import RuntimeUserError

from ._http import get_client, path_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flyte.protocol.api import Project as ProjectModel


class Project:
    """A project."""

    def __init__(self, record: ProjectModel) -> None:
        self.record = record

    @syncify
    @classmethod
    async def get(cls, name: str) -> Project:
        """The project of that id.

        Raises:
            RuntimeUserError: `ProjectNotFound`: there is none.
        """
        found = await _projects()
        for record in found:
            if record.id == name:
                return cls(record)
        known = ", ".join(record.id for record in found)
        raise RuntimeUserError("ProjectNotFound", f"there is no project {name!r}; there are: {known}")

    @syncify
    @classmethod
    async def listall(
        cls,
        filters: str | None = None,
        sort_by: tuple[str, Literal["asc", "desc"]] | None = None,
        archived: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ) -> AsyncIterator[Project]:
        """Projects by their id; those whose id or name holds the text `filters`, archived ones only on demand."""
        field, direction = sort_by or ("id", "asc")
        found = [record for record in await _projects() if record.archived == archived]
        found.sort(key=lambda record: str(getattr(record, field)), reverse=direction == "desc")
        for record in found:
            if filters is None or filters in record.id or filters in record.name:
                yield cls(record)

    @syncify
    @classmethod
    async def create(
        cls,
        id: str,  # noqa: A002 - Flyte's signature
        name: str,
        description: str = "",
        labels: dict[str, str] | None = None,
    ) -> Project:
        """Makes a project."""
        from flyte.protocol.api import Project as ProjectModel

        body = ProjectModel(id=id, name=name, description=description, labels=labels or {})
        return cls(await get_client().post(path_of("projects"), body, ProjectModel))

    @syncify
    @classmethod
    async def update(
        cls,
        id: str,  # noqa: A002 - Flyte's signature
        name: str | None = None,
        description: str | None = None,
        labels: dict[str, str] | None = None,
        state: Literal["archived", "active"] | None = None,
    ) -> Project:
        """Changes what is given; the rest stays as it is. A project that is archived still takes runs.

        Raises:
            RuntimeUserError: `ProjectNotFound`: there is none.
            ValueError: `state` is another word.
        """
        if state not in {None, "archived", "active"}:
            raise ValueError(f"state={state!r}: wanted 'archived' or 'active'")
        from flyte.protocol.api import Project as ProjectModel
        from flyte.protocol.api import UpdateProjectRequest

        archived = None if state is None else state == "archived"
        body = UpdateProjectRequest(name=name, description=description, labels=labels, archived=archived)
        answer = await asyncio.to_thread(get_client().call, "PATCH", path_of("projects", id), ProjectModel, body=body)
        return cls(answer)

    def archive(self) -> Project:
        """Hides it from lists."""
        found: Project = Project.update(self.id, state="archived")
        return found

    def unarchive(self) -> Project:
        """Undoes that."""
        found: Project = Project.update(self.id, state="active")
        return found

    @property
    def id(self) -> str:
        """What paths and the configuration name."""
        return self.record.id

    @property
    def name(self) -> str:
        """What people see."""
        return self.record.name or self.record.id

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return self.record.to_dict()

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"Project(id={self.id!r}, name={self.name!r})"


@dataclass(frozen=True)
class User:
    """The caller, as the AWS credentials name them."""

    arn: str

    @syncify
    @classmethod
    async def get(cls) -> User:
        """Who signs the requests. Asks AWS's STS; on a backend of this machine it is a fixed name."""
        from flyte.protocol.identity import DEVBOX_CALLER

        from ._endpoint import parse_endpoint

        platform = require_backend().platform
        endpoint = parse_endpoint(platform.endpoint or "", insecure=platform.insecure)
        if endpoint.is_loopback:
            return cls(DEVBOX_CALLER)

        def ask() -> str:
            from botocore.session import Session

            region = platform.region or endpoint.region or "us-east-1"
            client: Any = Session(profile=platform.profile).create_client("sts", region_name=region)
            arn: str = client.get_caller_identity()["Arn"]
            return arn

        return cls(await asyncio.to_thread(ask))

    def name(self) -> str:
        """The last part of the ARN."""
        return self.arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]

    def subject(self) -> str:
        """The ARN: what `created_by` of a run holds."""
        return self.arn

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        return {"name": self.name(), "subject": self.subject()}

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict())


async def _projects() -> tuple[ProjectModel, ...]:
    from flyte.protocol.api import ProjectList

    found: list[ProjectModel] = []
    cursor: str | None = None
    while True:
        page = await get_client().get(path_of("projects"), ProjectList, {"cursor": cursor})
        found += page.projects
        if (cursor := page.cursor) is None:
            return tuple(found)
