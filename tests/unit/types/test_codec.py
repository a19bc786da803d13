"""Values survive the way to JSON and back, and wrong ones are refused with their place."""

from __future__ import annotations

import enum
import fractions
import json
import math
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypedDict, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from flyte.types import ValueMismatch, codec_for
from flyte.types.moments import in_utc


class Colour(enum.Enum):
    RED = "r"
    BLUE = 2


@dataclass
class Wheel:
    size: float
    spokes: int = 32


@dataclass
class Bike:
    name: str
    wheels: list[Wheel]
    made: datetime
    colour: Colour = Colour.RED
    load: dict[str, float] = field(default_factory=dict)


class Rider(BaseModel):
    name: str
    age: int = Field(ge=0)
    bikes: list[Bike] = []


class Place(TypedDict):
    city: str
    floor: int


class Span(NamedTuple):
    low: int
    high: int


class Counter:
    def __init__(self, start: int) -> None:
        self.start = start

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counter) and other.start == self.start

    __hash__ = None  # type: ignore[assignment]


MOMENT = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
VALUES: list[tuple[Any, Any]] = [
    (int, 2**63),
    (float, 0.1),
    (float, 3),
    (str, "naïve 日本 🚀\n\"'"),
    (bool, False),
    (None, None),
    (datetime, MOMENT),
    (date, date(2024, 2, 29)),
    (time, time(1, 2, 3)),
    (timedelta, timedelta(days=2, microseconds=5)),
    (bytes, bytes(range(256))),
    (Colour, Colour.BLUE),
    (Literal["fast", 3], 3),
    (Optional[int], None),
    (Union[int, str], "4"),
    (Union[int, str], 4),
    (int | str | list[int], [1, 2]),
    (list[int], []),
    (dict[str, float], {"a": 1.5}),
    (dict[int, list[str]], {3: ["x"]}),
    (set[int], {1, 2}),
    (tuple[int, str], (1, "x")),
    (tuple[int, ...], (1, 2, 3)),
    (Wheel, Wheel(28.0)),
    (Bike, Bike("Zip", [Wheel(26.0, 28)], MOMENT, Colour.BLUE, {"wood": 2.5})),
    (list[Bike], [Bike("Zip", [], MOMENT)]),
    (Rider, Rider(name="Ann", age=3, bikes=[Bike("Zip", [], MOMENT)])),
    (Place, {"city": "Bonn", "floor": 2}),
    (list[Place], [{"city": "Bonn", "floor": 2}]),
    (Span, Span(1, 2)),
    (Counter, Counter(3)),
    (list[Counter], [Counter(1), Counter(2)]),
    (Counter | None, Counter(1)),
    (dict[str, Counter], {"a": Counter(1)}),
    (fractions.Fraction, fractions.Fraction(1, 3)),
    (Any, {"k": (1, 2)}),
    (Any, {"k": [1, None, "x"]}),
    (dict, {"n": 3, "a": [1]}),
    (list, [1, "x"]),
]


@pytest.mark.parametrize(("hint", "value"), VALUES, ids=lambda v: str(v)[:40])
def test_a_value_survives_json(hint, value):
    codec = codec_for(hint)
    back = codec.decode(json.loads(json.dumps(codec.encode(value), allow_nan=False)))
    assert back == value
    assert type(back) is (float if hint is float else type(value))


@pytest.mark.parametrize(
    ("hint", "value", "place"),
    [
        (int, "seven", ""),
        (int, True, ""),
        (int, 1.5, ""),
        (str, 3, ""),
        (bool, 1, ""),
        (list[int], [1, "x"], "[1]"),
        (dict[str, float], {"a": "b"}, ".a"),
        (list[int], (1, 2), ""),
        (Place, {"city": 1, "floor": 2}, ".city"),
        (list[Counter], [3], "[0]"),
        (Colour, "r", ""),
        (Literal["a"], "b", ""),
        (tuple[int, int], (1,), "[1]"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(hint, value, place):
    with pytest.raises(ValueMismatch) as caught:
        codec_for(hint).encode(value)
    assert caught.value.path == place


def test_a_wrong_field_deep_in_a_dataclass_is_refused():
    wrong = Bike("Zip", [Wheel("big")], MOMENT)  # type: ignore[arg-type]
    with pytest.raises(ValueMismatch, match="size"):
        codec_for(Bike).encode(wrong)


def test_text_that_is_none_outside_of_python_is_refused():
    with pytest.raises(ValueMismatch, match="no text that UTF-8 can hold"):
        codec_for(str).encode("gr\udcfc\udcdfe")
    assert codec_for(str).encode("grüße \N{GRINNING FACE}") == "grüße \N{GRINNING FACE}"


def test_a_value_that_contains_itself_is_refused():
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(ValueMismatch):
        codec_for(list[list]).encode(cycle)


@pytest.mark.parametrize("number", [math.inf, -math.inf])
@pytest.mark.parametrize("hint", [float, list[float], dict[str, list[float]]])
def test_infinities_travel(hint, number):
    value = {float: number, list[float]: [number, 1.0]}.get(hint, {"a": [number]})
    codec = codec_for(hint)
    assert codec.decode(json.loads(json.dumps(codec.encode(value), allow_nan=False))) == value


def test_nan_travels():
    codec = codec_for(list[float])
    (back,) = codec.decode(json.loads(json.dumps(codec.encode([math.nan]), allow_nan=False)))
    assert math.isnan(back)


def test_a_pickle_of_another_python_is_refused_with_both_versions():
    codec = codec_for(Counter)
    made = codec.encode(Counter(1)) | {"python": "2.7"}
    with pytest.raises(ValueMismatch, match=r"Python 2\.7 .* Python 3\."):
        codec.decode(made)


def test_enums_name_their_members_in_the_schema():
    schema = codec_for(Colour).schema()
    assert schema["enum"] == ["r", 2]
    assert schema["x-flyte-enum-names"] == ["RED", "BLUE"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_any_json_value_travels_as_any(value):
    codec = codec_for(Any)
    assert codec.decode(codec.encode(value)) == value


@given(st.binary())
def test_bytes_travel(value):
    codec = codec_for(bytes)
    assert codec.decode(json.loads(json.dumps(codec.encode(value)))) == value


@given(st.dictionaries(st.text(), st.lists(st.floats(allow_nan=False))))
def test_nested_floats_travel(value):
    codec = codec_for(dict[str, list[float]])
    assert codec.decode(json.loads(json.dumps(codec.encode(value), allow_nan=False))) == value


@given(st.datetimes(timezones=st.just(UTC)) | st.datetimes(), st.timedeltas())
def test_moments_and_spans_travel(moment, span):
    assert codec_for(datetime).decode(codec_for(datetime).encode(moment)) == in_utc(moment)
    back = codec_for(timedelta).decode(codec_for(timedelta).encode(span))
    assert abs(back - span) < timedelta(microseconds=1)


@dataclass
class Garage:
    bikes: dict[str, Bike]
    owner: Rider | None = None
    branches: list[Garage] = field(default_factory=list)


FIELDS = {"name": "Zip", "wheels": [{"size": 26.0}, Wheel(28.0)], "made": datetime(2024, 1, 2, tzinfo=UTC)}
BIKE = Bike("Zip", [Wheel(26.0), Wheel(28.0)], datetime(2024, 1, 2, tzinfo=UTC))


class TestDictsForDataclasses:
    @pytest.mark.parametrize(
        ("hint", "given", "meant"),
        [
            (Bike, FIELDS, BIKE),
            (list[Bike], [FIELDS, BIKE], [BIKE, BIKE]),
            (Optional[Bike], FIELDS, BIKE),
            (Rider, {"name": "Ann", "age": 3, "bikes": [FIELDS]}, Rider(name="Ann", age=3, bikes=[BIKE])),
            (
                Garage,
                {"bikes": {"a": FIELDS}, "branches": [{"bikes": {}}]},
                Garage({"a": BIKE}, branches=[Garage({})]),
            ),
        ],
        ids=str,
    )
    def test_fields_that_are_left_out_have_their_defaults(self, hint: Any, given: Any, meant: Any) -> None:
        codec = codec_for(hint)
        assert codec.decode(codec.encode(given)) == meant
        assert codec.from_text(codec.to_text(given)) == meant

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"wheels": [], "made": datetime(2024, 1, 2, tzinfo=UTC)}, "^name: it is missing"),
            ({**FIELDS, "wheels": [{"size": "wide"}]}, r"^wheels\[0\]\.size: .*'wide' of type str"),
            ({**FIELDS, "bell": 1}, r"^bell: Extra inputs are not permitted"),
            ([], "instance of Bike"),
        ],
    )
    def test_what_does_not_fit_is_refused_with_its_place(self, given: Any, said: str) -> None:
        with pytest.raises(ValueMismatch, match=said):
            codec_for(Bike).encode(given)


class Job(BaseModel):
    folder: Path = "data/in"  # type: ignore[assignment]
    start: datetime = "2024-01-02T03:04:05Z"  # type: ignore[assignment]
    name: str = "data/in"
    size: int = 1


class TestDefaultsThatPydanticLeavesAsTexts:
    def test_they_arrive_as_what_they_stand_for(self) -> None:
        codec = codec_for(list[Job])
        moment = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
        for jobs in ([Job()], [Job(size=2), Job(folder=Path("x"))]):
            back = codec.decode(codec.encode(jobs))
            assert [job.start for job in back] == [moment] * len(jobs)
            assert all(isinstance(job.folder, Path) for job in back)
            assert codec.from_text(codec.to_text(jobs)) == back

    def test_other_texts_are_refused(self) -> None:
        job = Job()
        job.folder = "elsewhere"  # type: ignore[assignment]
        with pytest.raises(ValueMismatch, match=r"^folder: "):
            codec_for(Job).encode(job)


@pytest.mark.parametrize(
    ("hint", "value", "arrived"),
    [
        (tuple[int, str], [1, "a"], (1, "a")),
        (tuple[int, ...], [1, 2], (1, 2)),
        (list[tuple[str, int]], [["a", 1], ("b", 2)], [("a", 1), ("b", 2)]),
        (dict[str, tuple[int, int]], {"a": [1, 2]}, {"a": (1, 2)}),
        (tuple[Wheel, tuple[int, int]], [{"size": 2.0}, [1, 2]], (Wheel(2.0), (1, 2))),
        (list[int] | tuple[str, int], ["a", 1], ("a", 1)),
        (list[int] | tuple[int, int], [1, 2], [1, 2]),
    ],
)
def test_lists_are_taken_for_tuples_as_json_has_them(hint, value, arrived):
    codec = codec_for(hint)
    assert codec.decode(codec.encode(value)) == arrived
    assert codec.from_text(codec.to_text(value)) == arrived


@pytest.mark.parametrize("record", [Bike, Rider])
def test_dicts_hold_what_json_holds(record):
    bike = {"name": "Zip", "wheels": [{"size": 26}], "made": "2024-01-02T00:00:00Z", "colour": "r"}
    meant = Bike("Zip", [Wheel(26.0)], datetime(2024, 1, 2, tzinfo=UTC))
    given, wanted = (bike, meant) if record is Bike else ({"name": "R", "age": 1, "bikes": [bike]}, [meant])
    arrived = codec_for(record).decode(codec_for(record).encode(given))
    assert (arrived if record is Bike else arrived.bikes) == wanted


class Opened(BaseModel):
    kind: Literal[Colour.RED] = Colour.RED


class Closed(BaseModel):
    kind: Literal[Colour.BLUE] = Colour.BLUE
    more: Colour = Colour.RED


class Door(BaseModel):
    state: Annotated[Opened | Closed, Field(discriminator="kind")]
    extra: Any = None


def test_dicts_hold_the_tags_of_unions():
    codec = codec_for(Door)
    given = {"state": {"kind": 2, "more": "r"}, "extra": {"a": [1]}}
    assert codec.decode(codec.encode(given)) == Door(state=Closed(), extra={"a": [1]})


def test_a_moment_is_taken_for_its_day():
    assert codec_for(date | None).encode(datetime(2024, 1, 2, 23, tzinfo=UTC)) == "2024-01-02"


def test_members_can_be_given_by_name_and_bytes_of_dataclasses_in_base64():
    @dataclass
    class Photo:
        pixels: bytes
        levels: set[int]
        folder: Path

    assert codec_for(list[Mode]).encode(["FAST", Mode.FAST]) == ["fast", "fast"]
    with pytest.raises(ValueMismatch, match="Mode"):
        codec_for(Mode).encode("SLOW")
    given = {"pixels": "YQ==", "levels": [1], "folder": "/x"}
    codec = codec_for(Photo)
    assert codec.decode(codec.encode(given)) == Photo(b"a", {1}, Path("/x"))
    with pytest.raises(ValueMismatch, match="levels"):
        codec.encode({**given, "levels": ["one"]})


class Mode(str, enum.Enum):  # noqa: UP042 - as programs write it
    FAST = "fast"


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(("hint", "value"), [(str, Mode.FAST), (list[str], [Mode.FAST]), (int, Level.LOW)])
def test_a_member_of_an_enumeration_of_texts_is_its_text(hint, value):
    codec = codec_for(hint)
    arrived = codec.decode(json.loads(codec.to_text(value)))
    assert arrived in ("fast", ["fast"], 1)
    assert type(arrived) in {str, list, int}


def test_a_class_that_travels_by_value_stays_as_it_is_where_it_comes_from():
    @dataclass
    class Made:  # not importable, as those of `__main__`
        parts: list[int] = field(default_factory=list)

    travelled = codec_for(Any).decode(codec_for(Any).encode(Made([1])))
    assert travelled == Made([1])
    assert fields(Made)[0].default is MISSING
    assert codec_for(list[Made]).decode([{"parts": [2]}]) == [Made([2])]


def test_a_unions_members_keep_their_order() -> None:
    first, second = codec_for(date | datetime | str), codec_for(datetime | date | str)
    assert [each["format"] for each in first.schema()["anyOf"][:2]] == ["date", "date-time"]
    assert [each["format"] for each in second.schema()["anyOf"][:2]] == ["date-time", "date"]
