"""`flyte.remote.Trigger`: made, listed, switched, deleted and fired by hand."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte.errors import DeploymentError, RuntimeUserError
from flyte.protocol.tasks import Interface, Parameter
from flyte.remote import Trigger, TriggerDetails
from tests.fakes.specs import TEXT, greet

if TYPE_CHECKING:
    from tests.fakes.api import FakeApi
    from tests.fakes.triggers import FakeTriggers

GREET = "greeting_env.greet"
TIME = {"type": "string", "format": "date-time"}
INTERFACE = Interface(
    inputs=(
        Parameter(name="message", json_schema=TEXT),
        Parameter(name="at", json_schema=TIME),
        Parameter(name="loud", json_schema={"type": "boolean"}, required=False, default=False),
    )
)
NIGHTLY = flyte.Trigger(
    "nightly",
    flyte.Cron("0 2 * * *", "Europe/Berlin"),
    inputs={"message": "good night", "at": flyte.TriggerTime},
    env_vars={"A": "1", "B": "1"},
    labels={"team": "ops"},
    annotations={"why": "report"},
    custom_context={"trace": "1"},
    overwrite_cache=True,
    max_action_concurrency=4,
)


@pytest.fixture(autouse=True)
def task(api: FakeApi, triggers: FakeTriggers) -> None:
    """`greet` in two versions."""
    api.tasks[GREET] = {version: greet(version, interface=INTERFACE) for version in ("v1", "v2")}


class TestKeeping:
    def test_one_is_made_and_found(self, triggers: FakeTriggers) -> None:
        made = Trigger.create(NIGHTLY, GREET)
        assert (made.name, made.task_name, made.is_active) == ("nightly", GREET, True)
        assert made.automation_spec == NIGHTLY.automation
        assert made.record.spec.inputs == {"message": "good night"}
        found = Trigger.get(name="nightly", task_name=GREET)
        assert type(found) is TriggerDetails
        assert found.to_dict() == made.to_dict() == json.loads(found.to_json())
        assert (found.status, found.id.task, found.metadata["declared"]) == ("active", GREET, False)
        assert found.url.endswith(f"/v1/projects/shop/domains/testing/tasks/{GREET}/triggers/nightly")
        assert TriggerDetails.get(name="nightly", task_name=GREET).trigger.details.name == "nightly"
        assert asyncio.run(made.get_details()).record == made.record
        assert repr(made) == f"Trigger(name='nightly', task_name='{GREET}', active)"

    def test_for_one_version_or_the_latest(self, triggers: FakeTriggers) -> None:
        assert Trigger.create(NIGHTLY, GREET, task_version="v1").record.task_version == "v1"
        assert Trigger.create(NIGHTLY, GREET).record.task_version is None

    def test_one_that_could_not_start_the_task_is_not_sent(self, api: FakeApi, triggers: FakeTriggers) -> None:
        with pytest.raises(DeploymentError, match=r"trigger 'daily' of greeting_env\.greet: .*missing argument"):
            Trigger.create(flyte.Trigger.daily(), GREET)
        assert triggers.records == {}

    def test_all_are_listed_up_to_a_limit(self, triggers: FakeTriggers) -> None:
        for name in "abcde":
            Trigger.create(flyte.Trigger(name, inputs=NIGHTLY.inputs), GREET, "v1" if name < "c" else None)
        assert [each.name for each in Trigger.listall()] == list("abcde")
        assert [each.name for each in Trigger.listall(limit=3)] == list("abc")
        assert [each.name for each in Trigger.listall(GREET, "v1")] == list("ab")
        assert list(Trigger.listall("greeting_env.other")) == []

    def test_switching_and_deleting(self, triggers: FakeTriggers) -> None:
        Trigger.create(NIGHTLY, GREET)
        Trigger.update("nightly", GREET, active=False)
        assert Trigger.get(name="nightly", task_name=GREET).status == "inactive"
        Trigger.delete("nightly", GREET)
        with pytest.raises(RuntimeUserError, match="has no trigger 'nightly'") as caught:
            Trigger.get(name="nightly", task_name=GREET)
        assert caught.value.code == "TriggerNotFound"

    def test_a_name_that_none_can_have_is_not_asked_for(self, api: FakeApi) -> None:
        with pytest.raises(RuntimeUserError, match="cannot be the trigger's name"):
            Trigger.get(name="a/b", task_name=GREET)
        assert api.requests == []


class TestFiringByHand:
    def run(self, api: FakeApi, *args: Any, runner: Any = flyte, **inputs: Any) -> Any:
        Trigger.create(NIGHTLY, GREET, "v1")
        started = runner.run(Trigger.get(name="nightly", task_name=GREET), *args, **inputs)
        return api.run_specs[started.name]

    def test_starts_what_the_trigger_would_now(self, api: FakeApi) -> None:
        asked = self.run(api)
        assert (asked.task.name, asked.task.version) == (GREET, "v1")
        at = asked.inputs.pop("at")
        assert at.startswith("20")
        assert at.endswith("Z")
        assert asked.inputs == {"message": "good night", "loud": False}
        for name in ("env_vars", "labels", "annotations", "custom_context", "overwrite_cache"):
            assert getattr(asked, name) == getattr(NIGHTLY, name)
        assert asked.max_action_concurrency == 4

    def test_inputs_that_are_given_count_more(self, api: FakeApi) -> None:
        assert self.run(api, "hello", loud=True).inputs | {"at": ""} == {"message": "hello", "loud": True, "at": ""}

    def test_so_do_options(self, api: FakeApi) -> None:
        runner = flyte.with_runcontext(env_vars={"B": "2"}, labels={"by": "hand"}, name="again")
        asked = self.run(api, runner=runner)
        assert asked.name == "again"
        assert asked.env_vars == {"A": "1", "B": "2"}
        assert asked.labels == {"team": "ops", "by": "hand"}

    def test_an_input_that_the_task_lacks_is_refused(self, api: FakeApi) -> None:
        with pytest.raises(TypeError, match="unknown argument 'massage'"):
            self.run(api, massage="x")

    def test_is_for_the_backend_alone(self, api: FakeApi) -> None:
        Trigger.create(NIGHTLY, GREET)
        with pytest.raises(ValueError, match="Remote tasks and triggers can only be run in remote mode"):
            flyte.with_runcontext(mode="local").run(Trigger.get(name="nightly", task_name=GREET))
