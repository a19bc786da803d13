"""Large files pass through: only a few parts of them are ever in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from flyte.io import _multipart, _ranges

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024


class CountingS3:
    """Holds parts until `gate` opens, and counts how many it has at a time."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.arrivals = threading.Semaphore(0)
        self.sizes: list[int] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        return {"UploadId": "u"}

    def upload_part(self, *, PartNumber: int, Body: bytes, **_: Any) -> dict[str, str]:  # noqa: N803 - S3's names
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.sizes.append(len(Body))
        self.arrivals.release()
        assert self.gate.wait(30)
        with self._lock:
            self._now -= 1
        return {"ETag": f"e{PartNumber}"}

    def complete_multipart_upload(self, *, MultipartUpload: dict[str, Any], **_: Any) -> dict[str, str]:  # noqa: N803
        self.parts = MultipartUpload["Parts"]
        return {"ETag": "e"}


def test_parts_are_sent_a_few_at_a_time_and_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_multipart, "PART_BYTES", 1000)
    monkeypatch.setattr(_multipart, "PARTS_OF_A_SIZE", 3)
    s3: Any = CountingS3()
    writer = _multipart.ObjectWriter(s3, "b", "k")

    def write() -> None:
        for _ in range(100):
            writer.write(b"x" * 99)
        writer.complete()

    writing = threading.Thread(target=write)
    writing.start()
    for _ in range(4):
        assert s3.arrivals.acquire(timeout=30)
    # Four parts on their way (1000, 1000, 1000, 2000), and the next one of 2000 filled up to a write.
    assert writer.tell() < 5000 + 2000 + 99
    s3.gate.set()
    writing.join(30)

    assert sorted(s3.sizes) == [900, 1000, 1000, 1000, 2000, 2000, 2000]
    assert [part["PartNumber"] for part in s3.parts] == [1, 2, 3, 4, 5, 6, 7]
    assert s3.most == 4


def test_ten_thousand_parts_hold_the_largest_object() -> None:
    sizes = (_multipart.PART_BYTES * (1 + number // _multipart.PARTS_OF_A_SIZE) for number in range(10_000))

    assert sum(sizes) > 400 * 1024 * MIB


def test_a_download_holds_a_few_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 1000)
    asked: list[tuple[int, int]] = []

    def fetch(start: int, end: int) -> bytes:
        asked.append((start, end))
        return bytes(position % 251 for position in range(start, end))

    _ranges.save(tmp_path / "f", 10_500, fetch, concurrency=2)
    assert sorted(asked) == [(start, min(start + 1000, 10_500)) for start in range(0, 10_500, 1000)]
    assert (tmp_path / "f").read_bytes() == bytes(position % 251 for position in range(10_500))


def test_reading_a_little_fetches_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 100)
    asked: list[tuple[int, int]] = []

    def fetch(start: int, end: int) -> bytes:
        asked.append((start, end))
        return b"x" * (end - start)

    reader = _ranges.RangeReader(1000, fetch, b"x" * 100)
    assert len(reader.read(10)) == 10
    assert asked == []
    reader.seek(-50, 2)
    assert len(reader.read(10)) == 10
    assert asked == [(950, 1000)]
    assert reader.read(100) == b"x" * 40
    assert reader.read(1) == b""
    with pytest.raises(ValueError, match="before the beginning"):
        reader.seek(-1)


def test_items_are_taken_as_fast_as_they_are_worked_on() -> None:
    taken: list[int] = []

    def items() -> Any:
        for number in range(100):
            taken.append(number)
            yield number

    results = _ranges.in_parallel(lambda number: number * 2, items(), concurrency=2)
    assert next(results) == 0
    assert len(taken) < 10
    assert list(results) == [number * 2 for number in range(1, 100)]


def test_a_huge_download_has_larger_blocks_and_fewer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ranges, "BLOCK_BYTES", 100)
    now, most, sizes = [0], [0], set()
    lock = threading.Lock()
    together = threading.Barrier(2)

    def fetch(start: int, end: int) -> bytes:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            sizes.add(end - start)
        together.wait(30)
        with lock:
            now[0] -= 1
        return bytes(end - start)

    _ranges.save(tmp_path / "f", 64 * 1000, fetch, concurrency=8)
    assert sizes == {400}
    assert most[0] == 2
    assert (tmp_path / "f").stat().st_size == 64_000
