"""Keywords of our own in the JSON schemas of interfaces."""

from __future__ import annotations

IO_MARK = "x-flyte-io"
"""On the schema of a file, a folder or a data frame, which travel by reference: `file`, `dir` or `dataframe`."""
