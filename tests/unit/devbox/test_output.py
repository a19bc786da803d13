import os
import threading
from collections.abc import Iterator
from typing import IO

import pytest

from flyte_cli.devbox.emulator.output import Output


class Sandbox:
    """A pipe's both ends, and what was written of it."""

    def __init__(self, reading: IO[str], writing: int) -> None:
        self._writing = writing
        self.lines: list[str] = []
        self.output = Output(reading, self.lines.extend)

    def prints(self, text: bytes) -> None:
        os.write(self._writing, text)

    def ends(self) -> None:
        os.close(self._writing)
        self.output.forward()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    reading, writing = os.pipe()
    with os.fdopen(reading) as file:
        yield Sandbox(file, writing)


def test_lines_are_passed_on_in_order_until_the_sandbox_ends(sandbox: Sandbox) -> None:
    sandbox.prints(b"one\ntwo\nthr")
    sandbox.prints(b"ee\n")
    sandbox.ends()

    assert sandbox.lines == ["one", "two", "three"]


def test_a_line_is_there_while_the_sandbox_still_runs(sandbox: Sandbox) -> None:
    written = threading.Event()

    def write(lines: list[str]) -> None:
        sandbox.lines.extend(lines)
        written.set()

    sandbox.output._write = write
    reader = threading.Thread(target=sandbox.output.forward)
    reader.start()
    sandbox.prints(b"early\n")

    assert written.wait(10)
    assert sandbox.lines == ["early"]
    os.close(sandbox._writing)
    reader.join(10)


def test_all_that_was_printed_comes_before_an_invocations_last_lines(sandbox: Sandbox) -> None:
    sandbox.prints(b"a\n" * 10_000 + b"without an end")

    sandbox.output.close_invocation(["END"])

    assert sandbox.lines == ["a"] * 10_000 + ["without an end", "END"]
    sandbox.ends()


def test_an_invocation_that_ended_its_sandbox_is_closed_too(sandbox: Sandbox) -> None:
    sandbox.prints(b"last words")
    sandbox.ends()

    sandbox.output.close_invocation(["END"])

    assert sandbox.lines == ["last words", "END"]


def test_bytes_that_are_no_text_are_shown_as_such(sandbox: Sandbox) -> None:
    sandbox.prints(b"\xff\xfe\n")
    sandbox.ends()

    assert sandbox.lines == ["\ufffd\ufffd"]
