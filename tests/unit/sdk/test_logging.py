"""Levels of the two loggers: where they come from."""

from __future__ import annotations

import logging

import pytest

from flyte import _logging


@pytest.fixture(autouse=True)
def _levels():
    before = _logging.logger.level, _logging.system_logger.level
    yield
    _logging.logger.setLevel(before[0])
    _logging.system_logger.setLevel(before[1])


@pytest.mark.parametrize(
    ("word", "level"),
    [("20", 20), ("Debug", 10), ("WARN", 30), ("trace", _logging.USER_LEVEL), ("", _logging.USER_LEVEL)],
)
def test_a_variable_names_a_level_and_other_words_change_nothing(monkeypatch, word, level):
    monkeypatch.setenv("USER_LOG_LEVEL", word)
    monkeypatch.setenv("LOG_LEVEL", "verbose")
    _logging.take_levels_of_environment()
    assert (_logging.logger.level, _logging.system_logger.level) == (level, _logging.SYSTEM_LEVEL)


@pytest.mark.parametrize("level", ["error", "ERROR", logging.ERROR])
def test_programs_name_levels_as_they_like(level):
    _logging.configure(user_level=level, system_level=level)
    assert (_logging.logger.level, _logging.system_logger.level) == (logging.ERROR, logging.ERROR)
