"""What programs read of the settings that they gave, and values of them that make no sense."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = timedelta(seconds=1)
ON: Any = "on"
OFF: Any = "off"
env = flyte.TaskEnvironment("read_back", cache=ON)


@env.task
def task(x: int) -> int:
    return x


class TestCache:
    def test_a_tasks_is_a_cache_however_it_was_written(self) -> None:
        given = flyte.Cache("override", version_override="3")

        @env.task(cache=given)
        def own() -> None: ...

        assert isinstance(task.cache, flyte.Cache)
        assert task.cache.behavior == "auto"
        assert own.cache is given

    def test_so_is_an_overrides(self) -> None:
        assert vars(task.override(cache=OFF))["cache"].behavior == "disable"
        assert task.override(short_name="other").cache is task.cache


class TestSecrets:
    def test_equal_ones_are_one_in_a_set(self) -> None:
        assert len({flyte.Secret("a"), flyte.Secret("a"), flyte.Secret("a", group="b")}) == 2

    def test_a_mount_is_a_path_also_if_written_as_text(self) -> None:
        place: Any = "/etc/flyte/secrets"
        assert flyte.Secret("a", mount=place) == flyte.Secret("a", mount=Path(place))


class TestIncludedFiles:
    @pytest.mark.parametrize("given", [("a.txt", "b.txt"), ["a.txt", "b.txt"], (name for name in ("a.txt", "b.txt"))])
    def test_every_series_of_texts_is_taken(self, given: Any) -> None:
        assert flyte.TaskEnvironment("files", include=given).include == ("a.txt", "b.txt")

    @pytest.mark.parametrize("given", ["a.txt", b"a.txt", ("a.txt", 1), 5, None])
    def test_what_is_none_is_refused(self, given: Any) -> None:
        with pytest.raises(TypeError, match="wanted a tuple of texts"):
            flyte.TaskEnvironment("files", include=given)


class TestBackoff:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"cap": -SECOND}, "cap"),
            ({"factor": math.nan, "cap": SECOND}, "factor=nan"),
            ({"factor": math.inf, "cap": SECOND}, "factor=inf"),
            ({"factor": 0.5, "cap": SECOND}, "at least 1"),
            ({"factor": 2.0}, "need a cap"),
            ({"base": -SECOND}, "base"),
        ],
    )
    def test_delays_that_are_none_are_refused(self, given: dict[str, Any], told: str) -> None:
        with pytest.raises(ValueError, match=told):
            flyte.Backoff(**{"base": SECOND, **given})

    @pytest.mark.parametrize("given", [{"base": 1}, {"factor": "2"}, {"cap": 60}])
    def test_other_types_are_refused_by_name(self, given: dict[str, Any]) -> None:
        with pytest.raises(TypeError, match=f"{next(iter(given))}="):
            flyte.Backoff(**{"base": SECOND, **given})

    def test_there_is_no_retry_before_the_first(self) -> None:
        with pytest.raises(ValueError, match="n=-1"):
            flyte.Backoff(SECOND).compute_delay(-1)


class TestResources:
    @pytest.mark.parametrize(("given", "size"), [("1Gi", "1Gi"), ("auto", ""), (None, None)])
    def test_shared_memory_that_is_automatic_has_no_size(self, given: Any, size: Any) -> None:
        assert flyte.Resources(shm=given).get_shared_memory() == size


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: task.override(name="other"), ValueError),
        (lambda: task.override(image="python:3.12"), ValueError),
        (lambda: task.override(retires=2), TypeError),
    ],
)
def test_what_cannot_be_overridden_is_told_from_what_there_is_not(
    call: Callable[[], Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"cannot be overridden|is no setting"):
        call()
