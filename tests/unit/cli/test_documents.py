from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flyte_cli.arguments.documents import merge_records, read_document

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
RECORD = {"properties": {"a": {}, "b": {"$ref": "#/$defs/Inner"}, "m": {"additionalProperties": {}}}}
DEFINITIONS: dict[str, Any] = {"Inner": {"properties": {"x": {}, "y": {}}}}
INNER = st.fixed_dictionaries({}, optional={"x": SCALARS, "y": SCALARS})
RECORDS = st.fixed_dictionaries({}, optional={"a": JSON, "b": INNER, "m": st.dictionaries(st.text(), SCALARS)})


@given(JSON)
def test_json_text_is_read_as_it_is(value: Any) -> None:
    assert read_document(json.dumps(value)) == value


@given(RECORDS, RECORDS)
def test_what_is_given_wins_and_what_is_left_out_stays(default: dict[str, Any], given_part: dict[str, Any]) -> None:
    merged = merge_records(default, given_part, RECORD, DEFINITIONS)
    assert merged.keys() == default.keys() | given_part.keys()
    for name in ("a", "m"):
        if name in given_part:
            assert merged[name] == given_part[name]
        elif name in default:
            assert merged[name] == default[name]
    if "b" in default and "b" in given_part:
        assert merged["b"] == default["b"] | given_part["b"]


@given(RECORDS)
def test_merging_nothing_gives_the_default_and_over_nothing_the_given(record: dict[str, Any]) -> None:
    assert merge_records(record, {}, RECORD, DEFINITIONS) == record
    assert merge_records({}, record, RECORD, DEFINITIONS) == record


@given(JSON, JSON)
def test_what_is_no_record_is_replaced_whole(default: Any, value: Any) -> None:
    assert merge_records(default, value, {"additionalProperties": {}}, {}) == value
