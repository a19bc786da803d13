"""Inputs and outputs as one text: the same values and errors as one by one."""

from __future__ import annotations

import enum
import json
import math
import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from flyte.types import NativeInterface, ValueMismatch
from flyte.types.texts import joined

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Layer:
    size: int
    below: list[Layer] = field(default_factory=list)


def train(
    config: Layer,
    other: Layer | None = None,
    rate: float = 0.5,
    name: str = "n",
    steps: dict[str, list[float]] | None = None,
    anything: Any = (1, 2),
) -> tuple[Layer, float, Any]: ...


class Kind(enum.Enum):
    A = (1,)
    B = (2,)


class Token(BaseModel):
    key: bytes
    kind: Kind = Kind.B
    note: Any = None


def sign(token: Token, tokens: list[Token]) -> Token: ...


def quiet() -> None: ...


def late(moment: datetime, count: int = None) -> int: ...  # type: ignore[assignment]  # noqa: RUF013 - is taken


late.__annotations__["moment"] = "__import__('datetime').datetime"
INTERFACE = NativeInterface.from_callable(train)
GIVEN: list[dict[str, Any]] = [
    {"config": Layer(1, [Layer(2)])},
    {"config": Layer(1), "other": Layer(3), "rate": 2, "name": "ü", "steps": {"a": [1.0, math.inf]}, "anything": {1}},
    {"config": Layer(1), "other": None, "rate": math.nan, "steps": None},
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_inputs_are_those_that_are_read_one_by_one(given: dict[str, Any]) -> None:
    payload = INTERFACE.encode_inputs(INTERFACE.bind((), given))
    for sent in (payload, {name: payload[name] for name in given}):
        text = json.dumps(sent)
        assert INTERFACE._reader.read(text) is not None, "in one pass"
        assert repr(INTERFACE.inputs_from_text(text)) == repr(INTERFACE.decode_inputs(json.loads(text)))


def test_models_are_read_as_the_wire_has_them_and_not_as_pydantic_itself_would() -> None:
    interface = NativeInterface.from_callable(sign)
    token = Token(key=b"\xff", note={1})
    text = json.dumps(interface.encode_inputs({"token": token, "tokens": [token]}))
    assert interface._reader.read(text) == {"token": token, "tokens": [token]}


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"config": {"size": 1, "below": [{"size": "x"}]}}, r"^config\.below\[0\]\.size: "),
        ({"config": {"size": 1}, "rate": "fast"}, "^rate: "),
        ({"config": {"size": 1}, "colour": 1}, "^colour: no such input"),
    ],
)
def test_errors_say_where(payload: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueMismatch, match=said):
        INTERFACE.inputs_from_text(json.dumps(payload))


def test_what_is_absent_or_none_is_taken_as_one_by_one() -> None:
    interface = NativeInterface.from_callable(late)
    text = '{"moment":"2024-01-02T03:04:05Z","count":null}'
    assert interface.inputs_from_text(text) == interface.decode_inputs(json.loads(text))
    assert NativeInterface.from_callable(quiet).inputs_from_text("{}") == {}
    with pytest.raises(TypeError, match="missing argument 'config'"):
        INTERFACE.inputs_from_text("{}")


def test_what_is_nested_200_deep_arrives() -> None:
    value: Any = []
    for _ in range(199):
        value = [value]
    payload = INTERFACE.encode_inputs({"config": Layer(1), "anything": value})
    assert INTERFACE.inputs_from_text(json.dumps(payload))["anything"] == value


def test_an_interface_that_has_read_can_be_pickled() -> None:
    INTERFACE.inputs_from_text('{"config":{"size":1}}')
    assert pickle.loads(pickle.dumps(INTERFACE)).inputs == INTERFACE.inputs


def test_outputs_are_one_document() -> None:
    texts = INTERFACE.outputs_to_texts((Layer(1), math.inf, "ü"))
    assert json.loads(joined(texts)) == INTERFACE.encode_outputs((Layer(1), math.inf, "ü"))
    assert joined(NativeInterface.from_callable(quiet).outputs_to_texts(None)) == '{"o0":null}'
