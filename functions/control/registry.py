"""The registry of deployed tasks. A version of an environment never changes, and is there whole or not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flyte.protocol import limits
from flyte.protocol.api import DeployedEnvironment, TaskDetails, TaskPage
from flyte.protocol.tasks import EnvironmentSpec, TaskSpec, TaskVersion
from functions.control import cursors
from functions.control.attributes import Item, from_attributes, to_attributes
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.errors import InvalidRequestError, TaskNotFoundError, VersionConflictError, did_you_mean
from functions.control.registry_items import (
    LATEST_ITEM,
    LISTED,
    environment_key,
    latest_item,
    task_key,
    version_item,
    version_key,
    versions_scope,
)
from functions.control.task_lists import TaskFilter
from functions.control.transactions import put, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, TransactWriteItemTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

LATEST = "latest"

_TRANSACTION_BYTES = 3_500_000
"""All specifications of one environment. A DynamoDB transaction takes 4 MB of items."""

_NEAR_NAMES_AMONG = 500
_QUERIES_PER_PAGE, _FILTERED_BATCH = 5, 200
"""A filter that no index answers passes over so many tasks at most: then the page ends early, with a cursor."""

_ANY_TASK = TaskFilter()
_REMEMBERED_SPECS = 100
_REMEMBERED_S = 60
"""Versions never change, but old ones are deleted: this long a function goes on using one that it has read."""


class Registry:
    """Deployed tasks in the registry table."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self._table = settings.registry_table
        self._clients = clients
        self._now = now
        self._details: dict[tuple[str, str, str], tuple[float, TaskDetails]] = {}

    def register(self, scope: str, environment: EnvironmentSpec, deployed_by: str) -> DeployedEnvironment:
        """Registers one version of an environment and points its tasks' latest at it, in one transaction.

        Repeating it changes nothing, neither times nor the latest version.

        Raises:
            InvalidRequestError: The environment contradicts itself, or is too large.
            VersionConflictError: The version is there with other content.
        """
        texts = {task.name: task.to_json() for task in environment.tasks}
        _check(environment, texts)
        digest = environment.content_digest
        writes = self._writes(scope, environment, texts, digest, deployed_by)
        refused = transact(self._clients.dynamodb, writes)
        existing = refused.item if refused else None
        if existing is not None and existing.get("digest") != digest:
            raise VersionConflictError(
                f"The environment {environment.name!r} has a version {environment.version!r} with other content in "
                f"{scope}, deployed at {existing.get('deployed_at')}. Versions never change: deploy another version."
            )
        return DeployedEnvironment(
            name=environment.name,
            version=environment.version,
            created=existing is None,
            tasks=tuple(task.name for task in environment.tasks),
        )

    def get(self, scope: str, task: str, version: str | None = None) -> TaskDetails:
        """One version of a task; without a version, the one that was deployed last.

        Raises:
            TaskNotFoundError: No such task or version. The message names near ones.
        """
        exact = version
        if exact is None or exact == LATEST:
            exact = self.latest_version(scope, task)
            if exact is None:
                raise self._unknown_task(scope, task)
        until_s, details = self._details.get((scope, task, exact), (0.0, None))
        if details is None or time.monotonic() >= until_s:
            details = _to_details(self.version_item(scope, task, exact))
            self._remember((scope, task, exact), details)
        return details

    def version_item(self, scope: str, task: str, version: str) -> Item:
        """The item of one version of a task. Raises as `get` does."""
        item = self._read(task_key(scope, task), version_key(version))
        if item is None:
            raise self._unknown_version(scope, task, version)
        return item

    def latest_version(self, scope: str, task: str) -> str | None:
        """The version that runs of a task use where none is named; None where there is no such task."""
        latest = self._read(task_key(scope, task), LATEST_ITEM)
        return str(latest["version"]) if latest else None

    def tasks_of(self, scope: str, environment: str, version: str) -> tuple[str, ...]:
        """The names of the tasks that an environment has in one version; none if there is no such version."""
        header = self._read(environment_key(scope, environment), version_key(version))
        return tuple(header["tasks"]) if header else ()

    def list_tasks(self, scope: str, limit: int, cursor: str | None, wanted: TaskFilter = _ANY_TASK) -> TaskPage:
        """The latest version of each task, sorted by name."""
        position = cursors.decode(cursor, task=str)
        after = str(position["task"]) if position else None
        prefix = f"task#{wanted.environment}." if wanted.environment else "task#"
        found: list[TaskVersion] = []
        for _ in range(_QUERIES_PER_PAGE):
            room = limit - len(found)
            request = self._index_query(scope, prefix, room if wanted.is_exact else max(room, _FILTERED_BATCH))
            if after is not None:
                request["ExclusiveStartKey"] = to_attributes(
                    {"pk": task_key(scope, after), "sk": LATEST_ITEM, "scope": scope, "listed_as": f"task#{after}"}
                )
            listed, more = self._page(request)
            fitting = [task.model_copy(update={"is_latest": True}) for task in listed if wanted.matches(task)]
            found += fitting[:room]
            if len(fitting) > room:
                after = found[-1].name
                break
            after = listed[-1].name if more and listed else None
            if after is None or len(found) >= limit:
                break
        return TaskPage(tasks=tuple(found), cursor=cursors.encode({"task": after}) if after else None)

    def list_versions(self, scope: str, task: str, limit: int, cursor: str | None) -> TaskPage:
        """The versions of a task, newest first.

        Raises:
            TaskNotFoundError: No such task.
        """
        position = cursors.decode(cursor, version=str, at=str)
        partition = versions_scope(scope, task)
        request = self._index_query(partition, "version#", limit)
        request["ScanIndexForward"] = False
        if position:
            version, at = str(position["version"]), str(position["at"])
            request["ExclusiveStartKey"] = to_attributes(
                {
                    "pk": task_key(scope, task),
                    "sk": version_key(version),
                    "scope": partition,
                    "listed_as": f"version#{at}#{version}",
                }
            )
        tasks, more = self._page(request)
        if not tasks and position is None:
            raise self._unknown_task(scope, task)
        latest = self.latest_version(scope, task)
        tasks = tuple(
            listed.model_copy(update={"is_latest": True}) if listed.version == latest else listed for listed in tasks
        )
        after = {"version": tasks[-1].version, "at": to_iso(tasks[-1].deployed_at)} if more and tasks else None
        return TaskPage(tasks=tasks, cursor=cursors.encode(dict(after)) if after else None)

    def _writes(
        self, scope: str, environment: EnvironmentSpec, texts: dict[str, str], digest: str, deployed_by: str
    ) -> list[TransactWriteItemTypeDef]:
        deployed = {"deployed_at": to_iso(self._now()), "deployed_by": deployed_by}
        header = {
            "pk": environment_key(scope, environment.name),
            "sk": version_key(environment.version),
            "digest": digest,
            "description": environment.description,
            "tasks": [task.name for task in environment.tasks],
            **deployed,
        }
        writes = [put(self._table, header, only_if_new=True)]
        for task in environment.tasks:
            item = version_item(scope, task, texts[task.name], deployed)
            writes += [put(self._table, item), put(self._table, latest_item(scope, item))]
        return writes

    def _read(self, partition: str, sort: str) -> Item | None:
        key = to_attributes({"pk": partition, "sk": sort})
        answer = self._clients.dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def _index_query(self, scope: str, prefix: str, limit: int) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "IndexName": "by_scope",
            "KeyConditionExpression": "#scope = :scope AND begins_with(listed_as, :prefix)",
            "ProjectionExpression": ", ".join(f"#{name}" for name in LISTED),
            "ExpressionAttributeNames": {"#scope": "scope", **{f"#{name}": name for name in LISTED}},
            "ExpressionAttributeValues": to_attributes({":scope": scope, ":prefix": prefix}),
            "Limit": limit,
        }

    def _page(self, request: QueryInputTypeDef) -> tuple[tuple[TaskVersion, ...], bool]:
        answer = self._clients.dynamodb.query(**request)
        tasks = tuple(TaskVersion.model_validate(from_attributes(item)) for item in answer["Items"])
        return tasks, "LastEvaluatedKey" in answer

    def _remember(self, name: tuple[str, str, str], details: TaskDetails) -> None:
        if len(self._details) >= _REMEMBERED_SPECS:
            self._details.pop(next(iter(self._details)))
        self._details[name] = (time.monotonic() + _REMEMBERED_S, details)

    def _unknown_task(self, scope: str, task: str) -> TaskNotFoundError:
        known = [listed.name for listed in self.list_tasks(scope, _NEAR_NAMES_AMONG, None).tasks]
        same_function = [name for name in known if name.partition(".")[2] == task.rpartition(".")[2]]
        near = did_you_mean(task, known) or did_you_mean(task, same_function)
        if not near and same_function:
            near = f" Did you mean {same_function[0]!r}?"
        return TaskNotFoundError(f"There is no task {task!r} in {scope}.{near} List them with: flyte get task")

    def _unknown_version(self, scope: str, task: str, version: str) -> TaskNotFoundError:
        versions = [listed.version for listed in self.list_versions(scope, task, 100, None).tasks]
        near = did_you_mean(version, versions) or f" The newest is {versions[0]!r}."
        return TaskNotFoundError(f"The task {task!r} has no version {version!r} in {scope}.{near}")


def check_spec_size(task: TaskSpec, text: str) -> None:
    """Refuses a specification that would not fit a record.

    Raises:
        InvalidRequestError: It has more than `limits.TASK_SPEC_BYTES`.
    """
    size_bytes = len(text.encode())
    if size_bytes > limits.TASK_SPEC_BYTES:
        raise InvalidRequestError(
            f"The specification of {task.name} has {size_bytes:,} bytes; at most {limits.TASK_SPEC_BYTES:,} are "
            "allowed. Make its types, defaults or documentation smaller."
        )


def _check(environment: EnvironmentSpec, texts: dict[str, str]) -> None:
    if len(texts) != len(environment.tasks):
        raise InvalidRequestError(f"The environment {environment.name!r} has two tasks of the same name.")
    for task in environment.tasks:
        if task.environment != environment.name or not task.name.startswith(f"{environment.name}."):
            raise InvalidRequestError(
                f"The task {task.name!r} does not belong to the environment {environment.name!r}."
            )
        if task.version != environment.version:
            raise InvalidRequestError(
                f"The task {task.name!r} has the version {task.version!r}, its environment {environment.version!r}."
            )
        check_spec_size(task, texts[task.name])
    total = sum(len(text.encode()) for text in texts.values())
    if total > _TRANSACTION_BYTES:
        raise InvalidRequestError(
            f"The specifications in the environment {environment.name!r} have {total:,} bytes; at most "
            f"{_TRANSACTION_BYTES:,} fit one transaction. Split the environment."
        )


def _to_details(item: Item) -> TaskDetails:
    return TaskDetails(
        spec=TaskSpec.model_validate_json(item["spec"]),
        deployed_at=item["deployed_at"],
        deployed_by=item["deployed_by"],
    )
