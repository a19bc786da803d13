"""Any file, folder or data frame reference comes back from JSON as it was."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flyte.io import DataFrame, Dir, File
from flyte.types import codec_for

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
paths = st.builds("{}{}".format, st.sampled_from(["/", "s3://bucket/"]), text.filter(bool))
fields = {"path": paths, "name": st.none() | text, "format": text, "hash": st.none() | text}
values: st.SearchStrategy[Any] = st.builds(File, **fields) | st.builds(Dir, **fields)
frames = st.builds(DataFrame, uri=paths, format=st.sampled_from(["parquet", "csv"]), hash=st.none() | text)


@given(values | frames)
def test_references_round_trip(value: Any) -> None:
    codec = codec_for(type(value))

    assert codec.decode(json.loads(json.dumps(codec.encode(value)))) == value


@given(st.dictionaries(text, st.lists(st.none() | st.builds(File, **fields), max_size=3), max_size=3))
def test_nested_references_round_trip(value: dict[str, list[File | None]]) -> None:
    codec = codec_for(dict[str, list[File | None]])

    assert codec.decode(json.loads(json.dumps(codec.encode(value)))) == value
