"""Packages for other platforms than this one, resolved here: what every layer makes of real packages."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

import flyte
from flyte.packages import recipe_of
from flyte.packages._artifact import ArtifactMaker
from flyte.packages._cache import Cache
from flyte.packages._target import Target
from flyte.packages._uv import run_uv
from flyte.protocol.api import Platform

if TYPE_CHECKING:
    from pathlib import Path

BASE = flyte.Image.from_debian_base(name="base")
SCRIPT = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["six==1.17.0"]\n# ///\n'
PROJECT = '[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n'
LOCK = """
version = 1
requires-python = ">=3.11"

[[package]]
name = "p"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "six" }]

[[package]]
name = "six"
version = "1.16.0"
source = { registry = "https://index.test/simple" }
"""


def names(folder: Path, image: flyte.Image, architecture: str = "arm64") -> list[str]:
    """Names of what is in the image's artifact for Lambda."""
    target = Target.of(Platform(architecture=architecture, python="3.13", glibc="2.34"))
    made = ArtifactMaker(Cache(folder), run_uv).make(recipe_of("env", image), target)
    assert made is not None
    with zipfile.ZipFile(made.path) as opened:
        return opened.namelist()


@pytest.mark.parametrize(("architecture", "machine"), [("arm64", "aarch64"), ("x86_64", "x86_64")])
def test_native_parts_are_those_of_lambda(tmp_path: Path, architecture: str, machine: str) -> None:
    found = names(tmp_path, BASE.with_pip_packages("msgpack==1.2.4"), architecture)
    assert f"msgpack/_cmsgpack.cpython-313-{machine}-linux-gnu.so" in found


def test_scripts_projects_and_wheels_bring_their_packages(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text(SCRIPT)
    assert "six-1.17.0.dist-info/METADATA" in names(tmp_path, flyte.Image.from_uv_script(tmp_path / "s.py", name="s"))
    project = tmp_path / "pyproject.toml"
    project.write_text(PROJECT)
    assert "six.py" in names(tmp_path, BASE.with_uv_project(project))
    (tmp_path / "uv.lock").write_text(LOCK)
    assert "six-1.16.0.dist-info/METADATA" in names(tmp_path, BASE.with_uv_project(project))
