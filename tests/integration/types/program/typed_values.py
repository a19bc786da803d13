"""One row a type: what the matrix of types and its program share. The program's tasks stand in `typed_tasks`."""

from __future__ import annotations

import enum
import functools
import math
import operator
import pathlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Optional, TypedDict, Union

from pydantic import BaseModel, Field


class Colour(enum.Enum):
    RED = "r"
    BLUE = 2


class Corner(enum.Enum):
    """Values that JSON cannot hold."""

    LOW = (0, 0)
    HIGH = (9, 9)


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


class Counter:
    """A class that nothing describes."""

    def __init__(self, start: int) -> None:
        self.start = start

    def __repr__(self) -> str:
        return f"Counter({self.start})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counter) and other.start == self.start

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Wheel:
    size: float
    spokes: int = 32


@dataclass
class BigWheel(Wheel):
    tyre: str = "wide"


@dataclass
class Lamp:
    size: float


@dataclass
class Bike:
    name: str
    made: datetime
    wheels: list[Wheel] = field(default_factory=list)
    colour: Colour = Colour.RED
    stamp: bytes = b""
    note: Any = None
    seen: datetime | str = ""


@dataclass
class Tree:
    name: str
    children: list[Tree] = field(default_factory=list)


@dataclass
class Sloppy:
    """With fields that are None although their hints do not say so."""

    size: int = None  # type: ignore[assignment]
    names: list[str] = None  # type: ignore[assignment]
    rate: float = 1
    below: Sloppy = None  # type: ignore[assignment]


class SloppyModel(BaseModel):
    size: int = None  # type: ignore[assignment]
    when: datetime = None  # type: ignore[assignment]
    record: Sloppy = None  # type: ignore[assignment]


class Rider(BaseModel):
    name: str = Field(alias="fullName")
    age: int = Field(ge=0)
    bike: Bike | None = None
    tags: set[str] = set()


class Trip(NamedTuple):
    """With fields that are records, and a name that no title keeps."""

    bike: Wheel
    Legs_in_KM: list[Span]
    way: Span | None = None


class Branch(TypedDict):
    """That names itself, and leaves keys out although its annotations are texts."""

    name: str
    leaves: NotRequired[list[Branch]]
    made: NotRequired[date]


class Kind(enum.Enum):
    LOGIN = "login"
    LOGOUT = 2


class Login(BaseModel):
    kind: Literal[Kind.LOGIN] = Kind.LOGIN
    user: str


class Logout(BaseModel):
    kind: Literal[Kind.LOGOUT] = Kind.LOGOUT
    user: str


Event = Annotated[Login | Logout, Field(discriminator="kind")]


class Log(BaseModel):
    events: list[Event]
    shape: Annotated[Square | Circle, Field(discriminator="kind")]


class Place(TypedDict):
    city: str
    floor: int


class Square(BaseModel):
    kind: Literal["square"] = "square"
    size: float = 0.0


class Circle(BaseModel):
    kind: Literal["circle"] = "circle"
    size: float = 0.0


class Span(NamedTuple):
    low: int
    high: int = 10
    mark: bytes = b"m"


MOMENT = datetime(2024, 2, 29, 12, 30, 5, 250, tzinfo=UTC)
ISO = "2024-02-29T12:30:05.000250Z"
COUNTER = Counter(3)
HALVED = functools.partial(operator.mul, 0.5)
BIKE = Bike("Zip", MOMENT, [Wheel(26.0), BigWheel(28.0, 36, "fat")], Colour.BLUE, b"\xff\x00", {"k": (1, 2)}, ISO)
DEEP: list[Any] = []
for _ in range(99):
    DEEP = [DEEP]


@dataclass(frozen=True)
class Row:
    """A type.

    Attributes:
        name: The row's, and the task's.
        hint: What the task's inputs and outputs are annotated with.
        value: What it is given.
        text: The same on a command line; None if it cannot be written there.
        needs_code: Whether the text names an object of this module.
    """

    name: str
    hint: Any
    value: Any
    text: str | None
    needs_code: bool = False


ROWS = [
    Row("int", int, -7, "-7"),
    Row("int_beyond_64_bits", int, 2**70 + 1, str(2**70 + 1)),
    Row("float", float, 1e-3, "1e-3"),
    Row("float_whole", float, 64.0, "64"),
    Row("float_infinite", float, -math.inf, "-inf"),
    Row("str", str, "naïve 日本 🚀\n\"'", "naïve 日本 🚀\n\"'"),
    Row("str_number", str, "007", "007"),
    Row("str_empty", str, "", ""),
    Row("bool_true", bool, value=True, text="true"),
    Row("bool_false", bool, value=False, text="no"),
    Row("none", None, None, "None"),
    Row("datetime", datetime, MOMENT, ISO),
    Row("date", date, date(2024, 2, 29), "2024-02-29"),
    Row("time", time, time(1, 2, 3, 4), "01:02:03.000004"),
    Row("timedelta", timedelta, timedelta(days=1, hours=2), "P1DT2H"),
    Row("timedelta_words", timedelta, timedelta(minutes=90), "1 hour, 30 minutes"),
    Row("timedelta_short", timedelta, timedelta(minutes=90), "1h30m"),
    Row("bytes", bytes, bytes(range(256)), "typed_values:BYTES", needs_code=True),
    Row("bytes_text", bytes, b"hi", "aGk="),
    Row("enum", Colour, Colour.BLUE, "BLUE"),
    Row("enum_odd", Corner, Corner.HIGH, "HIGH"),
    Row("flag", Permission, Permission.READ, "READ"),
    Row("literal", Literal["fast", "slow"], "fast", "fast"),
    Row("literal_mixed", Literal["fast", 3, True], 3, "3"),
    Row("optional_int", Optional[int], 12, "12"),
    Row("optional_none", Optional[int], None, "None"),
    Row("union_int", Union[int, str], 42, "42"),
    Row("union_str", int | str, "4x", "4x"),
    Row("union_float", int | float, 2.5, "2.5"),
    Row("union_list", int | str | list[int], [1, 2], "[1, 2]"),
    Row("union_record", str | Wheel, Wheel(2.0, 3), '{"size": 2, "spokes": 3}'),
    Row("union_second_record", Wheel | Lamp, Lamp(2.0), None),
    Row("union_datetime", datetime | str, MOMENT, ISO),
    Row("union_iso_text", datetime | str, ISO, None),
    Row("union_dates", date | datetime | None, date(2024, 2, 29), None),
    Row("union_bytes_text", bytes | str, "abcd", None),
    Row("union_class", Counter | int, 3, "3"),
    Row("union_enum_text", Colour | str, "r", None),
    Row("list", list[int], [1, 2], "[1, 2]"),
    Row("list_bare", list, [1, "x", None], '[1, "x", null]'),
    Row("list_of_tuples", list[tuple[int, str]], [(1, "a")], '[[1, "a"]]'),
    Row("list_deep", Any, DEEP, None),
    Row("dict", dict[str, float], {"a": 1.0}, '{"a": 1}'),
    Row("dict_bare", dict, {"n": 3, "a": [1]}, '{"n": 3, "a": [1]}'),
    Row("dict_bare_int_keys", dict, {3: "x"}, None),
    Row("dict_int_keys", dict[int, list[str]], {3: ["x"]}, '{"3": ["x"]}'),
    Row("dict_tuple_keys", dict[tuple[int, int], str], {(1, 2): "x"}, None),
    Row(
        "dict_nested",
        dict[str, dict[str, list[date]]],
        {"a": {"b": [date(2024, 1, 2)]}},
        '{"a": {"b": ["2024-01-02"]}}',
    ),
    Row("set", set[str], {"a"}, '["a"]'),
    Row("set_of_many", set[str], {"a", "b", "c"}, None),
    Row("frozenset", frozenset[int], frozenset({1}), "[1]"),
    Row("tuple", tuple[int, str], (3, "east"), '[3, "east"]'),
    Row("tuple_any_length", tuple[int, ...], (1, 2, 3), "[1, 2, 3]"),
    Row("sequence", Sequence[int], [1, 2], "[1, 2]"),
    Row("named_tuple", Span, Span(3, 9, b"\xff"), '{"low": 3, "high": 9, "mark": "/w=="}'),
    Row(
        "named_tuple_of_records",
        Trip,
        Trip(Wheel(28.0, 3), [Span(3, 10)]),
        '{"bike": {"size": 28, "spokes": 3}, "Legs_in_KM": [{"low": 3}]}',
    ),
    Row("dataclass", Wheel, Wheel(28.0, 3), '{"size": 28, "spokes": 3}'),
    Row("dataclass_nested", Bike, BIKE, None),
    Row(
        "dataclass_text",
        Bike,
        Bike("Zip", MOMENT, [Wheel(26.0)], Colour.BLUE),
        f'{{"name": "Zip", "made": "{ISO}", "wheels": [{{"size": 26}}], "colour": 2}}',
    ),
    Row(
        "dataclass_recursive",
        Tree,
        Tree("a", [Tree("b", [Tree("c")])]),
        '{"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}',
    ),
    Row("dataclass_implicit_none", Sloppy, Sloppy(below=Sloppy(2)), '{"below": {"size": 2}}'),
    Row("model_implicit_none", SloppyModel, SloppyModel(record=Sloppy()), '{"record": {}}'),
    Row("dataclass_subclass", list[Wheel], [Wheel(1.0), BigWheel(2.0)], None),
    Row(
        "model",
        Rider,
        Rider(fullName="Ann", age=3, tags={"x"}),
        '{"fullName": "Ann", "age": 3, "tags": ["x"]}',
    ),
    Row("model_nested", list[Rider], [Rider(fullName="Ann", age=3, bike=BIKE)], None),
    Row("typed_dict", Place, {"city": "Bonn", "floor": 2}, '{"city": "Bonn", "floor": 2}'),
    Row("typed_dict_list", list[Place], [{"city": "Bonn", "floor": 2}], '[{"city": "Bonn", "floor": 2}]'),
    Row(
        "typed_dict_recursive",
        Branch,
        {"name": "a", "leaves": [{"name": "b", "made": date(2024, 2, 29)}]},
        '{"name": "a", "leaves": [{"name": "b", "made": "2024-02-29"}]}',
    ),
    Row("typed_dict_without_keys", Branch, {"name": "a"}, '{"name": "a"}'),
    Row("literal_member", Literal[Kind.LOGOUT], Kind.LOGOUT, "LOGOUT"),
    Row("union_tagged", Event, Logout(user="u"), '{"kind": 2, "user": "u"}'),
    Row(
        "union_tagged_nested",
        Log,
        Log(events=[Login(user="u"), Logout(user="v")], shape=Circle()),
        '{"events": [{"kind": "login", "user": "u"}, {"kind": 2, "user": "v"}], "shape": {"kind": "circle"}}',
    ),
    Row("annotated", Annotated[int, Field(ge=0)], 3, "3"),
    Row("annotated_text", Annotated[str, Field(max_length=3)], "abc", "abc"),
    Row("uuid", uuid.UUID, uuid.UUID(int=7), str(uuid.UUID(int=7))),
    Row("decimal", Decimal, Decimal("1.10"), "1.10"),
    Row("path", pathlib.PurePosixPath, pathlib.PurePosixPath("a/b"), "a/b"),
    Row("complex", complex, 1 + 2j, "1+2j"),
    Row("any_json", Any, {"a": [1, None]}, '{"a": [1, null]}'),
    Row("any_class", Any, {"k": (1, MOMENT)}, None),
    Row("class_own", Counter, COUNTER, "typed_values:COUNTER", needs_code=True),
    Row("class_list", list[Counter], [Counter(1), Counter(2)], None),
    Row("class_of_a_library", timezone, UTC, "datetime:timezone.utc"),
    Row("callable", Callable[[int], int], operator.neg, "operator:neg"),
    Row("partial", functools.partial, HALVED, "typed_values:HALVED", needs_code=True),
]
BYTES = bytes(range(256))


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same classes throughout, also where a partial or a class hides them."""
    if isinstance(one, functools.partial) and isinstance(other, functools.partial):
        return (one.func, one.args, one.keywords) == (other.func, other.args, other.keywords)
    return repr(one) == repr(other) if isinstance(one, float) else type(one) is type(other) and bool(one == other)
