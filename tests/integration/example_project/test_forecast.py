"""The project below `examples/forecast`: deployed and run as its README says, and built for both processors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte.packages import recipe_of
from flyte.packages._artifact import ArtifactMaker
from flyte.packages._cache import Cache
from flyte.packages._target import Target
from flyte.packages._uv import run_uv
from flyte.protocol.api import Platform
from tests.fakes.programs import made_in

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("packages")

EXAMPLE = Path(__file__).parents[3] / "examples" / "forecast"
Flyte = Callable[..., subprocess.CompletedProcess[str]]
MACHINES = {"arm64": ("aarch64", 183), "x86_64": ("x86_64", 62)}
"""Names in wheels' tags, and numbers in the headers of what is compiled. Source: elf.h, `e_machine`."""


@pytest.fixture
def flyte(devbox: Devbox, tmp_path: Path) -> Flyte:
    """The `flyte` command in a copy of the project."""
    project = shutil.copytree(EXAMPLE, tmp_path / "forecast")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("flyte")), *arguments]
        return subprocess.run(
            command, cwd=project, env=devbox.environment, capture_output=True, text=True, check=False, timeout=120
        )

    return run


@pytest.mark.devbox
def test_both_environments_are_deployed_and_run(flyte: Flyte) -> None:
    deployed = flyte("deploy", "--root-dir", "src", "--copy-style", "all", "--recursive", "src")
    assert deployed.returncode == 0, deployed.stderr
    assert "trend.tomorrow" in deployed.stdout
    assert "readings.at_sea_level" in deployed.stdout
    assert _output(flyte("-of", "json", "run", "deployed-task", "trend.tomorrow", "--station", "south")) == 13.23
    ready = ("deployed-task", "readings.at_sea_level", "--station", "south", "--celsius", "[1, 2]")
    assert _output(flyte("-of", "json", "run", *ready)) == [1.23, 2.23]


@pytest.mark.devbox
def test_the_code_as_it_is_runs_without_a_deployment(flyte: Flyte) -> None:
    done = flyte("-of", "json", "run", "--root-dir", "src", "src/forecast/trend.py", "tomorrow")
    assert _output(done) == 14.37


def test_what_is_ignored_stays_and_data_go_along(tmp_path: Path) -> None:
    from flyte._deploy import make_plan

    shutil.copytree(EXAMPLE / "src", tmp_path / "src")
    with made_in(tmp_path / "src") as program:
        plan = make_plan(program.load("forecast.trend").env, copy_style="all", root_dir=program.folder)
    assert plan.bundle is not None
    assert [file.name for file in plan.bundle.files] == [
        ".flyteignore",
        *(f"forecast/{name}" for name in ("__init__.py", "packages.py", "readings.py", "stations.json", "trend.py")),
    ]
    assert [planned.environment.name for planned in plan.environments] == ["trend", "readings"]


@pytest.mark.parametrize("architecture", MACHINES)
def test_its_packages_are_built_for_both_processors(tmp_path: Path, architecture: str) -> None:
    machine, number = MACHINES[architecture]
    with made_in(tmp_path / "src") as program:
        shutil.copytree(EXAMPLE / "src" / "forecast", program.folder / "forecast")
        image = program.load("forecast.packages").image
    target = Target.of(Platform(architecture=architecture, python="3.13", glibc="2.34"))
    made = ArtifactMaker(Cache(tmp_path / "cache"), run_uv).make(recipe_of("trend", image), target)
    assert made is not None
    assert {package.name for package in made.packages} == {"numpy", "orjson"}
    with zipfile.ZipFile(made.path) as opened:
        wheels = [opened.read(name).decode() for name in opened.namelist() if name.endswith(".dist-info/WHEEL")]
        compiled = [name for name in opened.namelist() if ".so" in Path(name).suffixes]
        numbers = {int.from_bytes(opened.read(name)[18:20], "little") for name in compiled}
    tags = [line.split()[1] for wheel in wheels for line in wheel.splitlines() if line.startswith("Tag:")]
    assert tags
    assert all(tag.startswith("cp313-cp313-manylinux") and tag.endswith(machine) for tag in tags), tags
    assert {name.split("/")[0] for name in compiled} >= {"numpy", "orjson"}
    assert numbers == {number}


def _output(done: subprocess.CompletedProcess[str]) -> object:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["outputs"]["o0"]
