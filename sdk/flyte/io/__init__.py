"""Files, folders and data frames as inputs and outputs of tasks: passed by reference, read when they are needed."""

from __future__ import annotations

from ._dataframe import DataFrame
from ._dir import Dir, EmptyDir
from ._file import File
from ._frames import PARQUET
from ._hashing_io import HashFunction, HashMethod

__all__ = ["PARQUET", "DataFrame", "Dir", "EmptyDir", "File", "HashFunction", "HashMethod"]
