"""Notifications are checked where they are written down, and what a backend cannot send is refused by its name."""

from __future__ import annotations

from typing import Any

import pytest

import flyte
from flyte import notify
from flyte._notifications import from_wire, to_wire
from flyte.models import ActionPhase
from flyte.notify import Email, NamedDelivery, NamedRule, Slack, Teams, Webhook

FAILED, SUCCEEDED = ActionPhase.FAILED, ActionPhase.SUCCEEDED
SLACK = "https://hooks.slack.com/services/T/B/x"


def mail(**changes: Any) -> Email:
    return Email(**{"on_phase": FAILED, "recipients": ("a@example.com",), **changes})


def slack(**changes: Any) -> Slack:
    return Slack(**{"on_phase": FAILED, "webhook_url": SLACK, **changes})


def webhook(**changes: Any) -> Webhook:
    return Webhook(**{"on_phase": FAILED, "url": "https://example.com/hook", **changes})


@pytest.mark.parametrize("phase", [ActionPhase.RUNNING, ActionPhase.QUEUED, ActionPhase.RECOVERED, "done", (), None])
def test_a_phase_in_which_no_run_ends_is_refused(phase: Any) -> None:
    with pytest.raises(ValueError, match="on_phase"):
        slack(on_phase=phase)


@pytest.mark.parametrize("given", [FAILED, "failed", (FAILED,), [FAILED]])
def test_phases_can_be_given_in_all_of_flytes_ways(given: Any) -> None:
    assert slack(on_phase=given).on_phase == (FAILED,)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "a webhook is an address such as"),
        ("hooks.slack.com/x", "a webhook is an address such as"),
        ("ftp://example.com", "a webhook is an address such as"),
        ("http://example.com/x", "https, so that nobody else reads it"),
        ("http://127.0.0.1.example.com/x", "https, so that nobody else reads it"),
        ("https://user:secret@example.com", "user name"),
        ("https://{{.Run.Name}}.example.com", "must not depend on the run"),
        ("https://example.com:port/", "is no URL"),
        ("https://exa mple.com/", "is no URL"),
        ("https://example.com/{{.Run.Nmae}}", r"did you mean \{\{.Run.Name\}\}"),
    ],
)
def test_a_bad_url_is_refused_with_the_reason(url: str, says: str) -> None:
    for make in (lambda: slack(webhook_url=url), lambda: Teams(on_phase=FAILED, webhook_url=url)):
        with pytest.raises(ValueError, match=f"^webhook_url: .*{says}"):
            make()
    with pytest.raises(ValueError, match=f"^url: .*{says}"):
        webhook(url=url)


@pytest.mark.parametrize("url", ["http://localhost:8080/x", "http://127.0.0.1/x", "http://[::1]:1/"])
def test_a_server_on_this_machine_may_be_without_encryption(url: str) -> None:
    assert webhook(url=url).url == url


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Email(on_phase=FAILED, recipients=()), "recipients: at least one"),
        (lambda: Email(on_phase=FAILED, recipients=("nobody",)), "recipients: 'nobody' is no e-mail address"),
        (lambda: mail(cc=["x@y"]), "cc: 'x@y' is no e-mail address"),
        (lambda: mail(subject="{{.Name}}"), "subject: .*stands for nothing"),
        (lambda: slack(message="{{ .Eror }}"), r"message: .*did you mean \{\{.Error\}\}"),
        (lambda: slack(blocks=[{"text": {"text": "{{.Duration}}"}}]), "blocks: .*stands for nothing"),
        (lambda: webhook(method="CONNECT"), "method='CONNECT': one of POST"),
        (lambda: webhook(headers={"a b": "c"}), "headers: 'a b' is no name"),
        (lambda: webhook(body={"x": object()}), "body: .*not JSON serializable"),
        (lambda: NamedRule(""), "name"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(make: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize("given", ["me", [slack(), "me"], notify.Notification(on_phase=FAILED)])
def test_what_is_no_notification_is_refused_by_runs_and_triggers(given: Any) -> None:
    with pytest.raises(TypeError, match="notifications: "):
        flyte.with_runcontext(notifications=given)
    with pytest.raises(TypeError, match="notifications: "):
        flyte.Trigger("t", flyte.Cron("0 0 * * *"), notifications=given)


@pytest.mark.parametrize("named", [NamedRule("oncall"), NamedDelivery(on_phase=FAILED, name="oncall")])
def test_a_backend_refuses_names_that_it_does_not_know(named: Any) -> None:
    with pytest.raises(ValueError, match=rf"{type(named).__name__}\('oncall'\): this backend knows no rules"):
        to_wire((slack(), named))


def test_a_backend_refuses_html() -> None:
    with pytest.raises(ValueError, match=r"Email.html_body: .*plain text"):
        to_wire(mail(html_body="<b>hi</b>"))


def test_what_is_too_large_for_a_record_is_refused_with_its_size() -> None:
    with pytest.raises(ValueError, match=r"^notifications: they have 10,\d\d\d bytes together, and at most 10,000"):
        to_wire(slack(message="x" * 10_000))


def test_each_address_gets_an_e_mail_once() -> None:
    (made,) = to_wire(mail(recipients=["a@x.org", "b@x.org"], cc=["a@x.org"], bcc=("c@x.org",)))
    assert made.kind == "email"
    assert made.recipients == ("a@x.org", "b@x.org", "c@x.org")


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (slack(message="hi"), {"text": "hi"}),
        (slack(blocks=({"type": "divider"},)), {"blocks": [{"type": "divider"}]}),
        (Teams(on_phase=FAILED, webhook_url=SLACK, title="t", message="m"), {"title": "t", "text": "m"}),
        (Teams(on_phase=FAILED, webhook_url=SLACK, card={"type": "message"}), {"type": "message"}),
        (
            Teams(on_phase=FAILED, webhook_url=SLACK, card={"type": "AdaptiveCard"}),
            {
                "type": "message",
                "attachments": [
                    {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
                ],
            },
        ),
        (webhook(body={"a": [1, None]}), {"a": [1, None]}),
    ],
)
def test_chats_get_what_they_understand(given: Any, body: Any) -> None:
    (made,) = to_wire(given)
    assert made.kind == "webhook"
    assert made.body == body


def test_a_triggers_notifications_are_sent_when_it_is_fired_by_hand() -> None:
    given = (slack(), mail(), webhook(method="PUT", headers={"X-Key": "k"}, on_phase=(FAILED, SUCCEEDED)))
    assert to_wire(from_wire(to_wire(given))) == to_wire(given)
