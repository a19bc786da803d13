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
    TARGET.check(recipe)
    assert TARGET.doubts(recipe) == []


@pytest.mark.parametrize("pin", ["==3.12", "==3.12.*", "==3.12.4"])
def test_a_script_that_was_made_with_another_python_is_told_and_taken(pin: str) -> None:
    recipe = Recipe("e", requires_python=(pin,))
    TARGET.check(recipe)
    assert TARGET.doubts(recipe) == [f"environment e: requires-python is {pin!r}, and its tasks run in Python 3.13"]


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        (Recipe("e", python="3.12"), "environment e: its image asks for Python 3.12, and the backend has 3.13"),
        (Recipe("e", requires_python=(">=3.14",)), "environment e: requires-python is '>=3.14'"),
        (Recipe("e", requires_python=("three",)), "'three' is no version specifier"),
    ],
)
def test_another_python_is_refused(recipe: Recipe, why: str) -> None:
    with pytest.raises(DeploymentError, match=why):
        TARGET.check(recipe)
