"""Lists of runs and actions, page by page, each from the index or the facets that fit its filters; never a scan.

What a filter leaves out is read all the same. So an answer looks at a bounded number of runs, however many there are,
and says with a cursor that there may be more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from flyte.protocol.api import ActionPage, RunPage
from flyte.protocol.identity import RunId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from functions.control import cursors
from functions.control.action_items import SHOWN, to_record
from functions.control.attributes import Item, from_attributes, to_attribute
from functions.control.clock import Clock, to_iso, utc_now
from functions.control.errors import RunNotFoundError, did_you_mean
from functions.control.run_filters import RunFilter, check_position, position_above
from functions.control.run_streams import RunStreams

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

LOOKED_AT = 300
"""Runs that one answer looks at to find those that match what no index answers; with a larger limit, so many."""

_QUERIES_PER_PAGE = 5
"""A query ends at 1 MB, with payloads that are not shown: so many make a page of larger runs."""

_CLOCKS_DIFFER = timedelta(seconds=5)
"""Runners write `updated_at` by their own clocks; what changed just before an answer is in the next one too."""

_EVERY_ACTION_BATCH = 200

_NEAR_NAMES_AMONG = 200


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """Which actions of a run to list; None means any."""

    phases: tuple[ActionPhase, ...] = ()
    kind: Literal["task", "trace", "condition"] | None = None
    parent: str | None = None
    changed_since: datetime | None = None


_ANY_ACTION = ActionFilter()


class Listing:
    """Lists what the runs table holds."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self._table = settings.runs_table
        self._clients = clients
        self._streams = RunStreams(self._table, clients)
        self._now = now

    def runs(self, scope: str, limit: int, cursor: str | None, wanted: RunFilter) -> RunPage:
        """Root actions, newest first; one whose name is the text that is looked for, before all others.

        Raises:
            InvalidRequestError: The cursor is none of this list, or a filter cannot mean anything.
        """
        items, before = self.root_items(scope, limit, cursor, wanted)
        runs = tuple(to_record(item) for item in items)
        return RunPage(runs=runs, cursor=cursors.encode({"before": before}) if before else None)

    def root_items(
        self, scope: str, limit: int, cursor: str | None, wanted: RunFilter
    ) -> tuple[list[Item], str | None]:
        """What `runs` lists, as items, and the sort key below which there may be more. Raises as `runs` does."""
        position = cursors.decode(cursor, before=str)
        before = str(position["before"]) if position else None
        if before is not None:
            check_position(before)
        named = self._named(scope, wanted)
        found = [named] if named and before is None and self._is_within(named, wanted) else []
        left_out = named["pk"] if named else None
        partitions = wanted.partitions(scope)
        is_exact = wanted.is_answered_by(partitions)
        budget = limit if is_exact else max(limit, LOOKED_AT)
        for _ in range(_QUERIES_PER_PAGE):
            low, high = wanted.bounds(before)
            stretch = self._streams.read(scope, partitions, low, high, budget)
            fitting = [item for item in stretch.items if wanted.matches(item) and item["pk"] != left_out]
            room = limit - len(found)
            found += fitting[:room]
            if len(fitting) > room:
                return found, str(found[-1]["created_sort"]) if room else position_above(fitting[0])
            before = stretch.down_to
            budget -= len(stretch.items)
            if before is None or len(found) >= limit or budget <= 0:
                break
        return found, before

    def actions(self, run: RunId, limit: int, cursor: str | None, wanted: ActionFilter = _ANY_ACTION) -> ActionPage:
        """The actions of one run; within a page in the order of creation.

        Raises:
            RunNotFoundError: There is no such run. The message names near ones.
            InvalidRequestError: The cursor is none of this list.
        """
        position = cursors.decode(cursor, after=str)
        as_of = self._now() - _CLOCKS_DIFFER
        request = _actions_request(self._table, run, limit, str(position["after"]) if position else None)
        answer = self._clients.dynamodb.query(**request)
        items = [from_attributes(item) for item in answer["Items"]]
        if not items and position is None:
            raise self.unknown_run(run)
        after = items[-1]["sk"] if items and "LastEvaluatedKey" in answer else None
        items = [item for item in items if _is_wanted(item, wanted)]
        items.sort(key=lambda item: str(item["created_at"]))
        return ActionPage(
            actions=tuple(to_record(item) for item in items),
            cursor=cursors.encode({"after": after}) if after else None,
            as_of=as_of,
        )

    def every_action(self, run: RunId) -> Iterator[ActionRecord]:
        """All actions of one run, in no order."""
        cursor: str | None = None
        while True:
            page = self.actions(run, _EVERY_ACTION_BATCH, cursor)
            yield from page.actions
            cursor = page.cursor
            if cursor is None:
                return

    def unknown_run(self, run: RunId) -> RunNotFoundError:
        """The error that names the newest runs of near names."""
        newest = self.runs(run.scope, _NEAR_NAMES_AMONG, None, RunFilter()).runs
        near = did_you_mean(run.run, [each.id.run for each in newest])
        return RunNotFoundError(f"There is no run {run.run!r} in {run.scope}.{near} List them with: flyte get run")

    def newest(self, scope: str, wanted: RunFilter) -> ActionRecord | None:
        """The newest run that matches, of those that one answer looks at."""
        page = self.runs(scope, 1, None, wanted)
        return page.runs[0] if page.runs else None

    def _named(self, scope: str, wanted: RunFilter) -> Item | None:
        """The run whose name is the text that is looked for: it is found however old it is."""
        return self._streams.named(scope, wanted.text) if wanted.text else None

    def _is_within(self, item: Item, wanted: RunFilter) -> bool:
        low, high = wanted.bounds(None)
        return low < item["created_sort"] < high and wanted.matches(item)


def _is_wanted(item: Item, wanted: ActionFilter) -> bool:
    return (
        (not wanted.phases or to_record(item).phase in wanted.phases)
        and (wanted.kind is None or item.get("kind", "task") == wanted.kind)
        and (wanted.parent is None or item.get("parent") == wanted.parent)
        and (wanted.changed_since is None or item["updated_at"] >= to_iso(wanted.changed_since))
    )


def _actions_request(table: str, run: RunId, limit: int, after: str | None) -> QueryInputTypeDef:
    names = ("pk", "sk", *SHOWN)
    values: dict[str, AttributeValueTypeDef] = {":pk": to_attribute(run.key)}
    if after is not None:
        values[":after"] = to_attribute(after)
    return {
        "TableName": table,
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "KeyConditionExpression": "#pk = :pk" if after is None else "#pk = :pk AND #sk > :after",
        "ExpressionAttributeValues": values,
        "Limit": limit,
        "ConsistentRead": True,
    }
