"""Values that JSON cannot hold, or that are not what the hint says: they work, or the error says where they are."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from flyte.types import NativeInterface, ValueMismatch, codec_for


@dataclass
class Layer:
    size: int
    rate: float = 0.1


@dataclass
class Config:
    layers: list[Layer] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    key: SecretStr | None = None


class Options(BaseModel):
    config: Config
    factor: float | str = 1.0


@dataclass
class Node:
    below: Node | None = None


def train(config: Config, options: Options | None = None) -> Config: ...


def through_json(hint: Any, value: Any) -> Any:
    codec = codec_for(hint)
    return codec.decode(json.loads(json.dumps(codec.encode(value), allow_nan=False)))


WRONG = Config([Layer(1), Layer(2), Layer(3), Layer("wide")])  # type: ignore[arg-type]


def test_an_input_says_where_in_it_something_is_wrong():
    interface = NativeInterface.from_callable(train)
    with pytest.raises(ValueMismatch, match=r"^config\.layers\[3\]\.size: .*'wide' of type str"):
        interface.encode_inputs({"config": WRONG})
    bad = Options(config=Config([Layer(1)]))
    bad.config.layers[0].rate = "fast"  # type: ignore[assignment]
    with pytest.raises(ValueMismatch, match=r"^options\.config\.layers\[0\]\.rate: "):
        interface.encode_inputs({"config": Config(), "options": bad})


def test_an_output_says_where_in_it_something_is_wrong():
    interface = NativeInterface.from_callable(train)
    with pytest.raises(ValueMismatch, match=r"^layers\[3\]\.size: "):
        interface.encode_outputs(WRONG)


@pytest.mark.parametrize(
    ("json_value", "place"),
    [
        ({"layers": [{"size": 1}, {"size": "x"}]}, "config.layers[1].size"),
        ({"layers": [{"rate": 1}]}, "config.layers[0].size"),
        ({"layers": {"size": 1}}, "config.layers"),
        ({"layers": [[1]]}, "config.layers[0]"),
        ([], "config"),
    ],
)
def test_json_of_another_shape_is_refused_with_its_place(json_value, place):
    interface = NativeInterface.from_callable(train)
    with pytest.raises(ValueMismatch) as caught:
        interface.decode_inputs({"config": json_value})
    assert str(caught.value).startswith(f"{place}: ")


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_lacks_arrive_wherever_they_stand(number):
    config = Config([Layer(1, number)], {"n": number, "l": [number, 1.0]})
    back = through_json(Config, config)
    assert repr(back) == repr(config)
    assert repr(through_json(Options, Options(config=config, factor=number)).factor) == repr(number)


@pytest.mark.parametrize("number", [2**63, -(2**64), 10**400])
def test_integers_of_any_size_arrive(number):
    assert through_json(int, number) == number
    assert through_json(list[int], [number]) == [number]
    assert through_json(Config, Config([Layer(number)], {"n": number})) == Config([Layer(number)], {"n": number})


def test_an_integer_that_python_itself_does_not_write_is_refused_or_pickled():
    with pytest.raises(ValueMismatch, match="4,300 digits"):
        codec_for(int).encode(10**5000)
    assert through_json(Any, [1, 10**5000]) == [1, 10**5000]


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def chain(depth: int) -> Node:
    value = Node()
    for _ in range(depth - 1):
        value = Node(value)
    return value


def test_what_is_nested_200_deep_arrives():
    assert through_json(Any, nested(200)) == nested(200)
    assert through_json(list, nested(200)) == nested(200)
    assert through_json(Node, chain(200)) == chain(200)


@pytest.mark.parametrize(
    ("hint", "value"),
    [(Any, nested(5000)), (list, nested(5000)), (dict, {"a": nested(5000)}), (Node, chain(5000))],
    ids=["any", "list", "dict", "dataclass"],
)
def test_what_is_nested_too_deep_is_refused(hint, value):
    with pytest.raises(ValueMismatch, match="nested too deeply"):
        codec_for(hint).encode(value)


@pytest.mark.parametrize("hint", [Node, Any])
def test_json_that_is_nested_too_deep_is_refused_or_read(hint):
    value: Any = None
    for _ in range(5000):
        value = {"below": value}
    codec = codec_for(hint)
    if hint is Any:
        assert codec.decode(value) is value
    else:
        with pytest.raises(ValueMismatch, match="nested too deeply"):
            codec.decode(value)


def test_text_of_10_mb_arrives():
    text = "ü" * 5_000_000
    assert through_json(str, text) == text
    assert through_json(Config, Config(extra={"t": text})).extra["t"] == text


def cyclic_list() -> Any:
    value: list[Any] = [1, []]
    value[1].append(value)
    return value


def cyclic_node() -> Node:
    node = Node(Node())
    assert node.below
    node.below.below = node
    return node


@pytest.mark.parametrize(
    ("hint", "value", "place"),
    [
        (Any, cyclic_list(), r"^\[1\]\[0\]: "),
        (list, cyclic_list(), r"^\[1\]\[0\]: "),
        (Node, cyclic_node(), r"^below\.below: "),
        (Config, Config(extra={"a": cyclic_list()}), r"^extra\.a\[1\]\[0\]: "),
    ],
    ids=["any", "list", "dataclass", "field"],
)
def test_a_value_that_contains_itself_is_refused_with_its_place(hint, value, place):
    with pytest.raises(ValueMismatch, match=place + ".*contains itself"):
        codec_for(hint).encode(value)


def test_secrets_are_no_inputs():
    with pytest.raises(ValueMismatch, match=r"^key: .*use flyte\.Secret"):
        codec_for(Config).encode(Config(key=SecretStr("hidden")))


def test_what_cannot_be_pickled_is_named():
    with pytest.raises(ValueMismatch, match="generator cannot be pickled"):
        codec_for(object).encode(each for each in [1])


@pytest.mark.parametrize(
    ("hint", "value", "place"),
    [
        (Any, {1}, "^a pickled"),
        (list[Any], [{1}], r"^\[0\]: "),
        (dict[str, object], {"a": {1}}, "^a: "),
        (Options, Options(config=Config(extra={"a": [1, {1}]})), r"^config\.extra\.a"),
    ],
    ids=str,
)
def test_a_pickle_of_another_python_is_refused_with_both_versions_and_its_place(hint, value, place):
    wire = json.loads(json.dumps(codec_for(hint).encode(value)).replace(f'"3.{sys.version_info.minor}"', '"2.7"'))
    with pytest.raises(ValueMismatch, match=place + r".*Python 2\.7 .* Python 3\."):
        codec_for(hint).decode(wire)


IN_MAIN = """
import json, sys
from dataclasses import dataclass
from flyte.types import codec_for

class Token:
    def __init__(self, n): self.n = n

@dataclass
class Ticket:
    token: Token
    seats: list[int]

print(json.dumps(codec_for(Ticket).encode(Ticket(Token(7), [1, 2]))))
"""
ELSEWHERE = """
import json, sys
from program import Ticket, Token, codec_for

ticket = codec_for(Ticket).decode(json.loads(sys.stdin.read()))
print(type(ticket) is Ticket, ticket.token.n, ticket.seats)
"""


def test_a_class_of_the_main_program_arrives_where_it_is_a_module(tmp_path):
    (tmp_path / "program.py").write_text(IN_MAIN)
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    sent = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, check=True, text=True)
    got = subprocess.run(
        [sys.executable, "elsewhere.py"], cwd=tmp_path, input=sent.stdout, capture_output=True, check=True, text=True
    )
    assert got.stdout.splitlines()[-1] == "True 7 [1, 2]"
