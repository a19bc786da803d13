"""The words that `cache=` and `flyte.Cache(behavior=…)` take."""

from __future__ import annotations

from typing import Any

import pytest

import flyte

WORDS = {
    "auto": ("auto", "enable", "enabled", "on", "true", "True", "YES"),
    "override": ("override", "overwrite"),
    "disable": ("disable", "disabled", "off", "false", "no", "None"),
}


@pytest.mark.parametrize(("behavior", "word"), [(behavior, word) for behavior in WORDS for word in WORDS[behavior]])
def test_a_word_stands_for_a_behavior_wherever_it_is_written(behavior: str, word: Any) -> None:
    assert flyte.Cache(behavior=word).behavior == behavior
    env = flyte.TaskEnvironment(name="cache_words", cache=word)

    @env.task
    def task() -> int:
        return 1

    assert flyte.with_runcontext(mode="local").run(task).outputs().o0 == 1


@pytest.mark.parametrize("word", ["sometimes", "", 1, None])
def test_another_is_refused_with_those_that_there_are(word: Any) -> None:
    with pytest.raises(ValueError, match=r"one of auto, enable, .*, none"):
        flyte.Cache(behavior=word)
