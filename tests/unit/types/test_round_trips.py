"""Every codec, with values that hypothesis finds: through JSON, its text, and by the JSON schema alone."""

from __future__ import annotations

import json
import sys
from collections import Counter, OrderedDict, deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from pydantic.dataclasses import dataclass as checked_dataclass

from flyte.remote._schema import mismatches
from flyte.types import codec_for
from flyte.types.by_schema import encode_by_schema
from flyte.types.guessed import decode_by_schema
from flyte.types.moments import in_utc

if sys.version_info >= (3, 12):
    from typing import TypedDict
else:
    from typing_extensions import TypedDict


class Colour(Enum):
    RED = "r"
    BLUE = 2
    PAIR = (1, 2)


class Point(NamedTuple):
    x: int
    y: bytes


class Place(TypedDict):
    city: str
    stamp: bytes


@checked_dataclass
class Parcel:
    label: str
    weight: float | str
    sent: datetime | date | str
    content: bytes | str | None
    rest: dict[str, int | list[int]]


class Item(BaseModel):
    sku: str = Field(alias="SKU")
    colour: Colour | str
    parcels: list[Parcel]
    place: Place


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
NUMBERS = st.floats(allow_nan=False)
AWARE = st.datetimes(timezones=st.just(UTC))
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SPANS = st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))
MOMENTS = AWARE | st.datetimes() | st.datetimes(timezones=OFFSETS)
ISO = MOMENTS.map(datetime.isoformat) | AWARE.map(lambda moment: moment.isoformat().replace("+00:00", "Z"))
PLACES = st.fixed_dictionaries({"city": TEXT, "stamp": st.binary(max_size=4)})
PARCELS = st.builds(
    Parcel,
    label=TEXT,
    weight=NUMBERS | TEXT | st.sampled_from(["NaN", "Infinity"]),
    sent=MOMENTS | st.dates() | ISO,
    content=st.none() | st.binary(max_size=6) | TEXT,
    rest=st.dictionaries(TEXT, st.integers() | st.lists(st.integers(), max_size=2), max_size=2),
)
ITEMS = st.builds(
    Item,
    SKU=TEXT,
    colour=st.sampled_from(Colour) | st.sampled_from(["r", "RED", "x"]),
    parcels=st.lists(PARCELS, max_size=2),
    place=PLACES,
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | NUMBERS
    | TEXT
    | st.binary(max_size=3)
    | MOMENTS
    | st.sampled_from(Colour),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT, inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers(), inner, max_size=2)
    ),
    max_leaves=8,
)
CODECS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, st.integers()),
    (float, NUMBERS),
    (str, TEXT),
    (bool, st.booleans()),
    (None, st.none()),
    (bytes, st.binary()),
    (datetime, MOMENTS),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, SPANS),
    (UUID, st.uuids()),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (complex, st.complex_numbers(allow_nan=False, allow_infinity=False)),
    (PurePosixPath, TEXT.map(PurePosixPath)),
    (Fraction, st.fractions()),
    (Colour, st.sampled_from(Colour)),
    (Literal["a", 1, b"a"], st.sampled_from(["a", 1, b"a"])),
    (list[float], st.lists(NUMBERS)),
    (tuple[int, ...], st.lists(st.integers()).map(tuple)),
    (tuple[int, bytes], st.tuples(st.integers(), st.binary())),
    (set[str], st.sets(TEXT)),
    (frozenset[bytes], st.frozensets(st.binary())),
    (deque[int], st.lists(st.integers()).map(deque)),
    (Counter, st.dictionaries(TEXT, st.integers()).map(Counter)),
    (OrderedDict[str, int], st.dictionaries(TEXT, st.integers()).map(OrderedDict)),
    (dict[str, list[float]], st.dictionaries(TEXT, st.lists(NUMBERS))),
    (dict[int, bytes], st.dictionaries(st.integers(), st.binary())),
    (dict[date, int], st.dictionaries(st.dates(), st.integers())),
    (dict[tuple[int, int], int], st.dictionaries(st.tuples(st.integers(), st.integers()), st.integers())),
    (dict, st.dictionaries(TEXT | st.integers(), ANYTHING)),
    (list, st.lists(ANYTHING)),
    (tuple, st.lists(ANYTHING).map(tuple)),
    (Any, ANYTHING),
    (object, ANYTHING),
    (int | str | None, st.integers() | TEXT | st.none()),
    (int | float, st.integers() | NUMBERS),
    (bool | int, st.booleans() | st.integers()),
    (float | str, NUMBERS | TEXT | st.sampled_from(["NaN", "1.5"])),
    (datetime | str, MOMENTS | ISO),
    (date | datetime | str, st.dates() | MOMENTS | ISO),
    (timedelta | str, SPANS | st.sampled_from(["P1D", "PT1S"])),
    (bytes | str, st.binary() | TEXT),
    (UUID | str, st.uuids() | st.uuids().map(str)),
    (Colour | str, st.sampled_from(Colour) | st.sampled_from(["r", "RED"])),
    (list[int] | tuple[int, ...] | set[int], st.lists(st.integers()) | st.sets(st.integers())),
    (list[int] | list[str], st.lists(st.integers()) | st.lists(TEXT)),
    (Point | Place | Parcel, st.builds(Point, st.integers(), st.binary()) | PLACES | PARCELS),
    (Fraction | int, st.fractions().filter(lambda number: number.denominator > 1) | st.integers()),
    (Point, st.builds(Point, st.integers(), st.binary())),
    (Place, PLACES),
    (Parcel, PARCELS),
    (Item, ITEMS),
    (list[Item], st.lists(ITEMS, max_size=2)),
]


def same(one: Any, other: Any) -> bool:
    """Equality in which 1 is neither true nor 1.0, all the way down, and moments without a zone are in UTC."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple | deque):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(other, datetime):
        return one in {other, in_utc(other)}
    return bool(one == other)


def ids(parameter: Any) -> str:
    return "" if isinstance(parameter, st.SearchStrategy) else str(parameter).replace("typing.", "")[:50]


@pytest.mark.parametrize(("hint", "values"), CODECS, ids=ids)
@settings(max_examples=30)
@given(data=st.data())
def test_a_value_comes_back_from_its_json_and_from_its_text(hint, values, data):
    value, codec = data.draw(values), codec_for(hint)
    wire = json.loads(json.dumps(codec.encode(value), allow_nan=False))
    assert same(codec.decode(wire), value)
    assert same(codec.from_text(codec.to_text(value)), value)


@pytest.mark.parametrize(("hint", "values"), CODECS, ids=ids)
@settings(max_examples=30)
@given(data=st.data())
def test_by_the_schema_alone_the_task_reads_the_same_value(hint, values, data):
    value, codec = data.draw(values), codec_for(hint)
    schema = codec.schema()
    assert list(mismatches(codec.encode(value), schema, "x")) == []
    wire = encode_by_schema(value, schema)
    assert list(mismatches(wire, schema, "x")) == []
    assert same(codec.decode(json.loads(json.dumps(wire, allow_nan=False))), value)


IN_DOUBT = {Colour | str, Fraction | int, Item, list[Item], Parcel, Point | Place | Parcel}
"""With unions of members that all write texts, where the schema does not tell which of them wrote one."""


@pytest.mark.parametrize(("hint", "values"), [each for each in CODECS if each[0] not in IN_DOUBT], ids=ids)
@settings(max_examples=30)
@given(data=st.data())
def test_a_result_known_by_its_schema_alone_is_passed_on_as_what_it_was(hint, values, data):
    value, codec = data.draw(values), codec_for(hint)
    schema = codec.schema()
    guessed = decode_by_schema(json.loads(json.dumps(codec.encode(value), allow_nan=False)), schema)
    assert same(codec.decode(encode_by_schema(guessed, schema)), value)
