"""Output becomes JSON lines whatever the bytes are and however they are cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flyte.protocol import limits
from functions.runner.task_log import LineSplitter, TaskLog


def lines_of(data: bytes, cuts: list[int], max_bytes: int = 8) -> list[str]:
    splitter, position, lines = LineSplitter(max_bytes), 0, []
    while position < len(data):
        for cut in cuts:
            lines += splitter.feed(data[position : position + cut])
            position += cut
    return lines + splitter.flush()


@given(st.text(), st.lists(st.integers(1, 20), min_size=1))
def test_no_character_is_lost_or_broken_by_a_cut(text: str, cuts: list[int]) -> None:
    text = text.replace("\r", "")
    assert "".join(lines_of(text.encode(errors="replace"), cuts)) == text.encode(errors="replace").decode().replace(
        "\n", ""
    )


@given(st.binary(), st.lists(st.integers(1, 20), min_size=1))
def test_any_bytes_give_lines_within_the_limit(data: bytes, cuts: list[int]) -> None:
    assert all(len(line) <= 8 for line in lines_of(data, cuts))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=2)))
def test_short_lines_stay_lines(lines: list[str]) -> None:
    assert lines_of("".join(f"{line}\r\n" for line in lines).encode(), [3]) == lines


def test_a_log_line_is_one_json_object() -> None:
    written: list[str] = []
    log = TaskLog({"run": "r", "attempt": 2}, written.append, lambda: datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
    log.output("stderr", b'say "h\xc3\xa4"\nrest')
    log.end_output()
    log.system("failed", "ERROR")
    parsed: list[dict[str, Any]] = [json.loads(line) for line in "".join(written).splitlines()]
    common = {"timestamp": "2026-01-02T03:04:05.678Z", "run": "r", "attempt": 2, "stream": "stderr"}
    assert parsed == [
        {**common, "level": "INFO", "message": 'say "hä"', "source": "user"},
        {**common, "level": "INFO", "message": "rest", "source": "user"},
        {**common, "level": "ERROR", "message": "failed", "source": "system"},
    ]
    assert all(text.isascii() for text in written)


def test_the_worst_line_fits_a_log_event() -> None:
    written: list[str] = []
    TaskLog({"run": "r"}, written.append).output("stdout", b"\x00" * limits.LOG_LINE_BYTES + b"\n")
    assert len(written[0]) < 256 * 1024


def test_the_tail_is_the_last_lines_of_both_streams() -> None:
    log = TaskLog({}, lambda _: None)
    log.output("stdout", b"".join(b"%d\n" % number for number in range(50)))
    log.output("stderr", b"x" * 1000 + b"\n")
    assert log.tail.splitlines() == [str(number) for number in range(31, 50)] + ["x" * 300]
