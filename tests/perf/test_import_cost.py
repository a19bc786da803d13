"""What importing costs, counted in modules: seconds depend on the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pydantic", "boto3", "botocore", "rich", "rich_click", "click", "yaml", "urllib3", "asyncio", "cloudpickle"}
DECLARING = "env = flyte.TaskEnvironment('e', resources=flyte.Resources(cpu=1)); task = env.task(lambda x: x)"


def modules_after(statements: str) -> set[str]:
    """The modules that the statements load in a fresh interpreter."""
    code = f"import sys\nbefore = set(sys.modules)\n{statements}\nprint(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def top_level(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_importing_flyte_loads_next_to_nothing():
    loaded = modules_after("import flyte")
    assert not top_level(loaded) & HEAVY
    assert sorted(name for name in loaded if name.startswith("flyte")) == ["flyte", "flyte._version"]


def test_declaring_tasks_loads_no_library():
    loaded = modules_after(f"import flyte\n{DECLARING}")
    assert not top_level(loaded) & HEAVY


def test_a_local_run_of_scalars_loads_neither_pydantic_nor_a_client():
    run = "flyte.with_runcontext(mode='local').run(env.task(shout), x='a')"
    shout = "def shout(x: str) -> str: return x.upper()"
    loaded = modules_after(f"import flyte\nenv = flyte.TaskEnvironment('e')\n{shout}\n{run}")
    assert not top_level(loaded) & (HEAVY - {"asyncio", "yaml"})


@pytest.mark.parametrize("module", ["functions.api.handler", "functions.recorder.handler"])
def test_functions_that_serve_load_no_pickles(module):
    statement = (
        "import os; os.environ.update(FLYTE_REGISTRY_TABLE='r', FLYTE_RUNS_TABLE='u', FLYTE_BUCKET='b', "
        f"AWS_DEFAULT_REGION='us-east-1'); import {module}"
    )
    assert "cloudpickle" not in top_level(modules_after(statement))


def test_what_a_runner_measures_with_is_a_small_part_of_its_start():
    metrics = modules_after("import functions.observability.ended_actions, functions.observability.metrics")
    powertools = {name for name in metrics if name.startswith("aws_lambda_powertools")}
    assert len(powertools) <= 45
    assert not {name for name in powertools if ".event_handler" in name}
    assert not top_level(metrics) & {"aws_xray_sdk", "cloudpickle"}
    supervisor = modules_after("import functions.runner.supervisor")
    assert len(powertools) * 10 < len(supervisor)
