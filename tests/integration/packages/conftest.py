"""A program whose environments bring packages of their own, and the folder that it is in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

PROGRAM = """
import os
from pathlib import Path

import flyte

image = flyte.Image.from_debian_base(name="numbers")
pure = flyte.TaskEnvironment(
    name="pure",
    image=image.with_pip_packages("six==1.17.0").with_source_folder("tables").with_env_vars({"UNIT": "kg"}),
    env_vars={"PLACE": "here"},
)
native = flyte.TaskEnvironment(
    name="native", image=image.with_requirements("requirements.txt"), depends_on=[pure]
)


@pure.task
async def plain(number: int) -> dict[str, str]:
    import six

    return {
        "six": six.__version__,
        "table": Path("tables/weights.csv").read_text().strip(),
        "env": os.environ["UNIT"] + os.environ["PLACE"],
        "number": str(number),
    }


@native.task
async def packed(number: int) -> list[int]:
    import msgpack._cmsgpack  # the part that is not Python

    assert msgpack.Packer is msgpack._cmsgpack.Packer
    return list(msgpack.packb({"n": number}))
"""


class Program:
    """A folder with a program, and the `flyte` command there."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment

    def flyte(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("flyte")), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False, timeout=120
        )

    def outputs(self, *arguments: str) -> Any:
        """The outputs of a run that succeeds."""
        done = self.flyte("-of", "json", "run", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["outputs"]["o0"]


@pytest.fixture
def program(devbox: Devbox, tmp_path: Path) -> Program:
    """The program, beside a file of requirements and a folder with data."""
    folder = tmp_path / "program"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "weights.csv").write_text("1,2\n")
    (folder / "weigh.py").write_text(PROGRAM)
    (folder / "requirements.txt").write_text("msgpack==1.2.4\n")
    return Program(folder, {**os.environ, "FLYTE_HOME": str(devbox.home), "FLYTECTL_CONFIG": str(devbox.config)})
