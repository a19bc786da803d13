from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from enum import Enum

import pytest

from flyte.remote import ActionInputs, ActionOutputs


class Color(Enum):
    RED = "red"


class Mood(str, Enum):  # noqa: UP042 - the older form, as programs have it
    CALM = "calm"


def test_outputs_are_a_tuple_with_names() -> None:
    outputs = ActionOutputs((3, "x"))
    assert tuple(outputs) == (3, "x")
    assert (outputs.o0, outputs.o1) == (3, "x")
    assert outputs.named_outputs == {"o0": 3, "o1": "x"}
    assert outputs.value == (3, "x")
    assert type(outputs.value) is tuple


def test_one_output_is_shown_bare() -> None:
    assert ActionOutputs(("a",)).value == "a"
    assert ActionOutputs((None,)).value is None


def test_text_is_shown_in_double_quotes_as_flyte_does() -> None:
    assert repr(ActionOutputs(("Good morning!!",))) == 'ActionOutputs(o0="Good morning!!")'
    assert repr(ActionOutputs((16.0, None, ["a"]))) == "ActionOutputs(o0=16.0, o1=None, o2=['a'])"
    assert repr(ActionOutputs(('say "ü"',))) == 'ActionOutputs(o0="say "ü"")'


def test_outputs_show_values_as_str_has_them() -> None:
    values = (Color.RED, Mood.CALM, date(2024, 1, 2), timedelta(hours=1))
    assert repr(ActionOutputs(values)) == 'ActionOutputs(o0=Color.RED, o1="Mood.CALM", o2=2024-01-02, o3=1:00:00)'
    assert repr(ActionInputs(message="hi")) == 'ActionInputs(message="hi")'


def test_a_tuple_that_is_one_output_stays_one() -> None:
    assert ActionOutputs.of((1, 2), 1) == ((1, 2),)
    assert ActionOutputs.of((1, 2), 2) == (1, 2)


def test_an_output_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(AttributeError, match="no output 'o2'; the outputs are: o0, o1"):
        _ = ActionOutputs((1, 2)).o2


def test_outputs_can_be_copied_and_pickled() -> None:
    outputs = ActionOutputs((1, "b"))
    assert copy.deepcopy(outputs) == outputs
    assert type(pickle.loads(pickle.dumps(outputs))) is ActionOutputs


def test_json_holds_what_json_can() -> None:
    assert ActionOutputs((datetime(2026, 1, 2, tzinfo=UTC), b"x", object)).to_dict() == {
        "o0": "2026-01-02T00:00:00Z",
        "o1": "eA==",
        "o2": "<class 'object'>",
    }
    assert ActionInputs(name="ü").to_json() == '{"name": "ü"}'


def test_numbers_that_json_lacks_are_named() -> None:
    outputs = ActionOutputs((float("nan"), {"a": [float("inf"), -float("inf"), 1.5]}))
    assert outputs.to_dict() == {"o0": "NaN", "o1": {"a": ["Infinity", "-Infinity", 1.5]}}
