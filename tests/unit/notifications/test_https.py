"""The notifier's requests go to the public internet alone, by HTTPS, and follow nobody elsewhere."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from functions.notifier import https
from functions.notifier.https import NotDeliveredError, request
from tests.fakes.listener import listening


def call(url: str, *, is_emulated: bool = False) -> None:
    request("POST", url, {}, b"{}", is_emulated=is_emulated)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "169.254.100.1", "10.0.0.1", "192.168.1.1", "::1", "fd00:ec2::254"]
)
def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: entries)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    with pytest.raises(NotDeliveredError, match="is not of the public internet"):
        call("https://inside.example.com/hook")


def test_what_is_connected_to_is_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    connected: list[Any] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    def connect(address: Any, _timeout: float) -> None:
        connected.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotDeliveredError, match=r"example\.com: refused"):
        call("https://example.com/hook")
    assert (looked_up, connected) == (["example.com"], [("93.184.216.34", 443)])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://example.com/", "https://127.0.0.1:9/"])
def test_on_aws_there_is_nothing_but_https_to_others(url: str) -> None:
    with pytest.raises(NotDeliveredError, match=r"https alone|not of the public internet"):
        call(url)


def test_the_certificate_has_to_be_the_names() -> None:
    assert https._context.check_hostname
    assert https._context.verify_mode.name == "CERT_REQUIRED"


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_an_answer_that_is_not_good_is_no_delivery_and_is_not_followed(status: int) -> None:
    with listening() as listener:
        listener.status = status
        with pytest.raises(NotDeliveredError, match=f"answered {status}"):
            call(listener.url, is_emulated=True)
        assert len(listener.told) == 1
