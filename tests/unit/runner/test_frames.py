"""Frames survive any cut of the stream, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte.runtime.frames import HEADER, MARKER, MAX_FRAME_BYTES, Decoder, FrameError, encode

# Lone surrogates are not UTF-8; the encoder refuses them (tested below).
text = st.text(st.characters(codec="utf-8"))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=8)
messages = st.lists(st.dictionaries(text, values, max_size=4).map(lambda d: {**d, "type": "t"}), max_size=4)


@given(messages, st.lists(st.integers(1, 50), min_size=1))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(sent, cuts):
    stream = b"".join(encode(message) for message in sent)
    decoder, received, position = Decoder(), [], 0
    while position < len(stream):
        for cut in cuts:
            received += decoder.feed(stream[position : position + cut])
            position += cut
    assert received == sent


@given(st.binary(min_size=1).filter(lambda data: not data.startswith(MARKER[:1])))
def test_stray_bytes_are_refused_at_once(stray):
    with pytest.raises(FrameError, match="no frame"):
        Decoder().feed(stray)


def test_stray_bytes_after_a_frame_are_refused():
    with pytest.raises(FrameError, match=r"no frame: b'hello'"):
        Decoder().feed(encode({"type": "t"}) + b"hello")


def test_a_length_beyond_the_limit_is_refused_before_it_is_read():
    with pytest.raises(FrameError, match="limit"):
        Decoder().feed(HEADER.pack(MARKER, MAX_FRAME_BYTES + 1))


@pytest.mark.parametrize("body", [b"[1]", b"{}", b'{"type": 3}', b"\xff", b"{"])
def test_a_frame_must_hold_an_object_with_a_type(body):
    with pytest.raises(FrameError):
        Decoder().feed(HEADER.pack(MARKER, len(body)) + body)


def _deep():
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1, 2}, "\ud800", _deep()])
def test_what_is_not_json_cannot_be_sent(value):
    with pytest.raises(FrameError, match="'done' message is not JSON"):
        encode({"type": "done", "outputs": value})
