"""`flyte create|get|update|delete trigger`, and what deploying tells of triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte._notifications import to_wire
from flyte.models import ActionPhase
from flyte.notify import Email, Slack
from tests.fakes.triggers import FakeTriggers
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.api import FakeApi

FAILED, TIMED_OUT = ActionPhase.FAILED, ActionPhase.TIMED_OUT
BREW = "cafe-clock.brew"
PROGRAM = """
from datetime import datetime

import flyte

env = flyte.TaskEnvironment("cafe-clock")


@env.task(triggers=(flyte.Trigger.daily("trigger_time"), flyte.Trigger.hourly("trigger_time", auto_activate=False)))
def brew(trigger_time: datetime, cups: int = 1) -> str:
    return f"{cups} cups at {trigger_time}"


@env.task
def rinse(water: int = 1) -> int:
    return water
"""


@pytest.fixture
def kept(api: FakeApi) -> FakeTriggers:
    """What the backend keeps of triggers."""
    api.intercept = made = FakeTriggers()
    return made


@pytest.fixture
def deployed(flyte: Flyte, kept: FakeTriggers, folder: Path) -> FakeTriggers:
    (folder / "clock.py").write_text(PROGRAM)
    assert flyte("deploy", "clock.py", "env").code == 0
    return kept


def create(flyte: Flyte, *more: str, task: str = BREW, name: str = "mine") -> tuple[int, str]:
    ended = flyte("create", "trigger", task, name, *more)
    return ended.code, ended.stdout or ended.stderr


class TestCreate:
    def test_gives_a_task_that_has_such_an_input_the_time(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        code, said = create(flyte, "--schedule", "0 9 * * 1-5", "--timezone", "Europe/Berlin", "--description", "why")
        assert (code, said) == (0, f"The trigger mine of {BREW} (0 9 * * 1-5 (Europe/Berlin)) is active.\n")
        (record,) = deployed.records.values()
        assert (record.spec.time_inputs, record.spec.description) == (("trigger_time",), "why")

    def test_and_none_to_one_that_has_not(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        assert create(flyte, "--schedule", "0 9 * * *", task="cafe-clock.rinse")[0] == 0
        (record,) = deployed.records.values()
        assert record.spec.time_inputs == ()

    @pytest.mark.parametrize("flag", [["--no-auto-activate"], ["--auto-activate", "false"]])
    def test_can_leave_it_off(self, flyte: Flyte, deployed: FakeTriggers, flag: list[str]) -> None:
        assert "is inactive: flyte update trigger mine" in create(flyte, "--schedule", "0 9 * * *", *flag)[1]
        (record,) = deployed.records.values()
        assert not record.active

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            ([], "--schedule"),
            (["--schedule", "9"], "five fields"),
            (["--schedule", "0 0 13 * 5"], "takes one of the two"),
            (["--schedule", "0 0 * * *", "--timezone", "Europe/Berlim"], "Europe/Berlin"),
            (["--schedule", "0 0 * * *", "--trigger-time-var", "when"], "unknown argument 'when'"),
        ],
    )
    def test_what_cannot_be_is_wrong_usage(
        self, flyte: Flyte, deployed: FakeTriggers, more: list[str], told: str
    ) -> None:
        code, said = create(flyte, *more)
        assert (code, told in said) == (2, True)


class TestOthers:
    def test_one_is_listed_shown_switched_and_deleted(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        create(flyte, "--schedule", "0 9 * * *")
        header, row = flyte("get", "trigger").stdout.splitlines()
        assert header.split() == ["trigger", "task", "schedule", "active", "version", "made"]
        assert row.split() == ["mine", BREW, "0", "9", "*", "*", "*", "yes", "(latest)", "by", "hand"]
        assert flyte("get", "trigger", BREW).stdout.splitlines()[1] == row
        assert "trigger_time=(the time it is due)" in flyte("get", "trigger", BREW, "mine").stdout

        assert flyte("update", "trigger", "mine", BREW, "--deactivate").stdout.endswith("is inactive.\n")
        assert document(flyte("-of", "json", "get", "trigger", BREW, "mine"))["active"] is False
        assert flyte("update", "trigger", "mine", BREW, "--activate").stdout.endswith("is active.\n")
        assert flyte("delete", "trigger", "mine", BREW).stdout == f"Deleted the trigger mine of {BREW}.\n"
        assert "There are no triggers." in flyte("get", "trigger").stdout
        assert f"{BREW} has no triggers." in flyte("get", "trigger", BREW).stdout

    def test_whom_its_runs_notify_is_shown_without_what_a_webhooks_address_keeps_secret(
        self, flyte: Flyte, deployed: FakeTriggers
    ) -> None:
        create(flyte, "--schedule", "0 9 * * *")
        ((key, record),) = deployed.records.items()
        told = to_wire(
            (
                Slack(on_phase=(FAILED, TIMED_OUT), webhook_url="https://hooks.example.com/T0/secret"),
                Email(on_phase=FAILED, recipients=("a@x.org", "b@x.org")),
            )
        )
        spec = record.spec.model_copy(update={"notifications": told})
        deployed.records[key] = record.model_copy(update={"spec": spec})
        shown = flyte("get", "trigger", BREW, "mine").stdout
        assert "notifies hooks.example.com (failed, timed_out); a@x.org, b@x.org (failed)" in " ".join(shown.split())
        assert "secret" not in shown

    def test_json_is_one_document(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        json = ("-of", "json")
        made = document(flyte(*json, "create", "trigger", BREW, "mine", "--schedule", "0 9 * * *"))
        assert document(flyte(*json, "get", "trigger")) == [made]
        told = document(flyte(*json, "update", "trigger", "mine", BREW, "--deactivate"))
        assert told == {"name": "mine", "task": BREW, "active": False}
        assert document(flyte(*json, "delete", "trigger", "mine", BREW)) == {"name": "mine", "task": BREW}

    def test_on_or_off_must_be_said(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        ended = flyte("update", "trigger", "mine", BREW)
        assert (ended.code, "--activate" in ended.stderr) == (2, True)

    @pytest.mark.parametrize("verb", [["get", BREW, "x"], ["delete", "x", BREW], ["update", "x", BREW, "--activate"]])
    def test_one_that_is_not_there_ends_with_2(self, flyte: Flyte, deployed: FakeTriggers, verb: list[str]) -> None:
        ended = flyte(verb[0], "trigger", *verb[1:])
        assert (ended.code, "has no trigger 'x'" in ended.stderr) == (2, True)


class TestDeploy:
    def test_a_dry_run_tells_what_would_happen_to_triggers(self, flyte: Flyte, deployed: FakeTriggers) -> None:
        text = flyte("deploy", "--dry-run", "clock.py", "env").stdout
        assert [line.split() for line in text[text.index("Triggers") :].splitlines()[2:4]] == [
            ["daily", BREW, "0", "0", "*", "*", "*", "new", "yes"],
            ["hourly", BREW, "0", "*", "*", "*", "*", "new", "no"],
        ]
        told = document(flyte("-of", "json", "deploy", "--dry-run", "clock.py", "env"))
        assert [each["change"] for each in told["triggers"]] == ["new", "new"]

    def test_the_tasks_name_their_triggers(self, flyte: Flyte, deployed: FakeTriggers, api: FakeApi) -> None:
        tasks = document(flyte("-of", "json", "deploy", "clock.py", "env"))["tasks"]
        assert {each["name"]: each["triggers"] for each in tasks} == {BREW: "daily,hourly", "cafe-clock.rinse": ""}
        (spec,) = api.tasks[BREW].values()
        assert [each.name for each in spec.triggers] == ["daily", "hourly"]

    def test_a_run_from_the_file_carries_none(self, flyte: Flyte, deployed: FakeTriggers, api: FakeApi) -> None:
        assert flyte("run", "--detach", "clock.py", "brew", "--trigger_time", "now").code == 0
        (asked,) = api.run_specs.values()
        assert asked.spec
        assert asked.spec.triggers == ()
