"""Triggers from the API to Scheduler and back: deploying makes them, an event that is due starts one run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest

from flyte.protocol.tasks import Interface, Parameter
from flyte.protocol.triggers import ScheduledEvent, TriggerId, TriggerSpec
from functions.control.errors import InvalidRequestError
from tests.fakes.aws_stack import SETTINGS
from tests.fakes.specs import TEXT, environment, greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from functions.control.clients import Clients
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import Answer, FakeHttpApi

GREET = "greeting_env.greet"
GROUP = SETTINGS.schedules.group
TIMED = Interface(inputs=(Parameter(name="message", json_schema=TEXT), Parameter(name="at", json_schema=TEXT)))
NIGHTLY: dict[str, Any] = {
    "name": "nightly",
    "schedule": {"kind": "cron", "expression": "0 2 * * 1-5", "timezone": "Europe/Berlin"},
    "inputs": {"message": "good night"},
    "time_inputs": ["at"],
}
DUE = datetime(2026, 7, 31, 2, tzinfo=UTC)


@pytest.fixture
def aws(aws: Clients) -> Clients:
    """AWS with the stack's group of schedules."""
    aws.scheduler.create_schedule_group(Name=GROUP)
    return aws


def deploy(api: FakeHttpApi, *triggers: dict[str, Any], version: str = "v1", task: str = "greet") -> Answer:
    """A version of the environment in which one task has these triggers."""
    parsed = tuple(TriggerSpec.model_validate(trigger) for trigger in triggers)
    spec = greet(version, task, interface=TIMED, triggers=parsed)
    return api.post("deployments", {"environments": [environment(spec, version=version).to_dict()]})


def changes(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.body
    (deployed,) = answer.body["environments"]
    return {each["name"]: each["change"] for each in deployed["triggers"]}


def schedules(aws: Clients) -> dict[str, dict[str, Any]]:
    """The schedules of the group, by the trigger's name."""
    found: dict[str, dict[str, Any]] = {}
    for entry in aws.scheduler.list_schedules(GroupName=GROUP)["Schedules"]:
        schedule: dict[str, Any] = dict(aws.scheduler.get_schedule(GroupName=GROUP, Name=entry["Name"]))
        del schedule["ResponseMetadata"]
        found[json.loads(schedule["Target"]["Input"])["trigger"]["name"]] = schedule
    return found


def patch(api: FakeHttpApi, name: str, *, active: bool, task: str = GREET) -> Answer:
    return api.call("PATCH", f"tasks/{task}/triggers/{name}", json.dumps({"active": active}))


def event(name: str = "nightly", at: datetime = DUE) -> ScheduledEvent:
    trigger = TriggerId(project="flytesnacks", domain="development", task=GREET, name=name)
    return ScheduledEvent(trigger=trigger, scheduled_at=at)


class TestDeploying:
    def test_makes_one_schedule_for_each_trigger(self, api: FakeHttpApi, aws: Clients) -> None:
        assert changes(deploy(api, NIGHTLY)) == {"nightly": "new"}
        (schedule,) = schedules(aws).values()
        assert schedule["ScheduleExpression"] == "cron(0 2 ? * MON-FRI *)"
        assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
        assert schedule["State"] == "ENABLED"
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
        target = schedule["Target"]
        assert (target["Arn"], target["RoleArn"]) == (SETTINGS.schedules.function_arn, SETTINGS.schedules.role_arn)
        assert target["DeadLetterConfig"] == {"Arn": SETTINGS.schedules.dead_letters_arn}
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
        sent = target["Input"].replace("<aws.scheduler.scheduled-time>", "2026-07-31T02:00:00Z")
        assert ScheduledEvent.model_validate_json(sent) == event()

    def test_again_changes_nothing_and_asks_scheduler_nothing(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        before = schedules(aws)
        calls: list[str] = []
        aws.scheduler.meta.events.register("before-call", lambda model, **_: calls.append(model.name), "count")
        assert changes(deploy(api, NIGHTLY)) == {"nightly": "unchanged"}
        aws.scheduler.meta.events.unregister("before-call", unique_id="count")
        assert calls == []
        assert schedules(aws) == before

    def test_another_version_with_the_same_triggers_leaves_the_schedules_alone(
        self, api: FakeHttpApi, aws: Clients
    ) -> None:
        deploy(api, NIGHTLY)
        before = schedules(aws)
        assert changes(deploy(api, NIGHTLY, version="v2")) == {"nightly": "unchanged"}
        assert schedules(aws) == before

    def test_a_trigger_that_is_gone_from_the_code_loses_its_schedule(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY, {**NIGHTLY, "name": "second"})
        assert changes(deploy(api, {**NIGHTLY, "name": "second"}, version="v2")) == {
            "nightly": "removed",
            "second": "unchanged",
        }
        assert list(schedules(aws)) == ["second"]

    def test_so_does_one_whose_task_is_gone(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        assert changes(deploy(api, version="v2", task="other")) == {"nightly": "removed"}
        assert schedules(aws) == {}

    def test_changes_what_the_code_changes(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        other = {**NIGHTLY, "schedule": {"kind": "rate", "interval_minutes": 5}, "auto_activate": False}
        assert changes(deploy(api, other, version="v2")) == {"nightly": "changed"}
        (schedule,) = schedules(aws).values()
        assert (schedule["ScheduleExpression"], schedule["State"]) == ("rate(5 minutes)", "DISABLED")

    def test_older_content_again_does_not_bring_its_triggers_back(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        deploy(api, version="v2")
        assert changes(deploy(api, NIGHTLY)) == {}
        assert schedules(aws) == {}

    def test_what_somebody_switched_off_stays_off_until_the_code_says_otherwise(
        self, api: FakeHttpApi, aws: Clients
    ) -> None:
        deploy(api, NIGHTLY)
        patch(api, "nightly", active=False)
        deploy(api, {**NIGHTLY, "description": "other"}, version="v2")
        assert schedules(aws)["nightly"]["State"] == "DISABLED"
        deploy(api, {**NIGHTLY, "auto_activate": False}, version="v3")
        deploy(api, NIGHTLY, version="v4")
        assert schedules(aws)["nightly"]["State"] == "ENABLED"

    def test_repeated_after_a_failure_makes_the_schedule_that_is_missing(self, api: FakeHttpApi, aws: Clients) -> None:
        def fail(**_: Any) -> None:
            raise ConnectionError("lost")

        aws.scheduler.meta.events.register("before-call.scheduler.CreateSchedule", fail, "fail")
        assert deploy(api, NIGHTLY).status == 500
        aws.scheduler.meta.events.unregister("before-call.scheduler.CreateSchedule", unique_id="fail")
        assert schedules(aws) == {}
        deploy(api, NIGHTLY)
        assert list(schedules(aws)) == ["nightly"]

    @pytest.mark.parametrize(
        ("trigger", "told"),
        [
            ({**NIGHTLY, "inputs": {}}, "needs message"),
            ({**NIGHTLY, "inputs": {"message": "x", "massage": "y"}}, "no input 'massage'. Did you mean 'message'?"),
            ({**NIGHTLY, "time_inputs": ["when"]}, "no input 'when'"),
            (
                {**NIGHTLY, "schedule": {"kind": "cron", "expression": "0 0 * * *", "timezone": "Europe/Berlim"}},
                "no time zone 'Europe/Berlim'. Did you mean 'Europe/Berlin'",
            ),
        ],
    )
    def test_a_trigger_that_cannot_work_is_refused_before_anything_is_registered(
        self, api: FakeHttpApi, trigger: dict[str, Any], told: str
    ) -> None:
        answer = deploy(api, trigger)
        assert (answer.status, answer.code) == (400, "BadRequest")
        assert told in answer.message
        assert api.get("tasks").body["tasks"] == []

    def test_two_of_one_name_are_refused(self, api: FakeHttpApi) -> None:
        assert "two triggers of one name" in deploy(api, NIGHTLY, NIGHTLY).message


class TestFixedRates:
    def start(self, aws: Clients) -> datetime:
        start: datetime = schedules(aws)["often"]["StartDate"]
        return start.astimezone(UTC)

    def test_are_counted_from_when_the_trigger_was_made(self, api: FakeHttpApi, aws: Clients, clock: FakeClock) -> None:
        made = clock.moment
        often = {**NIGHTLY, "name": "often", "schedule": {"kind": "rate", "interval_minutes": 10}}
        deploy(api, often)
        assert self.start(aws) == made + timedelta(minutes=10)
        clock.advance(25 * 60)
        patch(api, "often", active=False)
        assert self.start(aws) == made + timedelta(minutes=30)

    @pytest.mark.parametrize(("start_minutes", "due_minutes"), [(7, 7), (0, 10), (-23, 7), (-600, 10)])
    def test_begin_at_their_start_or_at_its_next_repetition(
        self, api: FakeHttpApi, aws: Clients, clock: FakeClock, start_minutes: int, due_minutes: int
    ) -> None:
        start = clock.moment + timedelta(minutes=start_minutes)
        schedule = {"kind": "rate", "interval_minutes": 10, "start_time": start.isoformat()}
        deploy(api, {**NIGHTLY, "name": "often", "schedule": schedule})
        assert self.start(aws) == clock.moment + timedelta(minutes=due_minutes)


class TestFiring:
    def test_starts_a_run_of_the_latest_version_with_all_that_the_trigger_says(
        self, api: FakeHttpApi, backend: Backend
    ) -> None:
        given = {
            "env_vars": {"MODE": "night"},
            "labels": {"team": "ops"},
            "annotations": {"why": "report"},
            "custom_context": {"trace": "1"},
            "overwrite_cache": True,
            "max_action_concurrency": 4,
        }
        deploy(api, NIGHTLY | given)
        deploy(api, NIGHTLY | given, version="v2")
        started = backend.trigger_firing.fire(event())
        assert started
        run = api.get(f"runs/{started.id.run}").body
        assert (run["task_version"], run["created_by"]) == ("v2", f"trigger/{GREET}/nightly")
        assert {name: run[name] for name in ("env_vars", "labels", "annotations")} == {
            name: given[name] for name in ("env_vars", "labels", "annotations")
        }
        inputs = api.get(f"runs/{started.id.run}/actions/a0/io").body["inputs"]
        assert inputs == {"message": "good night", "at": "2026-07-31T02:00:00Z"}
        item = backend.actions.get(started.id)
        assert (item["custom_context"], item["overwrite_cache"], item["max_action_concurrency"]) == (
            {"trace": "1"},
            True,
            4,
        )

    def test_names_the_run_after_trigger_and_moment(self, api: FakeHttpApi, backend: Backend) -> None:
        deploy(api, NIGHTLY)
        started = backend.trigger_firing.fire(event())
        assert started
        assert started.id.run.startswith("nightly-20260731t020000-")

    def test_starts_one_run_however_often_the_event_comes(self, api: FakeHttpApi, backend: Backend) -> None:
        deploy(api, NIGHTLY)
        first, second = backend.trigger_firing.fire(event()), backend.trigger_firing.fire(event())
        assert first
        assert first == second
        deploy(api, {**NIGHTLY, "inputs": {"message": "hello"}}, version="v2")
        assert backend.trigger_firing.fire(event()) is None
        assert len(api.get("runs").body["runs"]) == 1

    def test_starts_another_run_for_another_moment(self, api: FakeHttpApi, backend: Backend) -> None:
        deploy(api, NIGHTLY)
        names = {
            run.id.run for at in (DUE, DUE + timedelta(minutes=1)) if (run := backend.trigger_firing.fire(event(at=at)))
        }
        assert len(names) == 2

    def test_starts_nothing_once_the_trigger_is_off(self, api: FakeHttpApi, backend: Backend) -> None:
        deploy(api, NIGHTLY)
        patch(api, "nightly", active=False)
        assert backend.trigger_firing.fire(event()) is None
        assert api.get("runs").body["runs"] == []

    def test_of_a_trigger_that_has_gone_deletes_the_schedule_that_was_left(
        self, api: FakeHttpApi, backend: Backend, aws: Clients
    ) -> None:
        deploy(api, NIGHTLY)
        left = schedules(aws)["nightly"]
        api.call("DELETE", f"tasks/{GREET}/triggers/nightly")
        kept = {
            name: left[name] for name in ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
        }
        aws.scheduler.create_schedule(**kept)
        assert backend.trigger_firing.fire(event()) is None
        assert schedules(aws) == {}

    def test_with_inputs_that_the_task_does_not_take_any_more_is_an_error_to_be_told(
        self, api: FakeHttpApi, backend: Backend
    ) -> None:
        by_hand = {"spec": {**NIGHTLY, "name": "by-hand"}}
        deploy(api)
        api.put(f"tasks/{GREET}/triggers/by-hand", by_hand)
        spec = environment(greet("v2"), version="v2")
        api.post("deployments", {"environments": [spec.to_dict()]})
        with pytest.raises(InvalidRequestError, match="no input 'at'"):
            backend.trigger_firing.fire(event("by-hand"))


class TestByHand:
    def put(self, api: FakeHttpApi, name: str = "by-hand", **more: Any) -> Answer:
        return api.put(f"tasks/{GREET}/triggers/{name}", {"spec": {**NIGHTLY, "name": name}, **more})

    def test_a_trigger_is_made_shown_switched_and_deleted(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api)
        made = self.put(api).body
        assert (made["active"], made["declared"], made["created_by"].rsplit("/", 1)[-1]) == (True, False, "ana")
        assert api.get(f"tasks/{GREET}/triggers/by-hand").body == made
        assert patch(api, "by-hand", active=False).body["active"] is False
        assert schedules(aws)["by-hand"]["State"] == "DISABLED"
        assert patch(api, "by-hand", active=True).body["active"] is True
        assert schedules(aws)["by-hand"]["State"] == "ENABLED"
        assert api.call("DELETE", f"tasks/{GREET}/triggers/by-hand").status == 200
        assert schedules(aws) == {}

    def test_it_survives_deployments(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        self.put(api)
        assert changes(deploy(api, version="v2")) == {"nightly": "removed"}
        assert list(schedules(aws)) == ["by-hand"]

    def test_code_that_declares_its_name_takes_it_over(self, api: FakeHttpApi) -> None:
        deploy(api)
        self.put(api, "nightly")
        assert changes(deploy(api, NIGHTLY, version="v2")) == {"nightly": "changed"}
        assert api.get(f"tasks/{GREET}/triggers/nightly").body["declared"] is True

    def test_what_code_declares_is_not_changed_by_hand(self, api: FakeHttpApi) -> None:
        deploy(api, NIGHTLY)
        answer = self.put(api, "nightly")
        assert (answer.status, answer.code) == (409, "TriggerDeclared")
        assert "Change it there and deploy" in answer.message

    def test_it_runs_the_version_that_it_names_which_is_then_not_pruned(
        self, api: FakeHttpApi, backend: Backend, clock: FakeClock
    ) -> None:
        for version in ("v1", "v2", "v3"):
            deploy(api, version=version)
            clock.advance(60)
        self.put(api, task_version="v1")
        pruned = api.post("versions/prune", {"keep": 1}).body
        assert [each["version"] for each in pruned["deleted"]] == ["v2"]
        assert [each["version"] for each in pruned["in_use"]] == ["v1"]
        started = backend.trigger_firing.fire(event("by-hand"))
        assert started
        assert started.task_version == "v1"

    def test_one_without_a_schedule_has_none(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api)
        api.put(f"tasks/{GREET}/triggers/x", {"spec": {"name": "x", "inputs": {"message": "m", "at": "t"}}})
        assert schedules(aws) == {}
        assert api.get("triggers").body["triggers"][0]["id"]["name"] == "x"

    @pytest.mark.parametrize(
        ("path", "body", "status", "told"),
        [
            ("tasks/greeting_env.great/triggers/x", {"spec": {**NIGHTLY, "name": "x"}}, 404, "greeting_env.greet"),
            (f"tasks/{GREET}/triggers/x", {"spec": {**NIGHTLY, "name": "y"}}, 400, "the path says 'x'"),
            (f"tasks/{GREET}/triggers/x", {"spec": {**NIGHTLY, "name": "x"}, "task_version": "v9"}, 404, "v9"),
            (f"tasks/{GREET}/triggers/_", {"spec": {**NIGHTLY, "name": "_"}}, 400, "path.name"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, api: FakeHttpApi, path: str, body: dict[str, Any], status: int, told: str
    ) -> None:
        deploy(api)
        answer = api.put(path, body)
        assert answer.status == status
        assert told in answer.message

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_one_that_is_not_there_is_told_with_near_names(self, api: FakeHttpApi, method: str) -> None:
        deploy(api, NIGHTLY)
        body = json.dumps({"active": True}) if method == "PATCH" else None
        answer = api.call(method, f"tasks/{GREET}/triggers/nihtly", body)
        assert (answer.status, answer.code) == (404, "TriggerNotFound")
        assert "Did you mean 'nightly'?" in answer.message


def test_triggers_are_listed_page_by_page_and_of_one_task(api: FakeHttpApi) -> None:
    tasks = [
        greet(name=name, interface=TIMED, triggers=(TriggerSpec.model_validate(NIGHTLY),)) for name in ("a", "aa", "b")
    ]
    api.post("deployments", {"environments": [environment(*tasks).to_dict()]})
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = api.get("triggers", limit=2, **cursor).body
        found += [each["id"]["task"] for each in page["triggers"]]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert found == ["greeting_env.a", "greeting_env.aa", "greeting_env.b"]
    one = api.get("triggers", task="greeting_env.a").body["triggers"]
    assert [each["id"]["task"] for each in one] == ["greeting_env.a"]


class TestRollback:
    def test_brings_back_the_triggers_of_the_version(self, api: FakeHttpApi, aws: Clients) -> None:
        deploy(api, NIGHTLY)
        deploy(api, {**NIGHTLY, "name": "hourly"}, version="v2")
        answer = api.put(f"tasks/{GREET}/latest", {"version": "v1"})
        assert {each["name"]: each["change"] for each in answer.body["triggers"]} == {
            "nightly": "new",
            "hourly": "removed",
        }
        assert list(schedules(aws)) == ["nightly"]

    def test_of_one_task_leaves_the_others_theirs(self, api: FakeHttpApi, aws: Clients) -> None:
        for version in ("v1", "v2"):
            triggers = (TriggerSpec.model_validate(NIGHTLY),)
            tasks = [
                greet(version, "greet", interface=TIMED, triggers=triggers if version == "v2" else ()),
                greet(version, "other", interface=TIMED, triggers=triggers),
            ]
            api.post("deployments", {"environments": [environment(*tasks, version=version).to_dict()]})
        api.put(f"tasks/{GREET}/latest", {"version": "v1"})
        remaining = aws.scheduler.list_schedules(GroupName=GROUP)["Schedules"]
        assert [each["Name"].startswith("nightly-greeting_env.other-") for each in remaining] == [True]


class Interrupted(Exception):  # noqa: N818 - what a killed function is to its callers
    """The function ended in the middle of a call."""


class Interruption:
    """Cuts off the call number `at` to DynamoDB, Scheduler or S3: before it is made, or before its answer comes."""

    def __init__(self, aws: Clients, at: int, *, answer_lost: bool) -> None:
        self._clients = (aws.dynamodb, aws.scheduler, aws.s3)
        self._at = at
        self._moment = "after-call" if answer_lost else "before-call"
        self._calls = 0

    @property
    def happened(self) -> bool:
        return self._calls > self._at

    def __enter__(self) -> Self:
        for client in self._clients:
            client.meta.events.register_first(self._moment, self._count, "interruption")
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.meta.events.unregister(self._moment, unique_id="interruption")

    def _count(self, **_: Any) -> None:
        self._calls += 1
        if self._calls == self._at + 1:
            raise Interrupted


def deploy_other(api: FakeHttpApi, version: str) -> Answer:
    """Removes `nightly`, changes `often`, adds `weekly`."""
    often = {**NIGHTLY, "name": "often", "schedule": {"kind": "rate", "interval_minutes": 7}}
    return deploy(api, often, {**NIGHTLY, "name": "weekly"}, version=version)


def go_back(api: FakeHttpApi, _: str) -> Answer:
    return api.put(f"tasks/{GREET}/latest", {"version": "v1"})


def state(api: FakeHttpApi, aws: Clients) -> dict[str, tuple[str, str, bool]]:
    """Each trigger as it is recorded, with the expression and state of its schedule."""
    recorded = {each["id"]["name"]: each["active"] for each in api.get("triggers").body["triggers"]}
    found = schedules(aws)
    assert recorded.keys() == found.keys()
    return {
        name: (found[name]["ScheduleExpression"], found[name]["State"], active) for name, active in recorded.items()
    }


def nothing(_api: FakeHttpApi, _: str) -> None:
    """Nothing is to be done first."""


CHANGES: dict[str, tuple[Any, Any]] = {
    "deploying": (nothing, deploy_other),
    "going back": (deploy_other, go_back),
    "switching": (nothing, lambda api, _: patch(api, "nightly", active=False)),
    "deleting": (nothing, lambda api, _: api.call("DELETE", f"tasks/{GREET}/triggers/nightly")),
    "making": (nothing, lambda api, _: api.put(f"tasks/{GREET}/triggers/x", {"spec": {**NIGHTLY, "name": "x"}})),
}
"""What is done first, and what is cut off. Both get a version that is new."""


class TestInterruptions:
    @pytest.fixture
    def deployed(self, api: FakeHttpApi) -> FakeHttpApi:
        deploy(api, NIGHTLY, {**NIGHTLY, "name": "often", "schedule": {"kind": "rate", "interval_minutes": 5}})
        return api

    @pytest.mark.parametrize("answer_lost", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_change_that_was_cut_off_anywhere_is_whole_once_it_is_repeated(
        self, deployed: FakeHttpApi, aws: Clients, change: str, *, answer_lost: bool
    ) -> None:
        prepare, make = CHANGES[change]
        before = state(deployed, aws)
        prepare(deployed, "whole")
        make(deployed, "whole")
        expected = state(deployed, aws)
        for at in range(1000):
            for name in state(deployed, aws):
                deployed.call("DELETE", f"tasks/{GREET}/triggers/{name}")
            go_back(deployed, "")
            assert state(deployed, aws) == before
            prepare(deployed, f"cut-{at}")
            with Interruption(aws, at, answer_lost=answer_lost) as interruption:
                make(deployed, f"cut-{at}")
            if not interruption.happened:
                break
            make(deployed, f"cut-{at}")
            assert state(deployed, aws) == expected, f"cut off at call {at}"
        assert at > 3

    @pytest.mark.parametrize("answer_lost", [False, True], ids=["before", "after"])
    def test_an_event_that_was_cut_off_anywhere_starts_its_run_when_it_comes_again(
        self, deployed: FakeHttpApi, backend: Backend, aws: Clients, *, answer_lost: bool
    ) -> None:
        for number in range(1000):
            due = event(at=DUE + timedelta(days=number))
            with Interruption(aws, number, answer_lost=answer_lost) as interruption:
                try:
                    backend.trigger_firing.fire(due)
                except Interrupted:
                    assert interruption.happened
            started = backend.trigger_firing.fire(due)
            assert started
            if not interruption.happened:
                break
        assert number > 1
        assert len(api_runs := deployed.get("runs").body["runs"]) == number + 1, api_runs
