from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import flyte
from flyte import _initialize
from flyte.errors import DeploymentError
from flyte.packages import _environments
from tests.fakes.uv import FakeUv

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

PROGRAM = """
    import flyte

    base = flyte.Image.from_debian_base(name="base").with_env_vars({"A": "image", "B": "image"})
    leaf = flyte.TaskEnvironment("leaf", image=base.with_pip_packages("six"))
    plain = flyte.TaskEnvironment("plain", depends_on=[leaf])
    top = flyte.TaskEnvironment(
        "top", image=base.with_pip_packages("msgpack"), depends_on=[plain], env_vars={"B": "task"}
    )


    @leaf.task
    def a(x: int) -> int:
        return x


    @plain.task
    def b(x: int) -> int:
        return x


    @top.task
    def c(x: int) -> int:
        return x
"""


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    fake = FakeUv()
    monkeypatch.setenv("FLYTE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(_environments, "run_uv", fake)
    return fake


@pytest.fixture
def module(program: Program) -> ModuleType:
    program.write("packaged.py", PROGRAM)
    return program.load("packaged")


def test_a_deployment_names_the_packages_of_all_its_environments(api: FakeApi, uv: FakeUv, module: ModuleType) -> None:
    flyte.deploy(module.top)
    specs = {name: next(iter(versions.values())) for name, versions in api.tasks.items()}
    all_of_them = specs["top.c"].environment_dependencies
    assert sorted(all_of_them) == ["leaf", "top"]
    assert specs["top.c"].dependencies == all_of_them["top"]
    assert specs["leaf.a"].dependencies == all_of_them["leaf"]
    assert specs["plain.b"].dependencies is None
    assert specs["plain.b"].environment_dependencies == all_of_them
    assert specs["top.c"].env_vars == {"A": "image", "B": "task"}
    assert specs["plain.b"].env_vars == {}


def test_packages_are_shown_before_they_are_uploaded_and_only_then(
    api: FakeApi, uv: FakeUv, module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    flyte.deploy(module.top)
    told = capsys.readouterr()
    assert told.out == ""
    assert "Resolving the packages of environment top for linux arm64, Python 3.13" in told.err
    assert told.err.count("Packages of environment") == 2
    assert "six 1.0" in told.err
    assert [method for method, _ in api.calls] == ["GET", "POST", "PUT", "PUT", "PUT", "POST"]
    api.calls.clear()
    uv.calls.clear()
    flyte.deploy(module.top)
    assert [method for method, _ in api.calls] == ["GET", "POST"]
    assert uv.calls == []
    assert capsys.readouterr().err == ""


def test_a_run_brings_its_packages(api: FakeApi, uv: FakeUv, module: ModuleType) -> None:
    run = flyte.run(module.c, x=1)
    spec = api.run_specs[run.name].spec
    assert spec is not None
    assert spec.dependencies == spec.environment_dependencies["top"]
    assert sorted(spec.environment_dependencies) == ["leaf", "top"]
    assert sum(method == "PUT" for method, _ in api.calls) == 3


def test_wrong_arguments_are_told_before_packages_are_looked_for(api: FakeApi, uv: FakeUv, module: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"top\.c"):
        flyte.run(module.c, y=1)
    assert uv.calls == []


def test_programs_without_packages_ask_for_no_platform(api: FakeApi, uv: FakeUv, module: ModuleType) -> None:
    flyte.deploy(flyte.TaskEnvironment("alone"))
    assert ("GET", "/v1/health") not in api.calls


def test_other_versions_than_the_runners_are_told(api: FakeApi, uv: FakeUv, capsys: pytest.CaptureFixture[str]) -> None:
    image = flyte.Image.from_debian_base(name="i").with_pip_packages("pydantic==2.10.0")
    flyte.deploy(flyte.TaskEnvironment("old", image=image))
    told = capsys.readouterr().err
    assert "Warning: environment old" in told
    assert "pydantic 2.10.0 (the runner has 2.14.3)" in told


def test_a_container_image_is_told_to_be_unused(api: FakeApi, uv: FakeUv, capsys: pytest.CaptureFixture[str]) -> None:
    flyte.deploy(flyte.TaskEnvironment("boxed", image="registry/image:1"))
    assert "environment boxed names the image registry/image:1" in capsys.readouterr().err


def test_another_python_than_the_backends_is_told(api: FakeApi, uv: FakeUv, capsys: pytest.CaptureFixture[str]) -> None:
    flyte.deploy(flyte.TaskEnvironment("old", image=flyte.Image.from_debian_base(python_version=(3, 11), name="i")))
    assert "asks for Python 3.11, and its tasks run in the backend's Python 3.13" in capsys.readouterr().err


def test_a_backend_that_does_not_tell_its_platform_must_be_updated(
    api: FakeApi, uv: FakeUv, module: ModuleType
) -> None:
    from tests.fakes.api import HEALTH, respond

    silent = HEALTH.model_copy(update={"platform": None})
    api.intercept = lambda request: respond(silent) if request.url.endswith("/health") else None
    with pytest.raises(DeploymentError, match="update its stack"):
        flyte.deploy(module.top)


def test_without_a_backend_a_dry_run_refuses_what_lambda_cannot_have(uv: FakeUv, module: ModuleType) -> None:
    before = _initialize.get_init_state()
    _initialize.set_init_state(_initialize.InitState())
    try:
        assert flyte.deploy(module.top, dry_run=True)
        assert uv.calls == []
        with pytest.raises(DeploymentError, match="with_apt_packages"):
            flyte.deploy(flyte.TaskEnvironment("apt", image=module.base.with_apt_packages("x")), dry_run=True)
    finally:
        _initialize.set_init_state(before)


def test_the_default_version_changes_with_packages_and_files_alone(api: FakeApi, uv: FakeUv, program: Program) -> None:
    program.write("listed.py", LISTED)
    program.write("requirements.txt", "six\n")
    program.write("tables/a.csv", "1\n")
    environment = program.load("listed").env

    def version() -> str:
        (deployment,) = flyte.deploy(environment, dry_run=True)
        return str(deployment.envs["listed"].deployed_entities[0].deployed_task.version)

    seen = [version()]
    for name, text in (("requirements.txt", "six==2.0\n"), ("tables/a.csv", "2\n")):
        program.write(name, text)
        seen.append(version())
    assert len(set(seen)) == 3
    program.write("requirements.txt", "six\n")
    program.write("tables/a.csv", "1\n")
    assert version() == seen[0]
    assert not any(method == "PUT" for method, _ in api.calls)
    assert uv.calls


LISTED = """
    import flyte

    image = flyte.Image.from_debian_base(name="i").with_requirements("requirements.txt").with_source_folder("tables")
    env = flyte.TaskEnvironment("listed", image=image)


    @env.task
    def a(x: int) -> int:
        return x
"""
