"""`FlytePickle` as a hint: any value, as itself."""

from __future__ import annotations

import pytest

from flyte.types import FlytePickle, codec_for


class Engine:
    def __init__(self, power: int) -> None:
        self.power = power


@pytest.mark.parametrize("hint", [FlytePickle, FlytePickle[Engine], list[FlytePickle]])
def test_a_value_of_any_class_comes_back(hint: object) -> None:
    codec = codec_for(hint)
    value = [Engine(3)] if hint == list[FlytePickle] else Engine(3)
    back = codec.decode(codec.encode(value))
    assert (back[0] if isinstance(back, list) else back).power == 3


def test_json_stays_json() -> None:
    assert codec_for(FlytePickle).encode({"a": [1]}) == {"a": [1]}
