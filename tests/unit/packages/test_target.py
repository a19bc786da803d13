from __future__ import annotations

import pytest

from flyte.errors import DeploymentError
from flyte.packages._recipe import Recipe
from flyte.packages._target import Target
from flyte.protocol.api import Platform


@pytest.mark.parametrize(
    ("architecture", "system", "glibc", "uv_platform"),
    [
        ("arm64", "linux", "2.34", "aarch64-manylinux_2_34"),
        ("x86_64", "linux", "2.26", "x86_64-manylinux_2_17"),
        ("x86_64", "linux", "2.36", "x86_64-manylinux_2_36"),
        ("x86_64", "linux", "2.99", "x86_64-manylinux_2_40"),
        ("arm64", "linux", "2.5", "aarch64-manylinux_2_17"),
        ("x86_64", "linux", "", "x86_64-unknown-linux-musl"),
        ("arm64", "darwin", "", "aarch64-apple-darwin"),
    ],
)
def test_a_platform_has_a_name_of_uvs(architecture: str, system: str, glibc: str, uv_platform: str) -> None:
    platform = Platform(architecture=architecture, python="3.13", system=system, glibc=glibc)
    assert Target.of(platform).uv_platform == uv_platform


TARGET = Target.of(Platform(architecture="arm64", python="3.13", glibc="2.34"))


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("e"),
        Recipe("e", python="3.13"),
        Recipe("e", requires_python=(">=3.11", "<4", "~=3.13.2", "==3.13", "==3.13.*")),
    ],
)
def test_a_python_that_the_backend_has_is_taken(recipe: Recipe) -> None:
    assert TARGET.doubts(recipe) == []


@pytest.mark.parametrize(
    ("recipe", "asked"),
    [
        (Recipe("e", requires_python=("==3.12.4",)), "requires-python is '==3.12.4'"),
        (Recipe("e", requires_python=(">=3.14",)), "requires-python is '>=3.14'"),
        (Recipe("e", python="3.12"), "its image asks for Python 3.12"),
        (Recipe("e", python="2.7"), "its image asks for Python 2.7"),
    ],
)
def test_another_python_is_told_and_the_backends_is_taken(recipe: Recipe, asked: str) -> None:
    (doubt,) = TARGET.doubts(recipe)
    assert doubt.startswith(f"environment e: {asked}, and its tasks run in the backend's Python 3.13")
    assert ("PythonRuntime=python3.12" in doubt) is (recipe.python == "3.12")


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(DeploymentError, match="'three' is no version specifier"):
        TARGET.doubts(Recipe("e", requires_python=("three",)))
