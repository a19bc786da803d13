"""Calls between worker and supervisor: answered in any order, in threads and in event loops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from flyte.runtime.channel import PRIVATE_FD_FROM, CallRefused, Channel, private_socket
from flyte.runtime.frames import Decoder, encode
from functions.runner.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Iterator


class Peer:
    """The supervisor's end, answered by real `Calls`."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.decoder = Decoder()
        self.seen: list[dict[str, Any]] = []
        self.calls = Calls(
            {"double": lambda x: 2 * x, "fail": self.fail, "gate": lambda _: self.gate.wait(5)}, self.reply
        )
        self.gate = threading.Event()
        self.bye = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    @staticmethod
    def fail(text: str) -> None:
        raise ValueError(text)

    def send(self, message: dict[str, Any]) -> None:
        self.sock.sendall(encode(message))

    def reply(self) -> None:
        with contextlib.suppress(OSError):  # a test may have closed the socket
            for reply in self.calls.replies():
                self.send(reply)

    def serve(self) -> None:
        while data := self.sock.recv(4096):
            for message in self.decoder.feed(data):
                self.seen.append(message)
                if message["type"] == "bye":
                    self.bye.set()
                if message["type"] == "call":
                    self.calls.begin(message)


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Peer]]:
    ours, theirs = socket.socketpair()
    peer = Peer(theirs)
    channel = Channel(ours, {"add": lambda params: params["a"] + params["b"], "break": lambda _: 1 / 0})
    peer.send({"type": "run"})
    assert channel.receive() == {"type": "run"}
    peer.thread.start()
    yield channel, peer
    peer.gate.set()
    peer.calls.stop()
    with contextlib.suppress(OSError):  # a test may have shut it down
        theirs.shutdown(socket.SHUT_RDWR)
    for thread in (peer.thread, *channel.threads):
        thread.join(5)
    theirs.close()
    ours.close()


def test_a_call_is_answered(ends: tuple[Channel, Peer]) -> None:
    assert ends[0].call("double", 21).result(5) == 42


def test_calls_are_answered_in_any_order(ends: tuple[Channel, Peer]) -> None:
    channel, peer = ends
    slow = channel.call("gate", None)
    assert channel.call("double", "ab").result(5) == "abab"
    assert not slow.done()
    peer.gate.set()
    assert slow.result(5) is True


def test_calls_can_be_awaited(ends: tuple[Channel, Peer]) -> None:
    async def gather() -> list[int]:
        return await asyncio.gather(*(asyncio.wrap_future(ends[0].call("double", number)) for number in range(50)))

    assert asyncio.run(gather()) == [2 * number for number in range(50)]


@pytest.mark.parametrize(("method", "code"), [("fail", "ValueError"), ("nothing", "UnknownMethod")])
def test_a_refused_call_carries_its_code(ends: tuple[Channel, Peer], method: str, code: str) -> None:
    with pytest.raises(CallRefused) as caught:
        ends[0].call(method, "why").result(5)
    assert caught.value.code == code


def test_the_supervisor_can_call_too(ends: tuple[Channel, Peer]) -> None:
    channel, peer = ends
    channel.call("double", 1).result(5)
    for number, (method, params) in enumerate([("add", {"a": 1, "b": 2}), ("break", None), ("nothing", None)]):
        peer.send({"type": "call", "id": number, "method": method, "params": params})
    peer.send({"type": "run", "number": 2})
    assert channel.receive() == {"type": "run", "number": 2}
    channel.send({"type": "bye"})
    assert peer.bye.wait(5)
    replies = [message for message in peer.seen if message["type"] == "reply"]
    assert [reply.get("result", reply.get("error", {}).get("code")) for reply in replies] == [
        *(3, "ZeroDivisionError", "UnknownMethod")
    ]


def test_without_calls_no_thread_runs(ends: tuple[Channel, Peer]) -> None:
    channel, peer = ends
    peer.send({"type": "run", "number": 2})
    assert channel.receive() == {"type": "run", "number": 2}
    assert channel.threads == ()


def test_between_two_runs_no_call_can_be_made(ends: tuple[Channel, Peer]) -> None:
    channel, peer = ends
    waiting = threading.Thread(target=channel.receive)
    waiting.start()
    with pytest.raises(RuntimeError, match="no action runs"):
        _call_until_refused(channel)
    peer.send({"type": "run"})
    waiting.join(5)


def _call_until_refused(channel: Channel) -> None:
    while True:
        channel.call("double", 1).result(5)


def test_a_supervisor_that_goes_away_fails_what_is_pending(ends: tuple[Channel, Peer]) -> None:
    channel, peer = ends
    pending = channel.call("gate", None)
    peer.sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises(ConnectionError, match="closed the channel"):
        pending.result(5)
    assert channel.receive() is None


def test_the_private_socket_is_out_of_the_way_and_not_inherited() -> None:
    ours, theirs = socket.socketpair()
    with private_socket(ours.detach()) as moved, theirs:
        assert moved.fileno() >= PRIVATE_FD_FROM
        assert not os.get_inheritable(moved.fileno())
