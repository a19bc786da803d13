"""What runs cost: with each record that is shown, of one run by its tasks, and of many by task, day, user or label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Literal

from flyte.protocol.api import ActionPage, RunPage
from flyte.protocol.costs import Cost, CostPage, CostRow, RunCost, Usage
from flyte.protocol.identity import RunId
from flyte.protocol.runs import ActionRecord
from functions.control.listing import Listing
from functions.control.prices import prices_here, usd
from functions.control.run_filters import RunFilter
from functions.control.usage import usage_of

CostKey = Literal["task", "day", "user", "label"]
"""What costs are summed up by."""


class Costs:
    """Estimates at list prices."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def of_runs(self, page: RunPage) -> RunPage:
        """The page with the cost of each run."""
        return page.model_copy(update={"runs": tuple(map(_with_cost, page.runs))})

    def of_actions(self, page: ActionPage) -> ActionPage:
        """The page with the cost of each action; that of the first one is the whole run's."""
        return page.model_copy(update={"actions": tuple(map(_with_cost, page.actions))})

    def of_one(self, record: ActionRecord) -> ActionRecord:
        """The record with its cost."""
        return _with_cost(record)

    def of_run(self, run: RunId, limit: int, cursor: str | None) -> RunCost:
        """What a run costs by its tasks, from its actions.

        Args:
            run: The run.
            limit: How many actions to sum up at most.
            cursor: Where the last page ended.

        Raises:
            RunNotFoundError: There is no such run.
            InvalidRequestError: The cursor is none of this list.
        """
        page = self._listing.actions(run, limit, cursor)
        tasks: dict[str, Usage] = defaultdict(Usage)
        counts: dict[str, int] = defaultdict(int)
        for record in page.actions:
            usage = usage_of(record)
            tasks[record.task_name] += usage
            counts[record.task_name] += usage.actions
        whole = sum(tasks.values(), Usage())
        rows = _rows(tasks, counts)
        return RunCost(run=run.run, usage=whole, usd=usd(whole, prices_here()), tasks=rows, cursor=page.cursor)

    def summed(
        self, scope: str, by: CostKey, label: str | None, page: tuple[int, str | None], wanted: RunFilter
    ) -> CostPage:
        """What runs cost by a key.

        Args:
            scope: `project/domain`.
            by: What to sum up by.
            label: The label's key, where that is what to sum up by.
            page: How many runs to sum up at most, and where the last page ended.
            wanted: Which runs.

        Raises:
            InvalidRequestError: The cursor is none of this list, or a filter cannot mean anything.
        """
        found = self._listing.runs(scope, *page, wanted)
        key_of = _KEYS[by] if by != "label" else lambda record: record.labels.get(label or "", "")
        usages: dict[str, Usage] = defaultdict(Usage)
        counts: dict[str, int] = defaultdict(int)
        for record in map(_with_cost, found.runs):
            if record.cost is not None:
                usages[key_of(record)] += record.cost.usage
                counts[key_of(record)] += 1
        return CostPage(rows=_rows(usages, counts), prices=prices_here(), cursor=found.cursor)


_KEYS: dict[CostKey, Callable[[ActionRecord], str]] = {
    "task": lambda record: record.task_name,
    "day": lambda record: record.created_at.date().isoformat(),
    "user": lambda record: record.created_by,
}


def _with_cost(record: ActionRecord) -> ActionRecord:
    own = usage_of(record)
    whole = own if record.below is None else own + record.below
    cost = Cost(usd=usd(whole, prices_here()), own_usd=usd(own, prices_here()), usage=whole)
    return record.model_copy(update={"cost": cost})


def _rows(usages: dict[str, Usage], counts: dict[str, int]) -> tuple[CostRow, ...]:
    """The dearest first."""
    rows = (
        CostRow(key=key, runs=counts[key], usage=each, usd=usd(each, prices_here())) for key, each in usages.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.usd, row.key)))
