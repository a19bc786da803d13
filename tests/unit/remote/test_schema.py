from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flyte.remote._schema import mismatches


class Colour(Enum):
    RED = "r"
    BLUE = "b"


@dataclass
class Layer:
    size: int
    kind: Literal["dense", "sparse"] = "dense"


@dataclass
class Net:
    layers: list[Layer] = field(default_factory=list)
    names: dict[str, float] = field(default_factory=dict)
    parent: Net | None = None


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, 3),
        (int, 3.0),
        (float, 3),
        (str, ""),
        (bool, False),
        (None, None),
        (int | None, None),
        (int | str, "x"),
        (list[int], [1, 2]),
        (dict[str, int], {"a": 1}),
        (tuple[int, str], [1, "a"]),
        (Colour, "r"),
        (Net, {"layers": [{"size": 1}], "parent": {"layers": []}}),
        (Any, {"what": ["ever"]}),
    ],
)
def test_what_fits_is_taken(hint: Any, value: Any) -> None:
    assert list(mismatches(value, TypeAdapter(hint).json_schema(), "x")) == []


@pytest.mark.parametrize(
    ("hint", "value", "message"),
    [
        (int, "3", "x: '3' is no integer"),
        (int, True, "x: True is no integer"),
        (int, 3.5, "x: 3.5 is no integer"),
        (float, "a", "x: 'a' is no number"),
        (str, 3, "x: 3 is no string"),
        (int | None, "a", "x: 'a' is none of integer or null"),
        (list[int], [1, "b"], "x[1]: 'b' is no integer"),
        (dict[str, int], {"a": "b"}, "x.a: 'b' is no integer"),
        (tuple[int, str], [1], "x: the number of items must be at least 2"),
        (Colour, "green", "x: 'green' is not one of 'r', 'b'"),
        (Net, {"layers": [{}]}, "x.layers[0].size: is missing"),
        (Net, {"layers": [{"size": 1, "kind": "wet"}]}, "x.layers[0].kind: 'wet' is not one of 'dense', 'sparse'"),
        (Net, 3, "x: 3 is no Net"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(hint: Any, value: Any, message: str) -> None:
    assert next(mismatches(value, TypeAdapter(hint).json_schema(), "x")) == message


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer", "minimum": 1}, 0, "x: 0 must be at least 1"),
        ({"type": "integer", "exclusiveMaximum": 3}, 3, "x: 3 must be less than 3"),
        ({"type": "number", "multipleOf": 2}, 3, "x: 3 is no multiple of 2"),
        ({"type": "string", "pattern": "^a"}, "b", "x: 'b' does not match ^a"),
        ({"type": "string", "maxLength": 1}, "bb", "x: the length must be at most 1"),
        ({"type": "array", "uniqueItems": True}, [1, 1], "x: an item is there twice"),
        ({"type": "object", "additionalProperties": False}, {"a": 1}, "x.a: is unknown; known are none"),
        ({"const": 1}, 2, "x: 2 is not 1"),
    ],
)
def test_bounds_are_kept(schema: dict[str, Any], value: Any, message: str) -> None:
    assert next(mismatches(value, schema, "x")) == message


def test_a_long_value_is_cut() -> None:
    assert len(next(mismatches("y" * 10_000, {"type": "integer"}, "x"))) < 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(value=JSON)
def test_what_pydantic_takes_strictly_is_taken(value: Any) -> None:
    hints: list[Any] = [int | str | None, list[float], dict[str, bool]]
    for hint in hints:
        adapter = TypeAdapter[Any](hint)
        try:
            adapter.validate_python(value, strict=True)
        except ValueError:
            continue
        assert list(mismatches(value, adapter.json_schema(), "x")) == []
