"""Deployed tasks that other programs call in the devbox: what they give back, and with which settings they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flyte
import flyte.remote
from tests.devbox_programs import program_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.devbox_fixture import Devbox

HERE = Path(__file__).parent

pytestmark = [pytest.mark.devbox, pytest.mark.xdist_group("deployed_calls")]


@pytest.fixture(scope="module")
def calling(devbox: Devbox) -> Iterator[Any]:
    with program_in(devbox, HERE / "analysing.py") as analysing:
        flyte.deploy(analysing.env)
    with program_in(devbox, HERE / "calling.py") as module:
        yield module


def test_results_are_values_that_can_be_read_and_passed_on(calling: Any) -> None:
    assert tuple(flyte.run(calling.pipeline, text="1 2 6").outputs()) == (3.0, 6.0, "1 2 6")


def test_a_client_reads_them_too(calling: Any) -> None:
    found = flyte.run(calling.analyse, text="2 4").outputs()[0]
    with found.source.open_sync("rb") as file:
        assert (found.mean, bytes(file.read())) == (3.0, b"2 4")
    assert flyte.run(calling.double, analysis=found).outputs()[0] == 6.0


@pytest.mark.parametrize("task", ["overridden", "fetched"])
def test_a_call_has_the_settings_that_were_overridden(calling: Any, task: str) -> None:
    run = flyte.run(getattr(calling, task))
    assert run.outputs()[0] == "high"
    child = next(each for each in flyte.remote.Action.listall(for_run_name=run.name) if each.parent_name)
    assert (child.task_name, len(child.record.attempts)) == ("analysing.level", 2)


def test_a_run_has_the_settings_that_were_overridden(calling: Any) -> None:
    assert flyte.run(calling.level).outputs()[0] == "high"


def test_results_are_reused_by_the_version_that_the_caller_gives(calling: Any) -> None:
    first, again, without = flyte.run(calling.reused, version="1").outputs()
    assert first == again != without
    assert flyte.run(calling.reused, version="1").outputs()[:2] == (first, first)
    assert flyte.run(calling.reused, version="2").outputs()[0] != first
    assert (
        flyte.run(calling.unique.override(cache=flyte.Cache("override", version_override="1")), text="a").outputs()[0]
        == first
    )


def test_other_settings_leave_the_cache_of_the_code_as_it_is(calling: Any) -> None:
    first, again = flyte.run(calling.kept_by_its_code, text="b").outputs()
    assert first == again


def test_a_task_of_another_domain_is_refused_by_name(calling: Any) -> None:
    assert "analysing.level is deployed to flytesnacks/production" in flyte.run(calling.elsewhere).outputs()[0]
