"""Results of deployed tasks where the task's classes are not at hand."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, NamedTuple, Optional

import pytest
from pydantic import BaseModel

from flyte.io import Dir, File
from flyte.types import ValueMismatch, codec_for
from flyte.types.guessed import decode_by_schema

if sys.version_info >= (3, 12):
    from typing import TypedDict
else:
    from typing_extensions import TypedDict


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Level(IntEnum):
    LOW = 1


class Point(NamedTuple):
    x: int
    y: float


class Place(TypedDict):
    city: str
    since: date


@dataclass
class Layer:
    size: int
    made: datetime | None = None


@dataclass
class Model:
    name: str
    layers: list[Layer]
    weights: File
    colour: Colour = Colour.RED
    spare: dict[str, Layer] = field(default_factory=dict)


class Settings(BaseModel):
    depth: int
    inner: Optional["Settings"] = None


@dataclass
class Odd:
    keyword: int


class Opaque:
    def __init__(self, held: int) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and other.held == self.held

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Opaque({self.held})"


LAYER = Layer(3, datetime(2026, 1, 2, tzinfo=UTC))
MODEL = Model("m", [LAYER], File(path="s3://b/w.bin"), Colour.BLUE, {"a": Layer(1)})


def guessed(value: Any, hint: Any) -> Any:
    codec = codec_for(hint)
    return decode_by_schema(codec.encode(value), codec.schema())


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, 1),
        (float, 2.0),
        (float, float("inf")),
        (str, "2026-01-02"),
        (bytes, b"\x00\xff"),
        (datetime, datetime(2026, 1, 2, tzinfo=UTC)),
        (date, date(2026, 1, 2)),
        (timedelta, timedelta(hours=1)),
        (Path, Path("a/b")),
        (set[int], {1, 2}),
        (tuple[int, date], (1, date(2026, 1, 2))),
        (dict[str, list[date]], {"a": [date(2026, 1, 2)]}),
        (Optional[date], date(2026, 1, 2)),
        (Optional[date], None),
        (int | str, "x"),
        (date | str, "2026-01-02"),
        (Any, {1: (2, 3)}),
        (dict, {"a": {1, 2}}),
        (Opaque, Opaque(3)),
        (Place, {"city": "x", "since": date(2026, 1, 2)}),
    ],
    ids=str,
)
def test_a_value_is_what_the_task_returned(hint, value):
    found = guessed(value, hint)
    assert (type(found), found) == (type(value), value)


def test_files_and_folders_can_be_read():
    assert isinstance(guessed(File(path="s3://b/a"), File), File)
    assert isinstance(guessed([Dir(path="s3://b/a")], list[Dir])[0], Dir)


def test_a_record_has_its_fields_as_attributes_all_the_way_down():
    found = guessed(MODEL, Model)
    assert (found.name, found.layers[0].size, found.layers[0].made) == ("m", 3, LAYER.made)
    assert isinstance(found.weights, File)
    assert found.spare["a"].made is None
    assert repr(found.layers[0]) == repr(LAYER)
    assert found == guessed(MODEL, Model)


def test_a_model_that_refers_to_itself_is_a_record_at_every_depth():
    assert guessed(Settings(depth=1, inner=Settings(depth=2)), Settings).inner.depth == 2


def test_of_records_in_a_union_it_is_the_one_with_these_fields():
    assert repr(guessed(Settings(depth=2), Layer | Settings)) == "Settings(depth=2, inner=None)"
    assert repr(guessed(Place(city="x", since=date(2026, 1, 2)), Layer | Place)).startswith("{'city': 'x'")


def test_members_of_enumerations_have_their_name_and_value():
    found = guessed(Colour.BLUE, Colour)
    assert (found.name, found.value, str(found)) == ("BLUE", "b", "Colour.BLUE")
    assert guessed(Level.LOW, Level).value == 1


def test_a_named_tuple_in_a_list_has_its_names():
    assert guessed([Point(1, 2.0)], list[Point])[0].y == 2.0


def test_what_python_could_not_name_stays_a_dict():
    schema = {"type": "object", "properties": {"class": {"type": "integer"}}, "title": "Odd"}
    assert decode_by_schema({"class": 1}, schema) == {"class": 1}


def test_a_pickle_that_cannot_be_read_here_stays_json():
    pickled = {"$pickle": "AAAA", "python": "2.7", "type": "shop.Basket"}
    assert decode_by_schema(pickled, {"type": "object", "x-flyte-pickle": "Basket"}) == pickled


def test_a_guessed_record_is_taken_for_one_of_the_class():
    found = guessed(MODEL, Model)
    for hint, value, wanted in (
        (Model, found, MODEL),
        (list[Model], [found], [MODEL]),
        (Colour, found.colour, Colour.BLUE),
    ):
        codec = codec_for(hint)
        assert codec.decode(codec.encode(value)) == wanted
    settings = guessed(Settings(depth=1), Settings)
    assert codec_for(Settings).decode(codec_for(Settings).encode(settings)) == Settings(depth=1)


def test_a_guessed_record_of_another_class_is_refused():
    with pytest.raises(ValueMismatch, match="size"):
        codec_for(Layer).encode(guessed(MODEL, Model))
