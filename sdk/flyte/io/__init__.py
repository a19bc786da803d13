"""Files, folders and data frames as inputs and outputs of tasks: passed by reference, read when they are needed."""

from __future__ import annotations

from ._dir import Dir, EmptyDir
from ._file import File
from ._hashing import HashFunction, HashMethod

PARQUET = "parquet"

__all__ = ["PARQUET", "Dir", "EmptyDir", "File", "HashFunction", "HashMethod"]
