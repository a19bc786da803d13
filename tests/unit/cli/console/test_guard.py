"""Nobody but the console's own pages, in a browser that was let in, gets anything signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flyte.remote._transport import Response
from flyte_cli.console.guard import Guard
from flyte_cli.console.messages import Answer, Asked

if TYPE_CHECKING:
    from .conftest import Browser, FakeBackend

PORT = 30090
DATA = ("/v1/projects", "/settings.json", "/data?project=p&domain=d&uri=s3://b/runs/x", "/files/a.txt")


def code(answer: Answer) -> str:
    return str(json.loads(b"".join(answer.parts))["code"])


@pytest.mark.parametrize("host", ["evil.example", "evil.example:30090", "127.0.0.1:30091", "127.0.0.1", "", None])
@pytest.mark.parametrize("target", ["/", "/assets/index-abc.js", *DATA])
def test_a_host_that_is_not_this_server_gets_nothing(
    browser: Browser, backend: FakeBackend, host: str | None, target: str
) -> None:
    answer = browser.get(target, host=host)
    assert (answer.status, code(answer)) == (421, "HostNotAllowed")
    assert backend.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1:30090", "localhost:30090", "LOCALHOST:30090", "[::1]:30090"])
def test_names_of_the_loopback_are_this_server(browser: Browser, host: str) -> None:
    assert browser.get("/settings.json", host=host).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1:30090"},
        {"origin": None, "sec_fetch_site": None},
        {"origin": "http://evil.example", "sec_fetch_site": None},
    ],
)
@pytest.mark.parametrize(("method", "target"), [("POST", "/v1/x"), ("PUT", "/files/a"), ("DELETE", "/v1/secrets/k")])
def test_nothing_is_changed_for_another_site(
    browser: Browser, backend: FakeBackend, method: str, target: str, headers: dict[str, str | None]
) -> None:
    answer = browser.ask(method, target, b"{}", **headers)
    assert (answer.status, code(answer)) == (403, "OriginNotAllowed")
    assert backend.asked == []


@pytest.mark.parametrize("target", DATA[:3])
def test_nothing_is_read_for_another_site(browser: Browser, backend: FakeBackend, target: str) -> None:
    assert code(browser.get(target, sec_fetch_site="cross-site")) == "OriginNotAllowed"
    assert backend.asked == []


@pytest.mark.parametrize(
    "cookie", [None, "", "flyte_console_30090=", "flyte_console_30090=wrong", "other=a-secret", "="]
)
@pytest.mark.parametrize("target", DATA[:3])
def test_a_browser_without_the_token_gets_no_data(
    browser: Browser, backend: FakeBackend, target: str, cookie: str | None
) -> None:
    answer = browser.get(target, cookie=cookie)
    assert (answer.status, code(answer)) == (401, "TokenMissing")
    assert backend.asked == []


def test_the_page_itself_says_so_and_has_nothing_to_hide(browser: Browser) -> None:
    assert browser.get("/p/a/b/runs", cookie=None, sec_fetch_site="cross-site").status == 200


def test_the_address_with_the_token_lets_the_browser_in_and_hides_the_token(browser: Browser) -> None:
    answer = browser.get("/p/a/b/runs?phase=failed&token=a-secret", cookie=None, sec_fetch_site="none")
    assert answer.status == 303
    assert answer.headers["location"] == "/p/a/b/runs?phase=failed"
    assert answer.headers["set-cookie"] == "flyte_console_30090=a-secret; HttpOnly; SameSite=Strict; Path=/"
    assert answer.headers["cache-control"] == "no-store"


def test_a_wrong_token_lets_nobody_in(browser: Browser) -> None:
    answer = browser.get("/?token=guessed", cookie=None)
    assert answer.status == 303
    assert "set-cookie" not in answer.headers


def test_the_way_in_leads_nowhere_else(browser: Browser) -> None:
    answer = browser.get("//evil.example/?token=a-secret", cookie=None)
    assert answer.headers["location"] == "/evil.example/"


def test_the_devbox_needs_no_token_but_the_same_host_and_site() -> None:
    guard = Guard(PORT)
    asked = Asked("POST", "/v1/x", headers={"host": "127.0.0.1:30090", "origin": "http://127.0.0.1:30090"})
    assert guard.refusal(asked) is None
    assert guard.refusal(Asked("POST", "/v1/x", headers={**asked.headers, "origin": "http://evil"})) is not None
    assert guard.entrance(Asked("GET", "/", "token=x")) is None


def test_every_answer_keeps_to_itself(browser: Browser, backend: FakeBackend) -> None:
    backend.answers = [Response(200, b"{}")]
    for answer in (
        browser.get("/"),
        browser.get("/v1/x"),
        browser.get("/", host="evil"),
        browser.get("/settings.json"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers


def test_the_address_that_a_command_opens_lets_in_one_browser_once() -> None:
    guard = Guard(PORT, "a-secret", {"for-one"})
    first, second = (guard.entrance(Asked("GET", "/", "token=for-one")) for _ in range(2))
    assert first is not None
    assert first.headers["set-cookie"].startswith(f"flyte_console_{PORT}=a-secret;")
    assert second is not None
    assert "set-cookie" not in second.headers
