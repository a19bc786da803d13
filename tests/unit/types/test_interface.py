"""Signatures become interfaces: bound like Python does, described for callers without the code."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from flyte.types import NativeInterface, ValueMismatch


class Size(enum.Enum):
    SMALL = 1


@dataclass
class Box:
    label: str
    size: Size = Size.SMALL


class Pair(NamedTuple):
    left: int
    right: str


def pack(box: Box, count: int = 2, *, note: str | None, label: str = "x") -> tuple[int, str]:
    """Pack a box.

    Args:
        box: what to pack
        count: how many
            of them
        note: a word
        label: a name
    """


@pytest.fixture
def interface() -> NativeInterface:
    return NativeInterface.from_callable(pack)


def test_arguments_are_bound_by_position_and_name_with_defaults(interface):
    bound = interface.bind((Box("a"),), {"label": "y"})
    assert bound == {"box": Box("a"), "count": 2, "note": None, "label": "y"}


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "missing argument 'box'"),
        ((Box("a"),), {"size": 1}, "unknown argument 'size'; the inputs are: box, count, note, label"),
        ((Box("a"), 1, 2), {}, "3 positional arguments given, 2 taken"),
        ((Box("a"),), {"box": Box("b")}, "given by position and by name"),
    ],
)
def test_wrong_arguments_are_named(interface, args, kwargs, message):
    with pytest.raises(TypeError, match=message):
        interface.bind(args, kwargs)


def test_inputs_travel_and_missing_ones_take_their_defaults(interface):
    payload = interface.encode_inputs(interface.bind((Box("a"),), {}))
    assert payload == {"box": {"label": "a", "size": 1}, "count": 2, "note": None, "label": "x"}
    assert interface.decode_inputs({"box": {"label": "b"}}) == {
        "box": Box("b"),
        "count": 2,
        "note": None,
        "label": "x",
    }


def test_a_wrong_input_is_named_with_its_place(interface):
    with pytest.raises(ValueMismatch, match=r"^box\.size: "):
        interface.decode_inputs({"box": {"label": "b", "size": 7}})


def test_outputs_are_numbered(interface):
    assert interface.encode_outputs((1, "a")) == {"o0": 1, "o1": "a"}
    assert interface.decode_outputs({"o0": 1, "o1": "a"}) == (1, "a")


@pytest.mark.parametrize("returned", [(1,), 3, "ab", (1, "a", 2), ("a", 1)])
def test_a_result_that_is_not_what_the_annotation_says_is_refused(interface, returned):
    with pytest.raises(ValueMismatch):
        interface.encode_outputs(returned)


def test_a_named_tuple_comes_back_as_one():
    def split(n: int) -> Pair: ...

    interface = NativeInterface.from_callable(split)
    assert interface.encode_outputs(Pair(1, "a")) == {"o0": 1, "o1": "a"}
    assert interface.decode_outputs({"o0": 1, "o1": "a"}) == Pair(1, "a")


def test_no_result_is_one_output_of_none():
    def silent(): ...

    interface = NativeInterface.from_callable(silent)
    assert interface.encode_outputs(None) == {"o0": None}
    assert interface.decode_outputs({"o0": None}) is None
    with pytest.raises(ValueMismatch, match="no return type is annotated"):
        interface.encode_outputs("lost otherwise")


def test_none_as_default_needs_no_optional_annotation():
    def careless(x: int = None) -> int: ...  # type: ignore[assignment] # noqa: RUF013 - what users write

    interface = NativeInterface.from_callable(careless)
    assert interface.decode_inputs(interface.encode_inputs(interface.bind((), {}))) == {"x": None}


def test_variable_arguments_are_refused():
    def loose(*things: int) -> None: ...

    with pytest.raises(TypeError, match="things"):
        NativeInterface.from_callable(loose)


def test_the_description_tells_schemas_defaults_and_docs(interface):
    box, count, note, label = interface.describe().inputs
    assert (box.required, count.required, note.required, label.required) == (True, False, False, False)
    assert (count.default, count.description) == (2, "how many of them")
    assert box.json_schema["$defs"]["Size"]["x-flyte-enum-names"] == ["SMALL"]
    assert [output.json_schema["type"] for output in interface.describe().outputs] == ["integer", "string"]


def test_the_json_schema_is_one_object(interface):
    schema = interface.json_schema
    assert schema["type"] == "object"
    assert schema["required"] == ["box"]
    assert schema["properties"]["count"] == {"type": "integer", "default": 2, "description": "how many of them"}
    assert "Size" in schema["$defs"]
