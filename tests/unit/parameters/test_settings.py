"""Every parameter of environments and tasks, found by their signatures: a new one without a row fails."""

from __future__ import annotations

import inspect
import os
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte._deploy._plan import make_plan
from flyte._deploy._without_effect import _tell_once, warn_of_environments
from tests.unit.parameters.settings import ANYTHING, OF_ENVIRONMENTS, OF_TASKS, OVERRIDES, Seen, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakes.programs import Program

OWNERS: dict[str, tuple[Callable[..., Any], dict[str, Setting]]] = {
    "TaskEnvironment": (flyte.TaskEnvironment, OF_ENVIRONMENTS),
    "clone_with": (flyte.TaskEnvironment.clone_with, OF_ENVIRONMENTS),
    "task": (flyte.TaskEnvironment.task, OF_TASKS),
    "override": (flyte.TaskTemplate.override, OVERRIDES),
}
ROWS = [(owner, name) for owner, (_, settings) in OWNERS.items() for name in settings]
REFUSING = [(owner, name) for owner, name in ROWS if OWNERS[owner][1][name].refused is not ANYTHING]

PROGRAM = """
    import os

    import flyte

    bodies = []


    def work(text: str = "") -> str:
        bodies.append(dict(os.environ))
        if text == "fails once" and len(bodies) == 1:
            raise ValueError(text)
        return text


    def made(owner, given):
        environment = flyte.TaskEnvironment(**{"name": "plain", **(given if owner == "TaskEnvironment" else {})})
        if owner == "clone_with":
            environment = environment.clone_with(**{"name": "clone", **given})
        task = environment.task(**given)(work) if owner == "task" else environment.task(work)
        if owner == "override":
            task = environment.tasks[task.name] = task.override(**given)
        globals()["work_task"] = task
        return environment, task
"""


@pytest.mark.parametrize("owner", OWNERS)
def test_every_parameter_has_a_row(owner: str) -> None:
    called, settings = OWNERS[owner]
    parameters = inspect.signature(called).parameters.values()
    named = {each.name for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD}
    assert named - {"self", "_func"} == settings.keys()


@pytest.mark.parametrize(("owner", "name"), ROWS)
def test_a_setting_does_what_it_says(owner: str, name: str, see: Callable[..., Seen]) -> None:
    setting = OWNERS[owner][1][name]
    assert setting.does(see(owner, {name: setting.accepted}))


@pytest.mark.parametrize(("owner", "name"), ROWS)
def test_without_the_setting_nothing_of_it_is_seen(owner: str, name: str, see: Callable[..., Seen]) -> None:
    setting = OWNERS[owner][1][name]
    with pytest.raises((AssertionError, AttributeError, IndexError, KeyError, flyte.errors.RuntimeUserError)):
        assert setting.does(see(owner, {"name": "plain"} if owner == "clone_with" else {}))


@pytest.mark.parametrize(("owner", "name"), REFUSING)
def test_a_wrong_value_is_refused_by_the_settings_name(owner: str, name: str, see: Callable[..., Seen]) -> None:
    with pytest.raises((TypeError, ValueError), match=name):
        see(owner, {name: OWNERS[owner][1][name].refused})


@pytest.mark.parametrize("owner", OWNERS)
def test_a_setting_that_does_not_exist_is_refused_by_name(owner: str, see: Callable[..., Seen]) -> None:
    with pytest.raises((TypeError, ValueError), match="colour"):
        see(owner, {"colour": "red"})


def ready() -> flyte.TaskTemplate[[], None]:
    """A task that is in no environment yet."""

    def work() -> None: ...

    return flyte.TaskTemplate(name="loose", func=work, resources=flyte.Resources(memory="2Gi"))


def test_an_environment_is_made_of_ready_tasks() -> None:
    other = flyte.TaskEnvironment("other-env")
    task = ready()
    made = flyte.TaskEnvironment.from_task("made", task, depends_on=[other])
    assert (made.tasks, made.depends_on, made.resources) == ({"made.work": task}, [other], task.resources)
    assert (task.name, task.parent_env) == ("made.work", made)
    assert inspect.signature(made.from_task).parameters.keys() == {"name", "tasks", "depends_on"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"name": "No Name"}, "No Name"),
        ({"tasks": []}, "at least one task"),
        ({"tasks": [print]}, "print"),
        ({"depends_on": "other"}, "depends_on"),
    ],
)
def test_an_environment_of_ready_tasks_refuses_what_is_wrong(given: dict[str, Any], named: str) -> None:
    wanted = {"name": "made", "tasks": [ready()], "depends_on": None, **given}
    with pytest.raises((TypeError, ValueError), match=named):
        flyte.TaskEnvironment.from_task(wanted["name"], *wanted["tasks"], depends_on=wanted["depends_on"])


@pytest.fixture
def see(program: Program, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Seen]]:
    """Makes a task with settings, and looks at it as a deployment does."""
    program.write("work.py", PROGRAM)
    program.write("data.txt", "1,2\n")
    (program.folder / "home").mkdir()
    module = program.load("work")

    def make(owner: str, given: dict[str, Any]) -> Seen:
        environment, task = module.made(owner, given)
        plan = make_plan(environment)
        assert plan.bundle is not None
        _tell_once.cache_clear()
        warn_of_environments([environment])
        warned = capsys.readouterr().err
        return Seen(
            environment,
            task,
            plan.environments[0].spec,
            [each.environment.name for each in plan.environments],
            [file.name for file in plan.bundle.files],
            warned,
            module.bodies,
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYTE_HOME", str(program.folder / "home"))
        patch.delenv("UNIT", raising=False)
        yield make
        assert "UNIT" not in os.environ, "what a task sets in the environment ends with it"
