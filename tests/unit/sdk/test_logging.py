"""Levels of the two loggers: where they come from."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

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


def _lines(tmp_path, program: str) -> list[str]:
    """What a program says on stderr, by level and message."""
    script = tmp_path / "program.py"
    script.write_text("import logging\nimport flyte\n" + program)
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path)
    return ended.stderr.splitlines()


def _messages(lines: list[str]) -> list[str]:
    return [line.split(" ", 2)[2] for line in lines]


_TASK = """
env = flyte.TaskEnvironment("logs")

@env.task
def main():
    flyte.logger.debug("from debug")
    flyte.logger.info("from info")
    flyte.logger.warning("from warning")

"""


def test_a_program_that_sets_up_no_logging_sees_the_lines_of_its_tasks(tmp_path):
    lines = _lines(tmp_path, _TASK + "flyte.init()\nflyte.run(main).wait()\n")
    assert _messages(lines) == ["INFO flyte.user: from info", "WARNING flyte.user: from warning"]


@pytest.mark.parametrize("init", ["init", "init_from_config"])
@pytest.mark.parametrize(("level", "count"), [("DEBUG", 3), ("WARNING", 1)])
def test_the_level_that_init_is_given_is_that_of_the_users_logger(tmp_path, init, level, count):
    program = f"flyte.{init}(user_log_level=logging.{level}, log_level=logging.ERROR)\nflyte.run(main).wait()\n"
    assert len(_lines(tmp_path, _TASK + program)) == count


def test_the_format_that_init_is_given_is_that_of_the_lines(tmp_path):
    lines = _lines(tmp_path, 'flyte.logger.info("first")\nflyte.init(log_format="json")\nflyte.logger.info("then")\n')
    assert _messages(lines[:1]) == ["INFO flyte.user: first"]
    assert json.loads(lines[1])["message"] == "then"


def test_lines_are_printed_once_where_the_program_sets_up_logging_itself(tmp_path):
    own = 'logging.basicConfig(format="own %(message)s")\n'
    lines = _lines(tmp_path, 'flyte.init()\nflyte.logger.info("before")\n' + own + 'flyte.logger.info("after")\n')
    assert _messages(lines[:1]) == ["INFO flyte.user: before"]
    assert lines[1:] == ["own after"]


def test_lines_go_where_stderr_is_now(tmp_path):
    lines = _lines(
        tmp_path,
        "import contextlib, io\nflyte.logger.info('here')\n"
        "with contextlib.redirect_stderr(io.StringIO()) as out:\n    flyte.logger.info('there')\n"
        "assert 'there' in out.getvalue()\n",
    )
    assert _messages(lines) == ["INFO flyte.user: here"]
