"""Cached results: found by key in their project and domain, replaced, expired by the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte.protocol.identity import RunId
from flyte.protocol.limits import INLINE_IO_BYTES

if TYPE_CHECKING:
    from functions.control.results import Results

ACTION = RunId(project="p", domain="development", run="r1").action_id()
OTHER = RunId(project="p", domain="staging", run="r1").action_id()


def test_a_result_is_found_where_it_was_kept_and_nowhere_else(backend):
    results: Results = backend.results
    assert results.find(ACTION.scope, "k") is None
    results.keep(ACTION, "k", '{"o0":1}')
    found = results.find(ACTION.scope, "k")
    assert found is not None
    assert found.outputs == '{"o0":1}'
    assert results.find(OTHER.scope, "k") is None
    assert results.find(ACTION.scope, "k2") is None


def test_the_last_result_counts_whatever_its_size(backend):
    results: Results = backend.results
    large = '{"o0":"' + "x" * INLINE_IO_BYTES + '"}'
    for outputs in ('{"o0":1}', large, '{"o0":2}', large):
        results.keep(ACTION, "k", outputs)
        found = results.find(ACTION.scope, "k")
        assert found is not None
        assert found.outputs == outputs


def test_a_result_whose_outputs_are_gone_is_none(backend):
    results: Results = backend.results
    results.keep(ACTION, "k", '{"o0":"' + "x" * INLINE_IO_BYTES + '"}')
    for item in backend.clients.s3.list_objects_v2(Bucket=backend.settings.bucket).get("Contents", []):
        backend.clients.s3.delete_object(Bucket=backend.settings.bucket, Key=item["Key"])
    assert results.find(ACTION.scope, "k") is None
