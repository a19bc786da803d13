"""Each type as a deployed task's caller has it: a JSON schema, from another folder, with none of the user's code."""

from __future__ import annotations

import json

import pytest
from typed_values import ROWS, Row, is_same  # type: ignore[import-not-found]

from flyte.remote._schema import mismatches
from flyte.types import codec_for
from flyte.types.by_schema import encode_by_schema
from flyte_cli.arguments.schemas import shape_of_schema


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_schema_allows_what_is_on_the_wire(row: Row) -> None:
    codec = codec_for(row.hint)
    assert list(mismatches(codec.encode(row.value), codec.schema(), "x")) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_by_its_schema_alone_a_value_is_written_so_that_the_task_reads_it(row: Row) -> None:
    codec = codec_for(row.hint)
    written = json.loads(json.dumps(encode_by_schema(row.value, codec.schema()), allow_nan=False))
    assert list(mismatches(written, codec.schema(), "x")) == []
    assert is_same(codec.decode(written), row.value)


@pytest.mark.parametrize("row", [row for row in ROWS if row.text is not None], ids=lambda row: row.name)
def test_text_is_read_by_the_schema_alone(row: Row) -> None:
    codec = codec_for(row.hint)
    written = shape_of_schema(codec.schema()).convert(row.text, None, None)
    assert is_same(codec.decode(json.loads(json.dumps(written))), row.value)
