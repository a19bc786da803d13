"""Plain functions over the places that `flyte.io` reads and writes, and settings that Flyte programs name."""

from __future__ import annotations

from ._config import ABFS, GCS, S3, Storage
from ._functions import (
    exists,
    exists_sync,
    get,
    get_random_local_directory,
    get_random_local_path,
    get_stream,
    is_remote,
    join,
    open,  # noqa: A004 - Flyte's name
    put,
    put_stream,
)

__all__ = [
    "ABFS",
    "GCS",
    "S3",
    "Storage",
    "exists",
    "exists_sync",
    "get",
    "get_random_local_directory",
    "get_random_local_path",
    "get_stream",
    "is_remote",
    "join",
    "open",
    "put",
    "put_stream",
]
