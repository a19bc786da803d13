"""Lists of runs and actions, page by page, each from the index that fits its filters; never a scan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flyte.protocol.api import ActionPage, RunPage
from flyte.protocol.identity import RunId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control import cursors
from functions.control.action_items import SHOWN, created_sort, scope_phase, scope_task, to_record
from functions.control.attributes import Item, from_attributes, to_attribute
from functions.control.errors import InvalidRequestError, RunNotFoundError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_QUERIES_PER_PAGE = 10
"""A rare filter may pass over many runs: after so many queries the page ends early, with a cursor."""

_FILTERED_BATCH = 200
_FIRST, _LAST = " ", "\uffff"
_SORT_KEY = re.compile(r"[0-9TZ:.-]{27}#[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None means any. `label` is `key` or `key=value`."""

    phase: ActionPhase | None = None
    task: str | None = None
    version: str | None = None
    created_by: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    label: str | None = None


class Listing:
    """Lists what the runs table holds."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._table = settings.runs_table
        self._clients = clients

    def runs(self, scope: str, limit: int, cursor: str | None, wanted: RunFilter) -> RunPage:
        """Root actions, newest first.

        Raises:
            InvalidRequestError: The cursor is none of this list.
        """
        position = cursors.decode(cursor, before=str)
        before = str(position["before"]) if position else None
        if before is not None and not _SORT_KEY.fullmatch(before):
            raise InvalidRequestError("cursor: it is none of this list. Start again without a cursor.")
        query = _RunQuery(scope, wanted)
        found: list[Item] = []
        for _ in range(_QUERIES_PER_PAGE):
            room = limit - len(found)
            request = query.to_request(self._table, room if query.is_exact else max(room, _FILTERED_BATCH), before)
            answer = self._clients.dynamodb.query(**request) if request else None
            if answer is None:
                before = None
                break
            items = [from_attributes(item) for item in answer["Items"]]
            found += items[:room]
            passed = answer.get("LastEvaluatedKey")
            if len(items) > room or (len(items) == room and passed):
                before = str(found[-1]["created_sort"])
                break
            before = str(from_attributes(passed)["created_sort"]) if passed else None
            if before is None:
                break
        runs = tuple(to_record(item) for item in found)
        return RunPage(runs=runs, cursor=cursors.encode({"before": before}) if before else None)

    def actions(self, run: RunId, limit: int, cursor: str | None) -> ActionPage:
        """The actions of one run; within a page in the order of creation.

        Raises:
            RunNotFoundError: There is no such run.
            InvalidRequestError: The cursor is none of this list.
        """
        position = cursors.decode(cursor, after=str)
        request = _projected(self._table, ("pk", "sk", *SHOWN))
        request["KeyConditionExpression"] = "#pk = :pk"
        values: dict[str, AttributeValueTypeDef] = {":pk": to_attribute(run.key)}
        request["ExpressionAttributeValues"] = values
        request["Limit"] = limit
        request["ConsistentRead"] = True
        if position:
            request["KeyConditionExpression"] = "#pk = :pk AND #sk > :after"
            values[":after"] = to_attribute(position["after"])
        answer = self._clients.dynamodb.query(**request)
        items = [from_attributes(item) for item in answer["Items"]]
        if not items and position is None:
            raise RunNotFoundError(f"There is no run {run.run!r} in {run.scope}.")
        after = items[-1]["sk"] if items and "LastEvaluatedKey" in answer else None
        items.sort(key=lambda item: str(item["created_at"]))
        return ActionPage(
            actions=tuple(to_record(item) for item in items),
            cursor=cursors.encode({"after": after}) if after else None,
        )

    def every_action(self, run: RunId) -> Iterator[ActionRecord]:
        """All actions of one run, in no order."""
        cursor: str | None = None
        while True:
            page = self.actions(run, _FILTERED_BATCH, cursor)
            yield from page.actions
            cursor = page.cursor
            if cursor is None:
                return

    def run_names(self, scope: str, limit: int) -> list[str]:
        """Names of the newest runs, to find near names among."""
        return [run.id.run for run in self.runs(scope, limit, None, RunFilter()).runs]


class _RunQuery:
    """Chooses the index, and puts what the index does not answer into a filter."""

    def __init__(self, scope: str, wanted: RunFilter) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, AttributeValueTypeDef] = {}
        self._filters: list[str] = []
        self._index, self._partition, partition = "by_created", "scope", scope
        if wanted.task is not None:
            self._index, self._partition, partition = "by_task", "scope_task", scope_task(scope, wanted.task)
            # Not `phase`: a run that waits for a person is listed as paused, and is running.
            self._equal("scope_phase", scope_phase(scope, wanted.phase) if wanted.phase else None)
        elif wanted.phase is not None:
            self._index, self._partition, partition = "by_phase", "scope_phase", scope_phase(scope, wanted.phase)
        self._equal("task_version", wanted.version)
        self._equal("created_by", wanted.created_by)
        self._label(wanted.label)
        self._values[":partition"] = to_attribute(partition)
        # No run sorts exactly at a moment without a name: both bounds fall between runs.
        self._low = _bound("created_after", wanted.created_after, _FIRST)
        self._high = _bound("created_before", wanted.created_before, _LAST)

    @property
    def is_exact(self) -> bool:
        """Whether everything that the index answers is wanted."""
        return not self._filters

    def to_request(self, table: str, limit: int, before: str | None) -> QueryInputTypeDef | None:
        """One query of runs that sort before `before`; None if there can be none."""
        high = min(self._high, _just_before(before)) if before else self._high
        if high < self._low:
            return None
        request = _projected(table, ("pk", "sk", "created_sort", *SHOWN))
        request["IndexName"] = self._index
        request["KeyConditionExpression"] = "#partition = :partition AND #created_sort BETWEEN :low AND :high"
        request["ExpressionAttributeNames"] = {
            **_names("pk", "sk", "created_sort", *SHOWN),
            **self._names,
            "#partition": self._partition,
        }
        bounds = {":low": to_attribute(self._low), ":high": to_attribute(high)}
        request["ExpressionAttributeValues"] = {**self._values, **bounds}
        request["ScanIndexForward"] = False
        request["Limit"] = limit
        if self._filters:
            request["FilterExpression"] = " AND ".join(self._filters)
        return request

    def _equal(self, name: str, value: str | None) -> None:
        if value is not None:
            self._names[f"#{name}"] = name
            self._values[f":{name}"] = to_attribute(value)
            self._filters.append(f"#{name} = :{name}")

    def _label(self, label: str | None) -> None:
        if label is None:
            return
        key, separator, value = label.partition("=")
        if not key:
            raise InvalidRequestError(f"label: {label!r} has no key. Write key or key=value.")
        self._names |= {"#labels": "labels", "#label": key}
        if separator:
            self._values[":label"] = to_attribute(value)
            self._filters.append("#labels.#label = :label")
        else:
            self._filters.append("attribute_exists(#labels.#label)")


def _bound(name: str, moment: datetime | None, default: str) -> str:
    try:
        return created_sort(moment) if moment else default
    except (OverflowError, ValueError):
        raise InvalidRequestError(f"{name}: there is no such moment.") from None


def _just_before(key: str) -> str:
    """A text above all sort keys that are less than `key`, and below `key`: BETWEEN includes its bounds."""
    return key[:-1] + chr(ord(key[-1]) - 1) + _LAST


def _names(*names: str) -> dict[str, str]:
    return {f"#{name}": name for name in names}


def _projected(table: str, names: tuple[str, ...]) -> QueryInputTypeDef:
    return {
        "TableName": table,
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": _names(*names),
    }
