"""What is told of users' exceptions, also of odd ones."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def opened(path: object) -> BaseException:
    try:
        open(path)  # type: ignore[call-overload]  # noqa: PTH123, SIM115 - as a user's program does
    except OSError as caught:
        return caught
    raise AssertionError(path)


@pytest.fixture(autouse=True)
def without_files_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLYTE_SECRETS_PATH", raising=False)


@pytest.mark.parametrize(
    "path", ["/etc/flyte/secrets/ca.pem", b"/etc/flyte/secrets/ca.pem", Path("/etc/flyte/secrets")]
)
def test_a_secret_that_is_looked_for_at_flytes_place_is_told_where_it_is(path: object) -> None:
    told = user_traceback(opened(path)).splitlines()
    assert told[-2].startswith("FileNotFoundError: [Errno 2] No such file or directory: ")
    assert told[-1].startswith("Secrets are not at /etc/flyte/secrets here")
    assert "environment variables" in told[-1]
    assert "mount=" in told[-1]
    assert "FLYTE_SECRETS_PATH" in told[-1]


def test_where_the_task_has_secrets_as_files_the_hint_names_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYTE_SECRETS_PATH", "/tmp/w1/secrets")
    told = user_traceback(opened("/etc/flyte/secrets/db/ca.pem")).splitlines()[-1]
    assert "/tmp/w1/secrets" in told
    assert "mount=" not in told


def test_the_hint_is_given_once_and_also_below_another_error_and_in_a_group() -> None:
    missing = opened("/etc/flyte/secrets/ca.pem")
    other = ValueError("no certificate")
    other.__cause__ = missing
    group = ExceptionGroup("several", [other, KeyError("a")])
    assert user_traceback(missing).count("Secrets are not at") == 1
    assert user_traceback(other).count("Secrets are not at") == 1
    assert user_traceback(group).count("Secrets are not at") == 1


@pytest.mark.parametrize("path", ["/etc/flyte/other", "relative", "/etc/flyte/secrets-of-mine"])
def test_other_files_that_are_missing_get_no_hint(path: str) -> None:
    assert "Secrets" not in user_traceback(opened(path))


def test_an_error_of_the_system_without_a_file_gets_no_hint() -> None:
    for error in (OSError(), OSError(5, "what"), OSError(5, "what", 7), FileNotFoundError("gone")):
        assert "Secrets" not in user_traceback(error)
