from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import flyte
from flyte._deploy import make_plan
from flyte._deploy._plan import uncovered, with_dependencies
from flyte.errors import DeploymentError
from flyte.git import GitStatus
from flyte.protocol import limits
from tests.fakes.programs import GREETING, made_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.programs import Program


def test_a_plan_names_version_tasks_and_code(program: Program) -> None:
    program.write("greeting.py", GREETING)
    plan = make_plan(program.load("greeting").env)
    (planned,) = plan.environments
    (task,) = planned.spec.tasks
    assert plan.version == planned.spec.version == task.version
    assert plan.bundle is not None
    assert task.code == plan.bundle.artifact
    assert plan.size_bytes == plan.bundle.artifact.size_bytes
    assert (task.loader.module, task.loader.attribute) == ("greeting", "greet")


def test_the_version_depends_on_content_alone(tmp_path: Path) -> None:
    versions = []
    for folder in ("one", "other/place"):
        with made_in(tmp_path / folder) as program:
            program.write("greeting.py", GREETING)
            git = GitStatus(True, True, "https://github.com/a/b", program.folder, folder)  # noqa: FBT003 - is valid, is clean
            versions.append(make_plan(program.load("greeting").env, git=git).version)
    assert versions[0] == versions[1]


@pytest.mark.parametrize(
    "changed",
    [
        GREETING + "\n",
        GREETING.replace("times: int = 1", "times: int = 2"),
        GREETING.replace("env.task", "env.task(retries=1)"),
    ],
)
def test_the_version_changes_with_the_content(tmp_path: Path, changed: str) -> None:
    versions = []
    for number, text in enumerate((GREETING, changed)):
        with made_in(tmp_path / str(number)) as program:
            program.write("greeting.py", text)
            versions.append(make_plan(program.load("greeting").env).version)
    assert versions[0] != versions[1]


def test_a_version_that_is_named_is_taken(program: Program) -> None:
    program.write("greeting.py", GREETING)
    plan = make_plan(program.load("greeting").env, version="v1", copy_style="none")
    assert (plan.version, plan.bundle, plan.size_bytes) == ("v1", None, 0)
    assert plan.environments[0].spec.tasks[0].code is None


def test_no_code_and_no_version_is_refused(program: Program) -> None:
    program.write("greeting.py", GREETING)
    with pytest.raises(DeploymentError, match="give a version"):
        make_plan(program.load("greeting").env, copy_style="none")


def test_what_environments_include_goes_along(program: Program) -> None:
    program.write(
        "sub/report.py",
        'import flyte\nenv = flyte.TaskEnvironment("reports", include=("data/*.csv",))\n'
        "@env.task\ndef total() -> int: return 1\n",
    )
    program.write("sub/data/a.csv", "1")
    plan = make_plan(program.load("sub.report").env)
    assert plan.bundle is not None
    assert [file.name for file in plan.bundle.files] == ["sub/data/a.csv", "sub/report.py"]


def test_links_to_the_source_name_the_commit(program: Program) -> None:
    path = program.write("greeting.py", GREETING)
    git = GitStatus(True, True, "https://github.com/a/b", program.folder, "abc")  # noqa: FBT003 - is valid, is clean
    plan = make_plan(program.load("greeting").env, git=git)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith("@env.task"))
    assert plan.environments[0].spec.tasks[0].source_url == f"https://github.com/a/b/blob/abc/greeting.py#L{line}"


def test_dependencies_are_deployed_with_what_needs_them() -> None:
    deep = flyte.TaskEnvironment("deep")
    middle = flyte.TaskEnvironment("middle", depends_on=[deep])
    top = flyte.TaskEnvironment("top", depends_on=[middle, deep])
    assert [env.name for env in with_dependencies([top])] == ["top", "middle", "deep"]
    assert uncovered((deep, top)) == (top,)
    assert uncovered((top, deep, top)) == (top,)


def test_a_circle_of_dependencies_ends() -> None:
    one = flyte.TaskEnvironment("one")
    other = flyte.TaskEnvironment("other", depends_on=[one])
    one.depends_on.append(other)
    assert {env.name for env in with_dependencies([one])} == {"one", "other"}
    assert uncovered((one, other)) == (one,)


def test_two_environments_of_one_name_are_refused() -> None:
    twins = [flyte.TaskEnvironment("twin"), flyte.TaskEnvironment("twin")]
    with pytest.raises(ValueError, match="Duplicate environment name 'twin'"):
        with_dependencies([flyte.TaskEnvironment("top", depends_on=[*twins])])


def test_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="'env' cannot be deployed"):
        with_dependencies(["env"])  # type: ignore[list-item]


def test_too_many_tasks_in_one_environment_are_refused(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write("greeting.py", GREETING)
    monkeypatch.setattr(limits, "TASKS_PER_ENVIRONMENT", 0)
    with pytest.raises(DeploymentError, match="has 1 tasks, and one version holds 0"):
        make_plan(program.load("greeting").env)
