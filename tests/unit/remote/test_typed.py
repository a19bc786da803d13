"""Values as the types that the caller names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flyte.io import File
from flyte.remote._typed import retyped, typed


@dataclass
class Point:
    x: int
    y: list[float]


@dataclass
class Other:
    x: int
    y: list[float]


PAYLOAD = {"o0": {"x": 3, "y": [1.5]}, "o1": {"path": "s3://b/k", "name": "k", "format": "", "hash": None}}


def test_only_what_is_named_is_read() -> None:
    assert typed(PAYLOAD, {"o0": Point, "o7": int}) == {"o0": Point(3, [1.5])}
    assert typed(PAYLOAD, {"o1": File})["o1"].path == "s3://b/k"


def test_a_deserializer_gets_the_json() -> None:
    assert typed(PAYLOAD, {"o0": Point}, {Point: lambda json: Point(json["x"] + 1, [])}) == {"o0": Point(4, [])}


def test_a_value_of_another_type_is_named() -> None:
    with pytest.raises(TypeError, match=r"^o0: "):
        typed(PAYLOAD, {"o0": int})


def test_values_of_this_process_change_their_type_only_where_they_must() -> None:
    point = Point(3, [1.5])

    assert retyped({"o0": point}, {"o0": Point})["o0"] is point
    assert retyped({"o0": point}, {"o0": Other}) == {"o0": Other(3, [1.5])}
    assert retyped({"o0": point}, {"o0": Point}, {Point: sorted}) == {"o0": ["x", "y"]}
