"""Making a version of a task the latest again. Nothing is deployed: what runs without a version is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte.protocol.tasks import TaskSpec, TaskVersion
from flyte.protocol.versions import LatestSet, SetLatestRequest
from functions.control.attributes import Item
from functions.control.errors import TaskNotFoundError
from functions.control.registry import Registry
from functions.control.registry_items import LISTED, latest_item
from functions.control.task_lists import TaskFilter
from functions.control.transactions import put, require_there, transact
from functions.control.triggers_declared import DeclaredTriggers

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_TASKS_OF_ENVIRONMENT = 1000


class Rollbacks:
    """Moves latest pointers in the registry table."""

    def __init__(self, settings: Settings, clients: Clients, registry: Registry, triggers: DeclaredTriggers) -> None:
        self._table = settings.registry_table
        self._clients = clients
        self._registry = registry
        self._triggers = triggers

    def set_latest(self, scope: str, task: str, asked: SetLatestRequest, by: str = "") -> LatestSet:
        """Makes a version the latest of a task, or of all tasks that its environment had in it, in one transaction.

        The version's triggers follow.

        Raises:
            TaskNotFoundError: No such task or version. The message names near ones.
        """
        # Asked for first without a version, so that an unknown task is not taken for one without this version.
        self._registry.get(scope, task)
        named = self._registry.version_item(scope, task, asked.version)
        versions, left = [named], []
        if asked.whole_environment:
            environment = str(named["environment"])
            names = self._registry.tasks_of(scope, environment, asked.version)
            versions = [self._registry.version_item(scope, name, asked.version) for name in names]
            now = self._registry.list_tasks(scope, _TASKS_OF_ENVIRONMENT, None, TaskFilter(environment)).tasks
            left = [listed.name for listed in now if listed.name not in names]
        self._write(scope, versions)
        specs = [TaskSpec.model_validate_json(item["spec"]) for item in versions]
        triggers = self._triggers.follow_tasks(scope, specs, by)
        return LatestSet(tasks=tuple(_to_listed(item) for item in versions), left=tuple(left), triggers=triggers)

    def _write(self, scope: str, versions: list[Item]) -> None:
        writes: list[TransactWriteItemTypeDef] = []
        for version in versions:
            # It may be pruned at this very moment.
            writes.append(require_there(self._table, version["pk"], version["sk"]))
            writes.append(put(self._table, latest_item(scope, version)))
        refused = transact(self._clients.dynamodb, writes)
        if refused is not None:
            version = versions[refused.place // 2]
            raise TaskNotFoundError(f"The version {version['version']!r} of {version['name']!r} was just deleted.")


def _to_listed(item: Item) -> TaskVersion:
    listed = {name: item[name] for name in LISTED if name in item}
    return TaskVersion.model_validate({**listed, "is_latest": True})
