from __future__ import annotations

import pytest

from flyte.errors import InitializationError
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._transport import proxy_for


@pytest.mark.parametrize(
    ("text", "insecure", "url"),
    [
        ("https://abc.execute-api.eu-west-1.amazonaws.com", False, "https://abc.execute-api.eu-west-1.amazonaws.com"),
        ("https://host/stage/", False, "https://host/stage"),
        ("http://127.0.0.1:4566/_aws/execute-api/x", False, "http://127.0.0.1:4566/_aws/execute-api/x"),
        ("http://host", True, "http://host"),
        ("https://host", True, "https://host"),
        ("dns:///host", False, "https://host"),
        ("dns:///host:8080", True, "http://host:8080"),
        ("host:8080", True, "http://host:8080"),
        ("host", False, "https://host"),
    ],
)
def test_every_form_of_flytes_is_understood(text: str, insecure: bool, url: str) -> None:  # noqa: FBT001 - a parameter
    assert parse_endpoint(text, insecure=insecure).url == url


@pytest.mark.parametrize(
    "text", ["", "ftp://host", "https://", "host:notaport", "https://host?x=1", "https://u:p@host"]
)
def test_others_are_refused(text: str) -> None:
    with pytest.raises(InitializationError, match="cannot be used: it must read"):
        parse_endpoint(text)


@pytest.mark.parametrize(
    ("text", "is_loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.8.8.8", True),
        ("http://localhost", True),
        ("http://api.localhost", True),
        ("http://[::1]:80", True),
        ("http://10.0.0.1", False),
        ("https://localhost.example", False),
    ],
)
def test_this_machine_is_known(text: str, is_loopback: bool) -> None:  # noqa: FBT001 - a parameter
    assert parse_endpoint(text).is_loopback is is_loopback


def test_the_region_is_read_from_the_host() -> None:
    assert parse_endpoint("https://abc.execute-api.eu-west-1.amazonaws.com").region == "eu-west-1"
    assert parse_endpoint("https://api.example.com").region is None


def test_the_environments_proxy_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "excepted.example")
    assert proxy_for(parse_endpoint("https://host.example"), None) == "http://proxy:3128"
    assert proxy_for(parse_endpoint("https://excepted.example"), None) is None
    assert proxy_for(parse_endpoint("https://127.0.0.1"), None) is None
    assert proxy_for(parse_endpoint("https://127.0.0.1"), "http://named:1") == "http://named:1"
