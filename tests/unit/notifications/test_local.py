"""A run in this process sends its notifications itself, and ends as it does whether or not they arrive."""

from __future__ import annotations

import asyncio
import logging
import smtplib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest

import flyte
import flyte.errors
from flyte.models import ActionPhase
from flyte.notify import Email, NamedRule, Slack, Webhook
from tests.fakes.listener import Listener, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

FAILED, SUCCEEDED = ActionPhase.FAILED, ActionPhase.SUCCEEDED
env = flyte.TaskEnvironment(name="notified")


@env.task
def halve(x: int) -> int:
    if x % 2:
        raise ValueError(f"{x} is odd")
    return x // 2


@env.task(timeout=timedelta(milliseconds=50), retries=0)
async def too_slow() -> None:
    await asyncio.sleep(60)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


def run(notifications: Any, x: int = 4) -> Any:
    return flyte.with_runcontext(mode="local", name="r1", notifications=notifications).run(halve, x)


def test_who_asked_for_that_end_hears_of_it(listener: Listener) -> None:
    told = Webhook(on_phase=SUCCEEDED, url=listener.url + "/{{.Run.Name}}", headers={"X-Phase": "{{.Phase}}"})
    run((told, Slack(on_phase=FAILED, webhook_url=listener.url)))
    (heard,) = listener.told
    assert (heard.method, heard.path, heard.headers["X-Phase"]) == ("POST", "/hook/r1", "succeeded")
    assert heard.body == {"run": "r1", "project": "local", "domain": "local", "phase": "succeeded", "error": ""}


def test_a_failure_is_told_with_its_reason_and_raised(listener: Listener) -> None:
    with pytest.raises(flyte.errors.RuntimeUserError, match="3 is odd"):
        run(Slack(on_phase=FAILED, webhook_url=listener.url, message="{{.Phase}}: {{ .Error }}"), 3)
    (heard,) = listener.told
    assert heard.body["text"].startswith("failed: ValueError")
    assert "3 is odd" in heard.body["text"]


def test_a_run_in_an_event_loop_tells_too(listener: Listener) -> None:
    runner = flyte.with_runcontext(
        mode="local", notifications=Slack(on_phase=ActionPhase.TIMED_OUT, webhook_url=listener.url, message="late")
    )
    with pytest.raises(flyte.errors.TaskTimeoutError):
        asyncio.run(runner.run.aio(too_slow))
    assert [each.body for each in listener.told] == [{"text": "late"}]


@pytest.mark.parametrize("fault", ["refused", "answers 500"])
def test_a_run_ends_as_it_does_although_nobody_hears(
    listener: Listener, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    listener.status = 500
    url = "http://127.0.0.1:9/" if fault == "refused" else listener.url
    with caplog.at_level(logging.WARNING, "flyte"):
        assert run(Slack(on_phase=SUCCEEDED, webhook_url=url)).outputs()[0] == 2
    (warning,) = caplog.records
    assert "a notification (Slack) of the run r1 was not sent" in warning.getMessage()


def test_names_are_for_backends(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "flyte"):
        run(NamedRule("oncall"))
    assert "knows no rules" in caplog.text


def test_an_e_mail_goes_to_the_mail_server_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[EmailMessage, Any]] = []

    class Server:
        def __init__(self, *place: Any, **_: Any) -> None:
            assert place == ("localhost", 25)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def send_message(self, message: EmailMessage, to_addrs: Any) -> None:
            sent.append((message, to_addrs))

    monkeypatch.setattr(smtplib, "SMTP", Server)
    run(Email(on_phase=SUCCEEDED, recipients=("a@x.org",), bcc=("b@x.org",), html_body="<b>{{.Phase}}</b>"))
    ((message, addresses),) = sent
    assert (message["Subject"], message["To"], addresses) == ("Run r1 succeeded", "a@x.org", ("a@x.org", "b@x.org"))
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<b>succeeded</b>"
