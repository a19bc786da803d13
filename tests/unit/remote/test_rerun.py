"""`flyte.rerun`: an earlier run's code again, with what it was run with and what is given instead."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte import errors
from flyte.models import ActionPhase
from flyte.notify import Webhook
from flyte.protocol.runs import ActionIo, Recovery
from flyte.remote._launch import DryRun
from tests.fakes.programs import GREETING

if TYPE_CHECKING:
    from flyte.protocol.runs import RunSpec
    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

CARRIED: dict[str, Any] = {
    "env_vars": {"LEVEL": "1", "A": "1"},
    "labels": {"team": "red"},
    "annotations": {"why": "first"},
    "custom_context": {"step": "1"},
    "service_account": "arn:aws:iam::1:role/r",
    "raw_data_path": "s3://elsewhere/x",
    "max_action_concurrency": 5,
}


@pytest.fixture
def greet(program: Program) -> Any:
    program.write("greeting.py", GREETING)
    return program.load("greeting").greet


@pytest.fixture
def first(api: FakeApi, greet: Any) -> str:
    """An ephemeral run with all options, whose inputs are recorded."""
    run = flyte.with_runcontext(name="first", **CARRIED).run(greet, message="a")
    api.io = ActionIo(inputs={"message": "a", "times": 1})
    return run.name


def asked(api: FakeApi, run: Any) -> RunSpec:
    return api.run_specs[run.name]


def test_what_is_left_out_is_as_it_was(api: FakeApi, first: str) -> None:
    again, before = asked(api, flyte.rerun(first)), api.run_specs[first]
    assert again.model_copy(update={"name": "first", "notifications_of": None}) == before


def test_what_is_given_is_added_or_put_in_its_place(api: FakeApi, first: str) -> None:
    changed = flyte.with_runcontext(
        env_vars={"LEVEL": "2"}, labels={"n": "2"}, custom_context={"step": "2"}, max_action_concurrency=3
    )
    again = asked(api, changed.rerun(first, times=2))
    assert again.inputs == {"message": "a", "times": 2}
    assert again.env_vars == {"LEVEL": "2", "A": "1"}
    assert again.labels == {"team": "red", "n": "2"}
    assert (again.custom_context, again.max_action_concurrency) == ({"step": "2"}, 3)
    assert again.recover_from is None


def test_who_heard_of_the_run_hears_of_the_new_one_unless_that_names_others(api: FakeApi, first: str) -> None:
    told = Webhook(on_phase=ActionPhase.FAILED, url="https://hooks.example.com/x")
    assert asked(api, flyte.rerun(first)).notifications_of == first
    named = asked(api, flyte.with_runcontext(notifications=told).rerun(first))
    assert (named.notifications_of, len(named.notifications)) == (None, 1)
    nobody = asked(api, flyte.with_runcontext(notifications=()).rerun(first))
    assert (nobody.notifications_of, nobody.notifications) == (None, ())


def test_a_run_that_repeats_none_has_the_notifications_of_none(api: FakeApi, first: str) -> None:
    assert api.run_specs[first].notifications_of is None


def test_a_deployed_task_is_run_by_its_reference(api: FakeApi, greet: Any) -> None:
    flyte.deploy(greet.parent_env, version="v1")
    run = flyte.run(flyte.remote.Task.get("greeting_env.greet", auto_version="latest"), message="a")
    api.io = ActionIo(inputs={"message": "a", "times": 1})
    flyte.deploy(greet.parent_env, version="v2")
    again = asked(api, flyte.rerun(run.name))
    assert again.task is not None
    assert (again.spec, again.task.version) == (None, "v1")


def test_large_inputs_are_read_where_they_lie(api: FakeApi, first: str) -> None:
    api.objects["objects/inputs.json"] = b'{"message": "from afar", "times": 3}'
    api.io = ActionIo(inputs_url="https://bucket.test/objects/inputs.json")
    assert asked(api, flyte.rerun(first, times=1)).inputs == {"message": "from afar", "times": 1}


def test_recovering_is_asked_of_the_backend(api: FakeApi, first: str) -> None:
    run = flyte.rerun(first, recover=True, force_rerun_actions=["c1"], allow_missing_source_outputs=True)
    assert asked(api, run).recover_from == Recovery(run="first", forced=("c1",), allow_missing_outputs=True)


def test_async_code_awaits_it(api: FakeApi, first: str) -> None:
    run = asyncio.run(flyte.rerun.aio(first, recover=True, message="b"))
    assert (asked(api, run).inputs["message"], asked(api, run).recover_from) == ("b", Recovery(run="first"))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"mesage": "b"}, TypeError, "unknown argument 'mesage'"),
        ({"times": "many"}, TypeError, "times"),
        ({"force_rerun_actions": ["c1"]}, ValueError, "needs recover=True"),
        ({"recover": True, "action_name": "c1"}, ValueError, "leave one of the two out"),
        ({"recover": True, "force_rerun_actions": ["no name!"]}, errors.RuntimeUserError, "no name!"),
        ({"recover": True, "force_rerun_actions": "c1"}, TypeError, "a list of names"),
        ({"action_name": "not a name"}, errors.RuntimeUserError, "not a name"),
    ],
    ids=str,
)
def test_mistakes_are_told_and_nothing_is_started(
    api: FakeApi, first: str, arguments: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        flyte.rerun(first, **arguments)
    assert set(api.run_specs) == {first}


def test_a_trace_is_no_run(api: FakeApi, first: str) -> None:
    api.runs[first] = api.runs[first].model_copy(update={"kind": "trace"})
    with pytest.raises(ValueError, match="only tasks can be run again"):
        flyte.rerun(first)


def test_a_local_rerun_is_refused() -> None:
    with pytest.raises(ValueError, match="leave mode='local' out"):
        flyte.with_runcontext(mode="local").rerun("first")


def test_a_dry_run_shows_what_would_be_run(api: FakeApi, first: str) -> None:
    dry: Any = flyte.with_runcontext(dry_run=True).rerun(first, message="b")
    assert isinstance(dry, DryRun)
    assert dry.inputs == {"message": "b", "times": 1}
    assert set(api.run_specs) == {first}


def test_code_that_has_expired_is_told(api: FakeApi, first: str) -> None:
    api.objects.clear()
    with pytest.raises(errors.CodeBundleError, match=r"first cannot be run again: run the task from its files"):
        flyte.rerun(first)


def test_an_unknown_run_is_told(api: FakeApi) -> None:
    with pytest.raises(errors.RuntimeUserError, match="no run nothing"):
        flyte.rerun("nothing")


def test_its_arguments_are_flytes() -> None:
    wanted = "run_name action_name recover force_rerun_actions allow_missing_source_outputs inputs"
    for call in (flyte.rerun, flyte.with_runcontext().rerun):
        assert list(inspect.signature(call).parameters) == wanted.split()
