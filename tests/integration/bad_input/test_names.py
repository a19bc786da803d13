"""Wrong names on the command line: each is told with the right one, where there is one near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.bad_input.conftest import GREETING, assert_refused
from tests.integration.new_user import unused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox


def test_the_name_of_an_environment_leads_to_its_variable(user: User) -> None:
    ended = user.flyte("deploy", "greeting.py", "greeting_env")
    assert_refused(
        ended, 2, "the environment named `greeting_env` is the variable `env`: flyte deploy greeting.py env\n"
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["run", "greeting.py", "gret", "--message", "x"], "'greet'"),
        (["run", "greeting.py", "greeting_env.greet", "--message", "x"], "flyte run greeting.py greet"),
        (["run", "greetings.py", "greet", "--message", "x"], "'greeting.py'"),
        (["deploy", "greetin.py", "env"], "'greeting.py'"),
        (["deploy", "greeting.py", "evn"], "'env'"),
        (["run", "greeting.py", "greet", "--mesage", "x"], "'--message'"),
        (["run", "--nmae", "x", "greeting.py", "greet", "--message", "x"], "'--name'"),
        (["run", "deployd-task", "greeting_env.greet", "--message", "x"], "'deployed-task'"),
        (["rnu", "greeting.py", "greet"], "'run'"),
        (["get", "taks"], "'task'"),
        (["run", "-p", "flytesnack", "greeting.py", "greet", "--message", "x"], "'flytesnacks'"),
        (["deploy", "-p", "flytesnack", "greeting.py", "env"], "'flytesnacks'"),
        (["get", "run", "-p", "flytesnack"], "'flytesnacks'"),
        (["run", "-d", "prodution", "greeting.py", "greet", "--message", "x"], "production"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_a_name_that_is_nearly_right_is_told_the_right_one(user: User, given: list[str], meant: str) -> None:
    assert_refused(user.flyte(*given), 2, meant)


@pytest.fixture
def environment(user: User) -> str:
    """The name of a deployed environment with the task `greet`, in the versions `first` and `second`."""
    name = unused("names")
    user.write("mine.py", GREETING.replace("greeting_env", name))
    for version in ("first", "second"):
        assert user.flyte("deploy", "--version", version, "mine.py", "env").code == 0
    return name


def test_deployed_names_that_are_nearly_right(user: User, environment: str) -> None:
    for given, meant in [
        ([f"{environment}.gret"], f"'{environment}.greet'"),
        ([f"{environment}x.greet"], f"'{environment}.greet'"),
        ([f"{environment}.greet:secnd"], "'second'"),
        ([f"{environment}.greet:Second"], "'second'"),
        ([f"{environment}.greet", "--mesage", "x"], "'--message'"),
    ]:
        assert_refused(user.flyte("run", "deployed-task", *given), 2, meant)
    assert_refused(user.flyte("get", "task", f"{environment}.gret"), 2, f"'{environment}.greet'")
    assert_refused(user.flyte("get", "task", f"{environment}.greet", "secnd"), 2, "'second'")


@pytest.mark.parametrize(
    ("verb", "run"),
    [
        (["get", "run"], "no-such-run"),
        (["get", "run"], "../../etc"),
        (["get", "logs"], "ü ö"),
        (["get", "io"], ""),
        (["get", "action"], "no-such-run"),
        (["abort", "run"], "a\nb"),
    ],
)
def test_a_run_that_is_not_there(user: User, verb: list[str], run: str) -> None:
    assert_refused(user.flyte(*verb, run), 2, "run")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (["run", "--name", "not a name!", "greeting.py", "greet", "--message", "x"], "not a name!"),
        (["run", "--name", "n" * 41, "greeting.py", "greet", "--message", "x"], "40"),
        (["run", "--version", "not a version", "greeting.py", "greet", "--message", "x"], "not a version"),
        (["deploy", "--version", "not a version", "greeting.py", "env"], "not a version"),
        (["run", "-p", "a/b", "greeting.py", "greet", "--message", "x"], "a/b"),
        (["run", "deployed-task", "a/b.c"], "a/b.c"),
        (["get", "task", "x/y"], "x/y"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_a_name_that_cannot_be_one_is_refused_in_words(user: User, given: list[str], what: str) -> None:
    assert_refused(user.flyte(*given), 2, what)


def test_no_version_is_the_one_that_follows_from_the_content(user: User) -> None:
    versions = {
        row["version"]
        for given in ([], ["--version", ""])
        for row in user.flyte("-of", "json", "deploy", *given, "--dry-run", "greeting.py", "env").document["tasks"]
    }
    assert len(versions) == 1
    assert len(versions.pop()) == 16
