"""Files on their way are shown on stderr, and only those that take time."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from flyte.remote._progress import watched
from flyte_cli.transfers import transfers_shown

if TYPE_CHECKING:
    from flyte.remote._progress import Direction

LARGE = 268_400_000


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def move(direction: Direction, name: str, size_bytes: int | None, moved_bytes: int) -> None:
    with watched(direction, name, size_bytes) as moved:
        moved.piece(1)(moved_bytes // 2)
        moved.piece(2)(moved_bytes - moved_bytes // 2)


def test_a_large_transfer_is_one_line_and_a_small_one_none(capsys: pytest.CaptureFixture[str]) -> None:
    with transfers_shown(silent=False):
        move("upload", "train [1].csv", LARGE, LARGE)
        move("download", "images/", None, LARGE)
        move("upload", "notes.txt", 3000, 3000)
        move("upload", "there already.csv", LARGE, 0)
    shown = capsys.readouterr()

    assert shown.out == ""
    assert [line.rpartition(",")[0] for line in shown.err.splitlines()] == [
        "Uploaded train [1].csv (268.4 MB",
        "Downloaded images/ (268.4 MB",
    ]


def test_what_is_given_up_is_not_told_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with transfers_shown(silent=False), watched("upload", "train.csv", LARGE) as moved:
            moved.piece()(LARGE)
            raise OSError("the network is gone")

    with pytest.raises(OSError, match="network"):
        fail()
    assert capsys.readouterr().err == ""


def test_no_progress_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with transfers_shown(silent=True):
        move("upload", "train.csv", LARGE, LARGE)

    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_bars_which_go_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with transfers_shown(silent=False):
        move("upload", "train [1].csv", LARGE, LARGE)
        during = terminal.getvalue()
    move("upload", "unseen.csv", LARGE, LARGE)

    assert "Uploaded train [1].csv (268.4 MB" in during
    assert "unseen" not in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith(("\x1b[2K", "\x1b[?25h", "m"))
