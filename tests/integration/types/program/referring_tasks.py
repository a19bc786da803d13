"""A task for each row of files, folders and frames, and one for all of them."""

from __future__ import annotations

import inspect
from typing import Any

from referred_values import ROWS, Row, is_as_sent, plain_of  # type: ignore[import-not-found]

import flyte

rows = flyte.TaskEnvironment(name="referring-rows")
env = flyte.TaskEnvironment(
    name="referring",
    image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow", "polars"),
    resources=flyte.Resources(memory="1Gi"),
)


def task_of(row: Row) -> Any:
    """The task of a row."""

    def echo(x: Any) -> Any:
        if not is_as_sent(row, x):
            raise AssertionError(f"{row.name}: {x!r} with {plain_of(x)!r} arrived")
        return x

    echo.__name__ = echo.__qualname__ = f"echo_{row.name}"
    echo.__module__ = __name__
    echo.__annotations__ = {"x": row.hint, "return": row.hint}
    return rows.task(echo)


TASKS = {row.name: task_of(row) for row in ROWS}
globals().update({f"echo_{name}": task for name, task in TASKS.items()})


def _everything(**values: Any) -> Any:
    """Gives back all values, and last which of them arrived as something else."""
    given = {row.name: row for row in ROWS if row.name in values}
    wrong = [
        f"{name}: {plain_of(values[name])!r:.300}" for name, row in given.items() if not is_as_sent(row, values[name])
    ]
    return (*[values.get(row.name) for row in ROWS], wrong)


def _parameters() -> list[inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(row.name, kind, annotation=row.hint) for row in ROWS]


_everything.__signature__ = inspect.Signature(_parameters())  # type: ignore[attr-defined]
_everything.__name__ = _everything.__qualname__ = "everything"
_everything.__annotations__ = {
    **{row.name: row.hint for row in ROWS},
    "return": tuple[(*[row.hint for row in ROWS], list[str])],  # type: ignore[misc]
}
everything = env.task(_everything)
