from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest

from flyte_cli.output import Output
from flyte_cli.progress import Progress, duration

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [{"run": "one", "phase": "succeeded"}, {"run": "second", "phase": "failed\nbadly"}]


class Terminal(io.StringIO):
    """Tells when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.has_phase = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if "running" in text:
            self.has_phase.set()
        return super().write(text)


def test_elsewhere_a_list_is_aligned_and_never_cut() -> None:
    stream = io.StringIO()
    Output("table", stream).rows([*ROWS, {"run": "x" * 300, "phase": ""}], [], "none")
    lines = stream.getvalue().splitlines()
    assert lines[0].split() == ["run", "phase"]
    assert lines[1].split() == ["one", "succeeded"]
    assert lines[1].index("succeeded") == lines[0].index("phase")
    assert lines[2].endswith("failed badly")
    assert lines[3] == "x" * 300


def test_on_a_terminal_a_list_is_a_table() -> None:
    stream = Terminal()
    Output("table", stream).rows(ROWS, [], "none")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert [line.split()[0] for line in lines[1:]] == ["one", "second"]


def test_on_a_narrow_terminal_names_are_whole_and_the_rest_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    row = {"run": "r" * 18, "task": "env.task" * 2, "version": "v" * 30}
    Output("table", stream).rows([row], [], "none")
    text = stream.getvalue().splitlines()[1]
    assert row["run"] in text
    assert row["task"] in text
    assert row["version"] not in text
    assert len(text) <= 40


def test_a_plain_table_is_plain_on_a_terminal_too() -> None:
    stream = Terminal()
    Output("table-simple", stream).rows(ROWS, [], "none")
    assert "\x1b" not in stream.getvalue()


def test_markup_in_values_is_text() -> None:
    stream = Terminal()
    Output("table", stream).rows([{"run": "[bold]x[/bold]"}], [], "none")
    assert "[bold]x[/bold]" in stream.getvalue()


def test_values_are_pretty_on_a_terminal_and_plain_elsewhere() -> None:
    for stream in (Terminal(), io.StringIO()):
        Output("table", stream).value({"a": [1, 2]})
        assert "'a'" in stream.getvalue()
    stream = Terminal()
    Output("table", stream).value("text [bold]as it is[/bold]")
    assert stream.getvalue() == "text [bold]as it is[/bold]\n"


def test_details_keep_lines_of_a_value_together() -> None:
    stream = io.StringIO()
    Output("table", stream).details({"task": "x", "inputs": "a\nb"}, {})
    assert stream.getvalue().splitlines() == ["task    x", "inputs  a", "        b"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (59.94, "59.9 s"), (125, "2 min 5 s"), (3780, "1 h 3 min")],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.fixture
def clock() -> Iterator[float]:
    return iter([float(second) for second in range(100)])


def test_elsewhere_progress_is_a_line_for_each_phase(
    capsys: pytest.CaptureFixture[str], clock: Iterator[float]
) -> None:
    with Progress("greet", clock=lambda: next(clock)) as progress:
        progress.phase("queued")
        progress.phase("queued")
        progress.phase("running")
    assert capsys.readouterr().err.splitlines() == ["greet queued (1.0 s)", "greet running (2.0 s)"]


def test_on_a_terminal_progress_is_one_line_that_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("greet") as progress:
        progress.line("Run mine")
        progress.phase("running")
        assert stream.has_phase.wait(10)
    text = stream.getvalue()
    assert text.endswith("\r\x1b[2K")
    assert "Run mine\n" in text
    assert "running\n" not in text


def test_silent_progress_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("greet", silent=True) as progress:
        progress.line("Run mine")
        progress.phase("running")
    assert capsys.readouterr().err == ""
