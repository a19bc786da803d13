"""A task with an input of each kind of type: what the console's form is made from, and what it is tested with."""

# ruff: noqa: B006, B008, FBT001, FBT002 - defaults of each kind are what this is for

import datetime as dt
import decimal
import enum
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

from pydantic import BaseModel, Field

import flyte
from flyte.io import DataFrame, Dir, File

env = flyte.TaskEnvironment(name="every_type")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Odd(enum.Enum):
    """No member's value has a form in JSON."""

    FIRST = (1, 2)
    SECOND = (3, 4)


@dataclass
class Point:
    """A place in the plane."""

    x: float
    y: float = 0.5


class Layer(BaseModel):
    """One layer of a network."""

    size: int = Field(gt=0, le=1024, description="Units in the layer")
    name: str = Field(default="dense", min_length=1, max_length=20, pattern="^[a-z]+$")
    point: Point | None = None
    tags: list[str] = []


class Tree(BaseModel):
    """Refers to itself."""

    value: int
    children: list["Tree"] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    good: bool = True


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Loose(TypedDict, total=False):
    a: int
    b: str


class Plain:
    """Has no form in JSON."""


@env.task(entrypoint=True)
async def everything(
    text: str,
    number: int,
    ratio: float = 0.5,
    flag: bool = False,
    must: bool = True,
    color: Color = Color.RED,
    level: Level = Level.LOW,
    odd: Odd = Odd.FIRST,
    mode: Literal["fast", "slow"] = "fast",
    mixed: Literal[1, 2, "x"] = 1,
    maybe: int | None = None,
    maybe_text: str | None = None,
    either: int | str = 3,
    moment_or_text: dt.datetime | str = "x",
    tagged_pet: Annotated[Cat | Dog, Field(discriminator="kind")] = Cat(),
    pet: Cat | Dog = Dog(),
    items: list[int] = [1, 2],
    matrix: list[list[float]] = [[1.0]],
    mapping: dict[str, int] = {"a": 1},
    by_number: dict[int, str] = {},
    pair: tuple[int, str] = (1, "a"),
    many: tuple[int, ...] = (),
    unique: set[int] = set(),
    layer: Layer = Layer(size=3),
    layers: list[Layer] = [],
    tree: Tree | None = None,
    moment: dt.datetime | None = None,
    day: dt.date = dt.date(2026, 1, 2),
    clock: dt.time = dt.time(1, 2, 3),
    span: dt.timedelta = dt.timedelta(minutes=90),
    data: bytes = b"abc",
    anything: Any = None,
    bare: dict = {},
    big: int = 2**70,
    endless: float = float("inf"),
    price: decimal.Decimal = decimal.Decimal("1.10"),
    identifier: uuid.UUID | None = None,
    path: Path = Path("/tmp"),
    named: Pair = Pair(1),
    loose: Loose = {},
    plain: Plain | None = None,
    even: Annotated[int, Field(multiple_of=2, ge=0, lt=100)] = 2,
    none_by_default: int = None,  # type: ignore[assignment]  # noqa: RUF013 - Python allows it, so users write it
    file: File | None = None,
    folder: Dir | None = None,
    frame: DataFrame | None = None,
    files: list[File] = [],
) -> str:
    """Takes a value of each type.

    What it received it gives back, as Python shows it.

    Args:
        text: What to say.
        number: How often; at least once.
    """
    received = dict(locals())
    return json.dumps({name: repr(value) for name, value in received.items()})
