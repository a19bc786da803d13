"""A large file as input and output of a task, against boto3's own transfer of the same bytes in the same devbox.

`FLYTE_BENCH_TRANSFER_MB` sets the size: 256 by default, so that the table is ready in minutes.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flyte
from flyte.io import File
from flyte.remote._http import get_client
from tests.devbox_fixture import running_devbox

from .large_file import echo
from .measure import Row, paired_ms

SIZE_MB = int(os.environ.get("FLYTE_BENCH_TRANSFER_MB") or 256)
PAIRS = 3
LIMIT = 1.2


def rows() -> Iterator[Row]:
    """There and back: the client uploads, the task downloads and uploads, the client downloads."""
    with running_devbox() as devbox, tempfile.TemporaryDirectory(prefix="flyte-bench-") as folder:
        flyte.init(endpoint=devbox.endpoint, insecure=True, project="flytesnacks", domain="development")
        large = Path(folder) / "large.bin"
        with large.open("wb") as file:
            file.writelines(itertools.repeat(os.urandom(1_000_000), SIZE_MB))
        small = Path(folder) / "small.bin"
        small.write_bytes(b"warm")
        flyte.run(echo, file=File(path=str(small))).outputs()
        subject, reference, ratio = paired_ms(
            lambda: _there_and_back(large), lambda: _by_boto3(_client(devbox.endpoint), large), PAIRS
        )
    what = f"a file of {SIZE_MB} MB into a task and out again"
    yield Row(what, subject, "ms", f"boto3: {reference:.0f} ms", ratio, f"≤ {LIMIT} ×", ratio <= LIMIT)


def _there_and_back(large: Path) -> None:
    _renew(large)
    run: Any = flyte.run(echo, file=File(path=str(large)))
    copy = Path(run.outputs().o0.download_sync())
    assert copy.stat().st_size == large.stat().st_size
    copy.unlink()


def _by_boto3(client: Any, large: Path) -> None:
    from flyte.io._presigned import bucket_of

    bucket = bucket_of(get_client())
    _renew(large)
    for key in ("uploads/bench/in", "uploads/bench/out"):
        client.upload_file(str(large), bucket, key)
        client.download_file(bucket, key, f"{large}.copy")
    Path(f"{large}.copy").unlink()


def _renew(large: Path) -> None:
    """Makes it another file: the same content would not be sent again."""
    with large.open("r+b") as file:
        file.write(os.urandom(16))


def _client(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url="/".join(endpoint.split("/")[:3]),
        region_name="us-east-1",
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
        config=Config(s3={"addressing_style": "path"}),
    )
