"""What is told of users' exceptions, also of odd ones."""

from __future__ import annotations

from flyte.runtime.tracebacks import text_of, user_traceback


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise ValueError("not even this")


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_an_error_without_text_is_still_that_error() -> None:
    assert text_of(KeyError("a")) == "'a'"
    assert "SpeechlessError" in text_of(SpeechlessError())
    assert user_traceback(raised(SpeechlessError())).endswith("<exception str() failed>")


def test_a_huge_text_leaves_the_frames_to_be_read() -> None:
    shown = user_traceback(raised(ValueError("first\n" + "m" * 1_000_000)))
    assert len(shown) < 3_000
    assert "raise error" in shown
    assert "ValueError: first\nmmm" in shown
    assert shown.endswith("m…")


def test_what_is_told_can_be_written() -> None:
    odd = raised(ValueError("gr\udcfc"))
    assert text_of(odd) == "gr\\udcfc"
    assert user_traceback(odd).endswith("ValueError: gr\\udcfc")
