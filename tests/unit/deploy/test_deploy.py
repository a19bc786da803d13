from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import flyte
from flyte import _initialize, errors
from tests.fakes.programs import GREETING

if TYPE_CHECKING:
    from types import ModuleType

    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

DEPLOYMENTS = "/v1/projects/shop/domains/testing/deployments"


@pytest.fixture
def greeting(program: Program) -> ModuleType:
    program.write("greeting.py", GREETING)
    return program.load("greeting")


def test_a_deployment_is_summed_up_as_flyte_does(api: FakeApi, greeting: ModuleType) -> None:
    (deployment,) = flyte.deploy(greeting.env, version="v1")
    assert deployment.summary_repr() == (
        "Deployment(envs=[Deployment(env=[greeting_env], "
        "entities=[DeployedTask(name=greeting_env.greet, version=v1)])])"
    )
    assert deployment.env_repr() == [[("environment", "greeting_env"), ("image", "auto")]]
    assert deployment.table_repr() == [
        [("type", "task"), ("name", "greeting_env.greet"), ("version", "v1"), ("triggers", "")]
    ]
    assert deployment.envs["greeting_env"].get_name() == "greeting_env"
    assert deployment.envs["greeting_env"].deployed_entities[0].get_name() == "greeting_env.greet"


def test_an_unchanged_redeployment_is_one_call_without_bytes(api: FakeApi, greeting: ModuleType) -> None:
    (first,) = flyte.deploy(greeting.env)
    assert [method for method, _ in api.calls] == ["POST", "PUT", "POST"]
    api.calls.clear()
    (second,) = flyte.deploy(greeting.env)
    assert api.calls == [("POST", DEPLOYMENTS)]
    assert (first.envs["greeting_env"].created, second.envs["greeting_env"].created) == (True, False)


def test_a_version_with_other_content_is_refused(api: FakeApi, greeting: ModuleType) -> None:
    flyte.deploy(greeting.env, version="v1")
    greeting.greet.retries = flyte.RetryStrategy(count=3)
    with pytest.raises(errors.DeploymentError, match="greeting_env v1 is there with other content"):
        flyte.deploy(greeting.env, version="v1")


def test_environments_that_are_dependencies_are_no_deployment_of_their_own(api: FakeApi, greeting: ModuleType) -> None:
    top = flyte.TaskEnvironment("top", depends_on=[greeting.env])
    (deployment,) = flyte.deploy(greeting.env, top)
    assert sorted(deployment.envs) == ["greeting_env", "top"]
    assert [env["name"] for env in api.bodies[-1]["environments"]] == ["greeting_env", "top"]


def test_a_dry_run_asks_for_nothing(api: FakeApi, greeting: ModuleType) -> None:
    for deployments in (flyte.deploy(greeting.env, dry_run=True), flyte.deploy(greeting.env, dryrun=True)):
        (deployment,) = deployments
        assert deployment.envs["greeting_env"].created is None
        assert deployment.table_repr()[0][1] == ("name", "greeting_env.greet")
    assert api.calls == []


def test_a_dry_run_needs_no_backend(greeting: ModuleType) -> None:
    before = _initialize.get_init_state()
    _initialize.set_init_state(_initialize.InitState())
    try:
        assert len(flyte.deploy(greeting.env, dry_run=True)) == 1
        with pytest.raises(errors.InitializationError, match="no backend is configured"):
            flyte.deploy(greeting.env)
        _initialize.set_init_state(None)
        with pytest.raises(errors.InitializationError, match="not initialised"):
            flyte.deploy(greeting.env, dry_run=True)
    finally:
        _initialize.set_init_state(before)


def test_nothing_to_deploy_is_nothing(api: FakeApi) -> None:
    assert flyte.deploy() == []
    assert api.calls == []


def test_a_deployment_can_be_awaited(api: FakeApi, greeting: ModuleType) -> None:
    async def main() -> list[str]:
        return [name for deployment in await flyte.deploy.aio(greeting.env) for name in deployment.envs]

    assert asyncio.run(main()) == ["greeting_env"]


def test_a_notebooks_code_is_refused(api: FakeApi, greeting: ModuleType) -> None:
    with pytest.raises(NotImplementedError, match="put the tasks into a file"):
        flyte.deploy(greeting.env, interactive_mode=True)


@pytest.mark.parametrize("first", ["flyte._deploy", "flyte._deploy._plan", "flyte.remote._launch"])
def test_the_function_can_be_called_whatever_was_imported_before(first: str) -> None:
    program = (
        f"import flyte, {first}\n"
        "try: flyte.deploy(flyte.TaskEnvironment('e'))\n"
        "except flyte.errors.InitializationError: print('called', callable(flyte.deploy.aio))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "called True\n", done.stderr
