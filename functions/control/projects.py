"""Projects and their domains. Every request names one, so what is known is remembered in the function's memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flyte.protocol.api import Project, ProjectList, UpdateProjectRequest
from functions.control import cursors
from functions.control.attributes import Item, from_attributes, to_attributes
from functions.control.errors import ProjectAlreadyExistsError, ProjectNotFoundError, did_you_mean
from functions.control.writes import put_new, update_if

if TYPE_CHECKING:
    from functions.control.clients import Clients
    from functions.control.settings import Settings

DOMAINS = ("development", "staging", "production")

FIRST_PROJECT = Project(id="flytesnacks", name="flytesnacks", description="The project that is there from the start.")

_PARTITION = "PROJECT"
_REMEMBERED_S = 300


class Projects:
    """Projects in the registry table."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.registry_table
        self._clients = clients
        self._known: dict[str, float] = {}

    def require(self, project: str, domain: str) -> str:
        """The scope `project/domain`.

        Raises:
            ProjectNotFoundError: There is no such project, or no such domain.
        """
        if domain not in DOMAINS:
            raise ProjectNotFoundError(
                f"The project {project!r} has no domain {domain!r}; domains are {', '.join(DOMAINS)}."
                f"{did_you_mean(domain, DOMAINS)}"
            )
        if project != FIRST_PROJECT.id and time.monotonic() >= self._known.get(project, 0.0):
            self._look_up(project)
        return f"{project}/{domain}"

    def create(self, project: Project) -> Project:
        """Registers a project.

        Raises:
            ProjectAlreadyExistsError: The id is taken by a project that differs.
        """
        named = project if project.name else project.model_copy(update={"name": project.id})
        existing = FIRST_PROJECT if project.id == FIRST_PROJECT.id else self._put(named)
        if existing is not None and existing != named:
            raise ProjectAlreadyExistsError(f"The project {project.id!r} exists. Choose another id.")
        return named

    def update(self, project: str, asked: UpdateProjectRequest) -> Project:
        """Changes what is given, and nothing else: what others change at the same time stays.

        Raises:
            ProjectNotFoundError: There is no such project.
        """
        changes = asked.model_dump(exclude_none=True)
        changed = self._change(project, changes)
        if changed is None and project == FIRST_PROJECT.id:
            self._put(FIRST_PROJECT)  # it is recorded when it is changed first
            changed = self._change(project, changes)
        if changed is None:
            raise self._unknown(project)
        return changed

    def list_all(self) -> tuple[Project, ...]:
        """All projects, sorted by id."""
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ConsistentRead=True,
            ExpressionAttributeValues=to_attributes({":pk": _PARTITION}),
        )
        items = (_from_item(from_attributes(item)) for page in pages for item in page["Items"])
        known = {FIRST_PROJECT.id: FIRST_PROJECT} | {project.id: project for project in items}
        return tuple(known[name] for name in sorted(known))

    def list_page(self, limit: int, cursor: str | None) -> ProjectList:
        """Projects by id: a page of what `list_all` has, which are few.

        Raises:
            InvalidRequestError: The cursor is none of this list.
        """
        position = cursors.decode(cursor, after=str)
        after = str(position["after"]) if position else ""
        left = [project for project in self.list_all() if project.id > after]
        page = tuple(left[:limit])
        return ProjectList(projects=page, cursor=cursors.encode({"after": page[-1].id}) if len(left) > limit else None)

    def _look_up(self, project: str) -> None:
        key = to_attributes({"pk": _PARTITION, "sk": project})
        answer = self._clients.dynamodb.get_item(
            TableName=self._table, Key=key, ConsistentRead=True, ProjectionExpression="sk"
        )
        if "Item" not in answer:
            raise self._unknown(project)
        self._known[project] = time.monotonic() + _REMEMBERED_S

    def _unknown(self, project: str) -> ProjectNotFoundError:
        near = did_you_mean(project, (known.id for known in self.list_all()))
        return ProjectNotFoundError(
            f"There is no project {project!r}.{near} Create it with: flyte create project {project}"
        )

    def _change(self, project: str, changes: dict[str, object]) -> Project | None:
        """The project after the change; None if there is none, or the first one is not recorded."""
        if not changes:
            return next((each for each in self.list_all() if each.id == project), None)
        changed = update_if(
            self._clients.dynamodb,
            self._table,
            {"pk": _PARTITION, "sk": project},
            "SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            "attribute_exists(pk)",
            {f":{name}": value for name, value in changes.items()},
            {f"#{name}": name for name in changes},
        )
        return _from_item(changed) if changed else None

    def _put(self, project: Project) -> Project | None:
        """The project that is there already, if one is."""
        found = put_new(self._clients.dynamodb, self._table, _to_item(project))
        return _from_item(found) if found else None


def _to_item(project: Project) -> Item:
    return {"pk": _PARTITION, "sk": project.id, **project.model_dump(exclude={"id"})}


def _from_item(item: Item) -> Project:
    return Project(id=item["sk"], **{name: value for name, value in item.items() if name not in {"pk", "sk"}})
