"""What runs took of AWS, and what that costs at list prices. docs/cost.md says what is in it and what is not."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from .model import Model, RunName


class Usage(Model):
    """What actions took of AWS: the first four as recorded, the last two as they follow from these."""

    actions: int = Field(default=0, ge=0)
    """That were run; those that a kept result or an earlier run served are not among them."""
    invocations: int = Field(default=0, ge=0)
    """Of the runner: one an attempt, and one each time that an attempt was resumed."""
    billed_ms: int = Field(default=0, ge=0)
    """Time in invocations that have ended."""
    memory_mb_ms: int = Field(default=0, ge=0)
    """The same, times the memory of the function, in MB: what Lambda bills."""
    transitions: int = Field(default=0, ge=0)
    """State transitions of Step Functions."""
    write_units: int = Field(default=0, ge=0)
    """Of DynamoDB, estimated: records of usual size."""

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields})


class Cost(Model):
    """An estimate in US dollars at list prices."""

    usd: float = 0.0
    """With all actions below that have ended."""
    own_usd: float = 0.0
    """Of the action alone."""
    usage: Usage = Usage()
    """What `usd` is of."""


class CostRow(Model):
    """What all that has the same key took and costs."""

    key: str
    """A task, a day (`2026-01-31`, UTC), who started runs, or a label's value; empty for what has none."""
    runs: int = 0
    usage: Usage = Usage()
    usd: float = 0.0


class RunCost(Model):
    """What a run took and costs so far. With a cursor there are more actions: all numbers of several pages add up."""

    run: RunName
    usage: Usage
    usd: float
    tasks: tuple[CostRow, ...]
    """By task, the dearest first; `runs` is of their actions those that were run."""
    cursor: str | None = None


class PriceList(Model):
    """The list prices that estimates are made with, in US dollars."""

    region: str
    """Whose prices they are: other regions differ."""
    as_of: str
    """When they were written down."""
    architecture: str
    gb_second: float
    million_invocations: float
    thousand_transitions: float
    million_write_units: float


class CostPage(Model):
    """What runs cost, by a key. With a cursor there is more: rows of the same key on several pages add up."""

    rows: tuple[CostRow, ...]
    prices: PriceList
    cursor: str | None = None
