"""Keywords of our own in the JSON schemas of interfaces."""

from __future__ import annotations

IO_MARK = "x-flyte-io"
"""On the schema of a file, a folder or a data frame, which travel by reference: `file`, `dir` or `dataframe`."""

FIELDS_KEY = "x-flyte-fields"
"""On the schema of a NamedTuple, which is a list on the wire: its fields' names, in order."""

DICT_KEY = "x-flyte-dict"
"""On the schema of a `TypedDict`, whose values are dicts, while those of other records are objects: true."""

ENUM_NAMES_KEY = "x-flyte-enum-names"
"""On the schema of an enumeration: its members' names, in the order of their values in `enum`."""
