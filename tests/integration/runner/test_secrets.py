"""Secrets reach the task that asks for them, as variables and as files, and nothing that is kept or printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.protocol.tasks import SecretRef

if TYPE_CHECKING:
    from tests.integration.runner.conftest import Runner

MOUNT = "/etc/flyte/secrets"
PROGRAM = """
AT_IMPORT = os.environ.get("TOKEN")

@env.task
def t() -> list[str | None]:
    return [AT_IMPORT, os.environ.get("TOKEN")]

@env.task
def file() -> list[str]:
    folder = Path(os.environ["FLYTE_SECRETS_PATH"])
    path = folder / "team" / "cert"
    return [path.read_text(), oct(path.stat().st_mode)[-3:], oct(folder.stat().st_mode)[-3:]]
"""


def test_a_secret_is_a_variable_also_while_the_module_is_imported(runner: Runner) -> None:
    runner.secrets = {"token": "s3cret"}
    result = runner.invoke(runner.program(PROGRAM), secrets=(SecretRef(key="token", env_var="TOKEN"),))
    assert result.value == ["s3cret", "s3cret"]
    assert "s3cret" not in "".join(runner.log)
    assert "s3cret" not in result.action.spec.to_json()


def test_another_task_sees_nothing_of_it_and_a_new_value_is_seen(runner: Runner) -> None:
    runner.secrets = {"token": "old"}
    code, token = runner.program(PROGRAM), SecretRef(key="token", env_var="TOKEN")
    assert runner.invoke(code, secrets=(token,)).value == ["old", "old"]
    assert runner.invoke(code).value == [None, None]
    runner.secrets = {"token": "new"}
    assert runner.invoke(code, secrets=(token,)).value == ["new", "new"]


def test_the_variable_is_named_after_group_and_key(runner: Runner) -> None:
    runner.secrets = {"api-key": "x"}
    code = runner.program("""
        @env.task
        def t() -> str:
            return os.environ["TEAM_API_KEY"]
    """)
    assert runner.invoke(code, secrets=(SecretRef(key="api-key", group="team"),)).value == "x"


def test_a_mounted_secret_is_a_file_for_this_user_alone(runner: Runner) -> None:
    runner.secrets = {"cert": b"certificate"}
    secrets = (SecretRef(key="cert", group="team", mount=MOUNT),)
    result = runner.invoke(runner.program(PROGRAM), "file", secrets=secrets)
    assert result.value == ["certificate", "600", "700"]


@pytest.mark.parametrize(
    "body", ["{open}", "try:\n    {open}\nexcept OSError as error:\n    raise ValueError from error"]
)
@pytest.mark.parametrize("where", ["in the task", "at import"])
def test_a_task_that_looks_at_flytes_place_fails_with_the_place_that_is_here(
    runner: Runner, body: str, where: str
) -> None:
    runner.secrets = {"cert": b"certificate"}
    lines = body.replace("{open}", f"open({MOUNT + '/team/cert'!r}).read()").splitlines()
    task = ["", "@env.task", "def t() -> None:", *(f"    {line}" for line in lines)]
    program = "\n".join(task if where == "in the task" else [*lines, *task])
    result = runner.invoke(runner.program(program), secrets=(SecretRef(key="cert", group="team", mount=MOUNT),))
    assert "Secrets are not at /etc/flyte/secrets here: this task's lie below" in result.error.traceback
    assert "certificate" not in result.error.traceback


def test_files_are_gone_with_the_worker(runner: Runner) -> None:
    runner.secrets = {"cert": "certificate"}
    runner.invoke(runner.program(PROGRAM), "file", secrets=(SecretRef(key="cert", group="team", mount=MOUNT),))
    runner.workers.close()
    assert not list((runner.folder / "workers").rglob("cert"))


@pytest.mark.parametrize(("value", "code"), [(None, "SecretNotFound"), (b"\xff", "SecretNotText")])
def test_a_secret_that_cannot_be_given_fails_the_attempt_for_good(
    runner: Runner, value: bytes | None, code: str
) -> None:
    runner.secrets = {} if value is None else {"token": value}
    result = runner.invoke(runner.program(PROGRAM), secrets=(SecretRef(key="token"),), retries=3)
    assert result.outcome.status == "failed"
    assert (result.error.code, result.error.kind) == (code, "user")
    assert "token" in result.error.message
