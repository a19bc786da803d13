"""Triggers in code: what is refused where it is written, what where it is deployed, and what the backend gets."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

import flyte
from flyte._deploy._triggers import SOME_TIME, automation_of, planned_changes, specify_trigger, triggers_of
from flyte.errors import DeploymentError
from flyte.io import File
from flyte.protocol.tasks import EnvironmentSpec
from flyte.protocol.triggers import CronSchedule, RateSchedule, TriggerId, TriggerRecord, TriggerSpec
from tests.fakes.specs import greet

env = flyte.TaskEnvironment("clockwork")
DAILY = flyte.Trigger.daily()


@env.task
def report(at: datetime, hours: int = 24, day: date = date(2026, 1, 1), source: File | None = None) -> str:
    return f"{at} {hours} {day} {source}"


def specify(trigger: flyte.Trigger) -> TriggerSpec:
    def encode(inputs: Any) -> Any:
        return report.native_interface.encode_inputs(report.native_interface.bind((), inputs))

    return specify_trigger(trigger, report.name, encode)


class TestWriting:
    @pytest.mark.parametrize(
        ("made", "expression", "name"),
        [
            (flyte.Trigger.minutely, "* * * * *", "minutely"),
            (flyte.Trigger.hourly, "0 * * * *", "hourly"),
            (flyte.Trigger.daily, "0 0 * * *", "daily"),
            (flyte.Trigger.weekly, "0 0 * * 0", "weekly"),
            (flyte.Trigger.monthly, "0 0 1 * *", "monthly"),
        ],
    )
    def test_usual_schedules_have_names(self, made: Any, expression: str, name: str) -> None:
        trigger = made("at", inputs={"hours": 1}, labels={"a": "b"})
        assert (trigger.name, trigger.automation) == (name, flyte.Cron(expression))
        assert trigger.inputs == {"at": flyte.TriggerTime, "hours": 1}
        assert made(name="other").inputs == {}

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            (lambda: flyte.Cron("0 0 * *"), ValueError),
            (lambda: flyte.Cron("99 0 * * *"), ValueError),
            (lambda: flyte.Cron("0 0 * * *", timezone=UTC), TypeError),  # type: ignore[arg-type]
            (lambda: flyte.FixedRate(0), ValueError),
            (lambda: flyte.FixedRate(1.5), TypeError),  # type: ignore[arg-type]
            (lambda: flyte.FixedRate(1, "now"), TypeError),  # type: ignore[arg-type]
            (lambda: flyte.Trigger(""), ValueError),
            (lambda: flyte.Trigger("x", "0 0 * * *"), TypeError),
            (lambda: flyte.Trigger("x", env_vars={"A": 1}), TypeError),  # type: ignore[dict-item]
            (lambda: flyte.Trigger("x", max_action_concurrency=1), ValueError),
        ],
    )
    def test_what_makes_no_sense_is_refused_at_once(self, wrong: Any, error: type[Exception]) -> None:
        with pytest.raises(error):
            wrong()

    def test_no_bound_can_be_written_as_0(self) -> None:
        assert flyte.Trigger("x", max_action_concurrency=0).max_action_concurrency is None

    def test_days_that_scheduler_cannot_express_are_refused_only_where_they_are_deployed(self) -> None:
        trigger = flyte.Trigger("x", flyte.Cron("0 0 13 * 5"), inputs={"at": flyte.TriggerTime})
        with pytest.raises(DeploymentError, match=r"trigger 'x' of clockwork\.report: .*takes one of the two"):
            specify(trigger)

    def test_the_time_stays_itself_wherever_it_is_sent(self) -> None:
        assert pickle.loads(pickle.dumps(flyte.TriggerTime)) is flyte.TriggerTime


class TestLocalRuns:
    def test_take_no_notice(self) -> None:
        local = flyte.TaskEnvironment("localclock")

        @local.task(triggers=DAILY)
        def work(x: int) -> int:
            return x + 1

        assert flyte.with_runcontext(mode="local").run(work, x=1).outputs()[0] == 2
        assert work(1) == 2


class TestSpecifying:
    def test_everything_goes_along(self) -> None:
        given: dict[str, Any] = {
            "description": "d",
            "auto_activate": False,
            "env_vars": {"A": "1"},
            "labels": {"l": "1"},
            "annotations": {"n": "1"},
            "custom_context": {"c": "1"},
            "overwrite_cache": True,
            "max_action_concurrency": 3,
        }
        inputs = {"at": flyte.TriggerTime, "hours": 2, "day": date(2026, 2, 3)}
        spec = specify(flyte.Trigger("x", flyte.Cron("0 0 * * *", "Asia/Tokyo"), inputs=inputs, **given))
        assert spec.inputs == {"hours": 2, "day": "2026-02-03"}
        assert spec.time_inputs == ("at",)
        assert {name: getattr(spec, name) for name in given} == given
        assert spec.schedule == CronSchedule(expression="0 0 * * *", timezone="Asia/Tokyo")
        assert automation_of(spec) == flyte.Cron("0 0 * * *", "Asia/Tokyo")

    def test_inputs_that_are_not_given_are_left_to_their_defaults(self) -> None:
        assert specify(flyte.Trigger.daily("at")).inputs == {}

    def test_times_without_a_zone_are_of_utc(self) -> None:
        for start in (datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))):  # noqa: DTZ001 - that is the case
            spec = specify(flyte.Trigger("x", flyte.FixedRate(5, start), inputs={"at": flyte.TriggerTime}))
            assert isinstance(spec.schedule, RateSchedule)
            assert spec.schedule.start_time == datetime(2026, 1, 1, 12, tzinfo=UTC)
            assert automation_of(spec) == flyte.FixedRate(5, spec.schedule.start_time)

    def test_one_without_a_schedule_is_fired_by_hand(self) -> None:
        spec = specify(flyte.Trigger("x", inputs={"at": SOME_TIME}))
        assert (spec.schedule, automation_of(spec)) == (None, None)

    @pytest.mark.parametrize(
        ("trigger", "told"),
        [
            (flyte.Trigger("x"), "missing argument 'at'"),
            (flyte.Trigger.daily("when"), "unknown argument 'when'"),
            (flyte.Trigger.daily("hours", inputs={"at": SOME_TIME}), "hours"),
            (flyte.Trigger.daily("at", inputs={"hours": "many"}), "hours"),
            (flyte.Trigger("no name", inputs={"at": SOME_TIME}), "name"),
            (flyte.Trigger("x", flyte.Cron("0 0 * * *", "Europe/Berlim")), "did you mean 'Europe/Berlin'"),
            (flyte.Trigger("x", flyte.OnArtifact("model")), "keeps no artifacts"),
            (flyte.Trigger("x", inputs={"at": flyte.TriggeredArtifact}), "keeps none"),
            (flyte.Trigger("x", inputs={"at": flyte.TriggeredPartition("p")}), "keeps none"),
            (flyte.Trigger.daily("at", inputs={"source": File(path="/tmp/x.csv")}), "only this machine has"),
        ],
    )
    def test_what_could_not_start_the_task_is_refused_by_name(self, trigger: flyte.Trigger, told: str) -> None:
        with pytest.raises(DeploymentError, match=rf"trigger '{trigger.name}' of clockwork\.report") as caught:
            specify(trigger)
        assert told in str(caught.value)

    def test_names_of_a_task_are_its_own(self) -> None:
        other = flyte.TaskEnvironment("otherclock")

        @other.task(triggers=(DAILY, flyte.Trigger.hourly(name="daily")))
        def work() -> None: ...

        with pytest.raises(DeploymentError, match="two triggers named 'daily'"):
            triggers_of(work)

    def test_there_is_a_most(self) -> None:
        other = flyte.TaskEnvironment("busyclock")

        @other.task(triggers=tuple(flyte.Trigger.daily(name=f"t{number}") for number in range(21)))
        def work() -> None: ...

        with pytest.raises(DeploymentError, match="has 21 triggers, and can have 20"):
            triggers_of(work)


class TestPlanning:
    def record(self, spec: TriggerSpec, task: str = "greeting_env.greet", **more: Any) -> TriggerRecord:
        trigger = TriggerId(project="p", domain="d", task=task, name=spec.name)
        values: dict[str, Any] = {"active": True, "declared": True, "created_at": SOME_TIME, "updated_at": SOME_TIME}
        return TriggerRecord(id=trigger, spec=spec, **(values | more))

    def changes(self, *existing: TriggerRecord) -> dict[str, tuple[str, bool]]:
        kept, altered, fresh = (TriggerSpec(name=name) for name in ("kept", "altered", "fresh"))
        spec = greet(triggers=(kept, altered.model_copy(update={"description": "now"}), fresh))
        environment = EnvironmentSpec(name="greeting_env", version="v1", tasks=(spec,))
        return {each.name: (each.change, each.active) for each in planned_changes(environment, existing)}

    def test_tells_what_is_new_changed_unchanged_and_removed(self) -> None:
        existing = (
            self.record(TriggerSpec(name="kept"), active=False),
            self.record(TriggerSpec(name="altered")),
            self.record(TriggerSpec(name="gone")),
            self.record(TriggerSpec(name="lost"), task="greeting_env.lost"),
            self.record(TriggerSpec(name="by-hand"), declared=False),
            self.record(TriggerSpec(name="elsewhere"), task="greeting_env-two.greet"),
        )
        assert self.changes(*existing) == {
            "kept": ("unchanged", False),
            "altered": ("changed", True),
            "fresh": ("new", True),
            "gone": ("removed", False),
            "lost": ("removed", False),
        }

    def test_one_that_was_made_by_hand_is_taken_over(self) -> None:
        assert self.changes(self.record(TriggerSpec(name="kept"), declared=False))["kept"] == ("changed", True)


def test_a_trigger_takes_the_schedule_of_another_one() -> None:
    assert flyte.Trigger("mine", flyte.Trigger.daily()).automation == flyte.Trigger.daily().automation


def test_an_input_whose_default_is_the_trigger_time_gets_it_from_each_trigger() -> None:
    env = flyte.TaskEnvironment("defaults_to_the_time")

    @env.task(triggers=(flyte.Trigger("six", flyte.Cron("0 */6 * * *")), flyte.Trigger("by-hand", inputs={"x": 2})))
    def work(at: datetime = flyte.TriggerTime, x: int = 1) -> str:
        return f"{at} {x}"

    assert [(each.time_inputs, each.inputs) for each in triggers_of(work)] == [(("at",), {}), (("at",), {"x": 2})]
    assert work.native_interface.required_inputs() == ["at"]


def test_an_input_called_trigger_time_gets_it_from_each_trigger_that_does_not_say_otherwise() -> None:
    env = flyte.TaskEnvironment("has_the_usual_name")
    triggers = (
        flyte.Trigger.hourly(),
        flyte.Trigger("then", inputs={"trigger_time": datetime(2026, 1, 2, tzinfo=UTC)}),
    )

    @env.task(triggers=triggers)
    def work(trigger_time: datetime, x: int = 1) -> str:
        return f"{trigger_time} {x}"

    given = [(each.time_inputs, each.inputs) for each in triggers_of(work)]
    assert given == [(("trigger_time",), {}), ((), {"trigger_time": "2026-01-02T00:00:00Z"})]
