"""Each check of `flyte doctor`, sound and failing; and what the command makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ProfileNotFound

from flyte._version import __version__
from flyte.config import Config, PlatformConfig
from flyte.protocol.api import Platform, Quotas, RunPage
from flyte_cli.doctor import backend, machine
from flyte_cli.settings import Settings
from tests.fakes.api import HEALTH, FakeApi, problem, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Request, Response

SOUND = HEALTH.model_copy(update={"version": __version__, "runner_memory_mb": (512, 10_240)})
REMOTE = Config(platform=PlatformConfig(endpoint="https://abc.execute-api.eu-west-1.amazonaws.com"))


ENOUGH, NO_RUNS = Quotas(concurrent_executions=1000), RunPage(runs=())


def answers(health: Any = SOUND, quotas: Any = ENOUGH, runs: Any = NO_RUNS) -> Any:
    """What the backend says, by path."""

    def answer(request: Request) -> Response:
        found = health if "health" in request.url else quotas if "quotas" in request.url else runs
        if isinstance(found, int):
            return problem(found, "ProjectNotFound", "there is no project 'shop'")
        told = found.model_copy(update={"now": datetime.now(UTC)}) if found is SOUND else found
        return respond(told)

    return answer


@pytest.fixture
def sound(api: FakeApi) -> FakeApi:
    api.intercept = answers()
    return api


def test_a_sound_machine_and_backend_are_told_and_end_with_0(flyte: Flyte, sound: FakeApi) -> None:
    ended = flyte("doctor")
    assert ended.code == 0, ended.stdout
    assert ended.stdout.endswith("Nothing is wrong.\n")
    told = document(flyte("-of", "json", "doctor"))
    assert told["healthy"] is True
    names = {check["check"] for check in told["checks"]}
    assert {"distributions", "python", "uv", "configuration", "credentials", "endpoint", "clock", "versions"} <= names
    assert {"project", "concurrency", "memory"} <= names
    assert all(check["fix"] for check in told["checks"] if check["verdict"] in {"wrong", "warning"})


def test_what_is_wrong_ends_with_1_and_says_how_to_mend_it(flyte: Flyte, api: FakeApi) -> None:
    api.intercept = answers(runs=404)
    ended = flyte("doctor")
    assert ended.code == 1
    assert "WRONG  project" in ended.stdout
    assert "flyte create project" in ended.stdout
    assert "1 thing is wrong." in ended.stdout
    told = document(flyte("-of", "json", "doctor"))
    assert told["healthy"] is False


def test_a_backend_that_does_not_answer_is_wrong_and_the_rest_is_skipped(flyte: Flyte, api: FakeApi) -> None:
    api.intercept = lambda _: respond(SOUND, 418)
    told = {check["check"]: check for check in document(flyte("-of", "json", "doctor"))["checks"]}
    assert told["endpoint"]["verdict"] == "wrong"
    assert told["endpoint"]["fix"]
    assert {told[name]["verdict"] for name in ("clock", "versions", "project", "concurrency")} == {"skipped"}


def test_without_a_backend_it_is_a_warning(flyte: Flyte) -> None:
    ended = flyte("doctor")
    assert ended.code == 0
    assert "flyte start devbox" in ended.stdout


def test_both_distributions_are_too_many(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    (packages / "flyte-2.0.1.dist-info").mkdir(parents=True)
    found = machine.distributions((str(packages),))
    assert (found.verdict, "2.0.1" in found.found) == ("wrong", True)
    assert "pip uninstall" in found.fix


def test_another_python_than_the_backends_is_a_warning() -> None:
    there = Platform(architecture="arm64", python="3.13")
    assert machine.python(there, (3, 13)).verdict == "ok"
    assert machine.python(None, (3, 12)).verdict == "ok"
    found = machine.python(there, (3, 11))
    assert found.verdict == "warning"
    assert "3.13" in found.fix


def test_a_missing_uv_is_wrong() -> None:
    def missing() -> str:
        raise FileNotFoundError

    assert machine.uv(lambda: "/bin/uv").found == "/bin/uv"
    assert (machine.uv(missing).verdict, machine.uv(missing).fix) == ("wrong", "pip install uv")


def test_a_configuration_that_cannot_be_read_is_wrong(folder: Path) -> None:
    (folder / "config.yaml").write_text("admin: [")
    found, config = machine.configuration(Settings())
    assert (found.verdict, config) == ("wrong", None)
    assert "config.yaml" in found.found


def test_each_value_tells_what_set_it_and_files_that_are_not_read_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "config.yaml").write_text("admin: {endpoint: https://file.test, region: eu-west-1}\ntask: {domain: a}\n")
    (folder / ".flyte").mkdir()
    (folder / ".flyte" / "config.yaml").write_text("{}")
    monkeypatch.setenv("FLYTE_TASK_DOMAIN", "staging")
    settings = Settings(endpoint="https://option.test")
    found, config = machine.configuration(settings)
    assert found.verdict == "ok"
    assert "not read: .flyte/config.yaml" in found.found
    assert config is not None
    values = {each.check: each.found for each in machine.values(settings, config)}
    assert values["admin.endpoint"] == "https://option.test  (the option --endpoint)"
    assert values["admin.region"] == "eu-west-1  (config.yaml)"
    assert values["task.domain"] == "staging  (the variable FLYTE_TASK_DOMAIN)"


class FakeSession:
    """AWS's session with credentials, and an STS that answers, or does not."""

    def __init__(self, answer: str | Exception, *, has_credentials: bool = True) -> None:
        self.answer = answer
        self.has_credentials = has_credentials

    def __call__(self, profile: str | None = None) -> FakeSession:
        if isinstance(self.answer, ProfileNotFound):
            raise self.answer
        return self

    def get_credentials(self) -> object | None:
        return object() if self.has_credentials else None

    def get_config_variable(self, _name: str) -> None:
        return None

    def create_client(self, _service: str, **_: Any) -> FakeSession:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"Arn": self.answer}


EXPIRED = ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "GetCallerIdentity")


@pytest.mark.parametrize(
    ("session", "verdict", "part"),
    [
        (FakeSession("arn:aws:iam::1:user/ana"), "ok", "user/ana"),
        (FakeSession("", has_credentials=False), "wrong", "none were found"),
        (FakeSession(EXPIRED), "wrong", "expired"),
        (FakeSession(ProfileNotFound(profile="work")), "wrong", "work"),
    ],
)
def test_credentials_are_there_and_accepted(
    monkeypatch: pytest.MonkeyPatch, session: FakeSession, verdict: str, part: str
) -> None:
    monkeypatch.setattr("botocore.session.Session", session)
    found = machine.credentials(REMOTE, is_loopback=False)
    assert (found.verdict, part in found.found) == (verdict, True)
    assert bool(found.fix) == (verdict == "wrong")


@pytest.mark.parametrize(("there", "verdict"), [("0.1.0", "ok"), ("0.1.7", "warning"), ("0.2.0", "wrong")])
def test_client_and_stack_are_of_one_version(there: str, verdict: str) -> None:
    found = backend.versions(SOUND.model_copy(update={"version": there}), "0.1.0")
    assert found.verdict == verdict
    assert (f"flyte-lambda=={there}" in found.fix) == (verdict != "ok")


@pytest.mark.parametrize(("seconds", "verdict"), [(1, "ok"), (-60, "warning"), (60, "warning"), (400, "wrong")])
def test_a_clock_that_is_off_is_told_before_aws_refuses_it(seconds: int, verdict: str) -> None:
    health = SOUND.model_copy(update={"now": datetime.now(UTC)})
    found = backend.clock(health, timedelta(seconds=seconds))
    assert found.verdict == verdict
    assert ("time server" in found.fix) == (verdict != "ok")


@pytest.mark.parametrize(
    ("quotas", "verdict"),
    [
        (Quotas(concurrent_executions=1000), "ok"),
        (Quotas(concurrent_executions=1000, unreserved_concurrent_executions=10), "warning"),
        (Quotas(), "skipped"),
        (500, "skipped"),
    ],
)
def test_a_new_accounts_concurrency_is_a_warning(
    flyte: Flyte, api: FakeApi, monkeypatch: pytest.MonkeyPatch, quotas: Quotas | int, verdict: str
) -> None:
    monkeypatch.setattr(backend, "is_local", lambda _config: False)
    monkeypatch.setattr("botocore.session.Session", FakeSession("arn:aws:iam::1:user/ana"))
    api.intercept = answers(quotas=quotas)
    told = {check["check"]: check for check in document(flyte("-of", "json", "doctor"))["checks"]}
    assert told["concurrency"]["verdict"] == verdict
    assert ("Service Quotas" in told["concurrency"]["fix"]) == (verdict == "warning")


def test_a_devboxs_concurrency_is_as_it_is(flyte: Flyte, api: FakeApi) -> None:
    api.intercept = answers(quotas=Quotas(concurrent_executions=10))
    told = {check["check"]: check for check in document(flyte("-of", "json", "doctor"))["checks"]}
    assert told["concurrency"]["verdict"] == "ok"
