from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte.protocol import limits
from flyte.protocol.identity import RunId
from functions.control import cursors
from functions.control.action_items import OPEN_SHARDS, created_sort, open_shard
from functions.control.clock import to_iso
from functions.control.errors import InvalidRequestError, did_you_mean
from functions.control.payloads import cut_text
from functions.control.run_filters import _just_before
from functions.control.run_names import new_run_name, run_name_for

RUN_NAMES = st.from_regex(limits.RUN_NAME_PATTERN.replace("$", r"\Z"))
MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000)


def test_names_are_valid_short_and_unique() -> None:
    names = {new_run_name() for _ in range(2000)}
    assert len(names) == 2000
    assert all(re.fullmatch(limits.RUN_NAME_PATTERN, name) and len(name) <= 18 for name in names)


@given(st.text(), st.text())
def test_a_key_always_gives_the_same_name(scope: str, key: str) -> None:
    name = run_name_for(scope, key)
    assert name == run_name_for(scope, key)
    assert re.fullmatch(limits.RUN_NAME_PATTERN, name)


def test_names_of_different_keys_differ() -> None:
    assert len({run_name_for("p/d", str(number)) for number in range(2000)}) == 2000
    assert run_name_for("p/d", "k") != run_name_for("p/e", "k")


@given(RUN_NAMES, st.sampled_from(["a0", "x" * limits.ACTION_NAME_MAX_CHARS]))
def test_execution_names_stay_within_what_step_functions_takes(run: str, action: str) -> None:
    name = RunId(project="p" * 63, domain="development", run=run).action_id(action).execution_name
    assert len(name) <= limits.EXECUTION_NAME_MAX_CHARS


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text(), min_size=2))
def test_a_cursor_comes_back_as_it_was(position: dict[str, str]) -> None:
    cursor = cursors.encode(dict(position))
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert cursors.decode(cursor, a=str, b=str) == position


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="cursor"):
        cursors.decode(text, a=str)


@pytest.mark.parametrize("position", [{"a": 1}, {"b": "x"}, {"a": "x", "b": "y"}, {}, [], None, True, "x"])
def test_a_cursor_of_other_fields_or_types_is_refused(position: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
    with pytest.raises(InvalidRequestError):
        cursors.decode(cursor, a=str)


def test_no_cursor_is_the_beginning() -> None:
    assert cursors.decode(None, a=str) is None


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_the_moments_do(one: datetime, other: datetime) -> None:
    assert (to_iso(one) < to_iso(other)) == (one < other)


def test_a_moment_of_another_time_zone_is_the_same_text() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert to_iso(moment.astimezone(timezone(timedelta(hours=9)))) == to_iso(moment) == "2026-01-02T03:04:05.000000Z"


@given(MOMENTS, RUN_NAMES, RUN_NAMES)
def test_the_bound_of_the_next_page_is_above_all_before_and_below_the_last(
    moment: datetime, one: str, other: str
) -> None:
    last, candidate = created_sort(moment, one), created_sort(moment, other)
    assert (candidate <= _just_before(last)) == (candidate < last)


@given(RUN_NAMES)
def test_every_action_is_in_a_shard_that_the_reconciler_reads(run: str) -> None:
    action = RunId(project="p", domain="development", run=run).action_id()
    assert open_shard(action) in {str(shard) for shard in range(OPEN_SHARDS)}


@given(st.text(), st.integers(min_value=3, max_value=40), st.booleans())
def test_cut_texts_fit_and_keep_the_right_end(text: str, max_bytes: int, keep_end: bool) -> None:  # noqa: FBT001 - drawn
    cut = cut_text(text, max_bytes, keep_end=keep_end)
    assert len(cut.encode()) <= max_bytes
    kept = cut.strip("…")
    assert cut == text or (text.endswith(kept) if keep_end else text.startswith(kept))


def test_near_names_are_told() -> None:
    assert did_you_mean("gret", ["greet", "other"]) == " Did you mean 'greet'?"
    assert not did_you_mean("x", ["greet"])
