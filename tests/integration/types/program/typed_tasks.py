"""A task for each row, and one that takes and gives back the values of all rows, which a backend runs sooner."""

from __future__ import annotations

import inspect
from typing import Any

from typed_values import ROWS, Row, is_same  # type: ignore[import-not-found]

import flyte

rows = flyte.TaskEnvironment(name="typed-rows")
env = flyte.TaskEnvironment(name="typed")


def task_of(row: Row) -> Any:
    """The task of a row."""

    def echo(x: Any, y: Any = row.value) -> Any:
        for given in (x, y):
            if not is_same(given, row.value):
                raise AssertionError(f"{row.name}: {given!r} of {type(given)} arrived, {row.value!r} was sent")
        return x, y

    echo.__name__ = echo.__qualname__ = f"echo_{row.name}"
    echo.__module__ = __name__
    echo.__annotations__ = {"x": row.hint, "y": row.hint, "return": tuple[row.hint, row.hint]}
    return rows.task(echo)


TASKS = {row.name: task_of(row) for row in ROWS}
globals().update({f"echo_{name}": task for name, task in TASKS.items()})


def _everything(**values: Any) -> Any:
    """Gives back all values, and last which of them arrived as something else."""
    wrong = [f"{row.name}: {values[row.name]!r}" for row in ROWS if not is_same(values[row.name], row.value)]
    return (*values.values(), wrong)


def _with_defaults() -> list[inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(row.name, kind, default=row.value, annotation=row.hint) for row in ROWS]


_everything.__signature__ = inspect.Signature(_with_defaults())  # type: ignore[attr-defined]
_everything.__name__ = _everything.__qualname__ = "everything"
_everything.__annotations__ = {
    **{row.name: row.hint for row in ROWS},
    "return": tuple[(*[row.hint for row in ROWS], list[str])],  # type: ignore[misc]
}
everything = env.task(_everything)


@env.task
def deep(x: Any) -> Any:
    """Gives back what may be nested as deep as can be."""
    return x
