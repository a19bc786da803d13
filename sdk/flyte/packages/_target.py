"""What packages are made for: the backend's platform in uv's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.api import Platform

    from ._recipe import Recipe

_GLIBC_MINORS = (17, 28, *range(31, 41))
"""Versions 2.x for which uv knows a platform. Source: `uv pip compile --help`, `--python-platform`."""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""What a backend can be deployed with. Source: the template's parameter `PythonRuntime`."""

_NEWEST_PATCH = 99
"""The backend tells no patch version: Lambda changes it any day, always to a newer one."""


@dataclass(frozen=True, slots=True)
class Target:
    """The backend, as far as packages are concerned."""

    python: str
    uv_platform: str
    label: str
    runner_packages: Mapping[str, str]
    """Pins of what the runner brings."""

    @classmethod
    def of(cls, platform: Platform) -> Target:
        """The target that is the backend's platform."""
        label = f"{platform.system} {platform.architecture}, Python {platform.python}"
        return cls(platform.python, _uv_platform(platform), label, platform.packages)

    def doubts(self, recipe: Recipe) -> list[str]:
        """What may go wrong because the backend has another Python than the image or its projects ask for.

        Only that: most code runs in the Pythons around its own, and packages are resolved for the backend's.

        Raises:
            DeploymentError: A project asks for something that is no version of Python.
        """
        asked = [] if recipe.python in {None, self.python} else [f"its image asks for Python {recipe.python}"]
        asked += [f"requires-python is {each!r}" for each in recipe.requires_python if not _accepts(each, self.python)]
        way_out = (
            f" (deploy the backend with PythonRuntime=python{recipe.python} to have that)"
            if recipe.python in PYTHONS
            else ""
        )
        return [
            f"environment {recipe.environment}: {each}, and its tasks run in the backend's Python {self.python}"
            + way_out
            for each in asked
        ]


def _accepts(wanted: str, python: str) -> bool:
    """Whether a specifier allows the Python, be it by its minor version alone: `==3.13`."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = SpecifierSet(wanted)
        return specifiers.contains(f"{python}.{_NEWEST_PATCH}") or specifiers.contains(python)
    except InvalidSpecifier:
        raise DeploymentError(
            f"requires-python {wanted!r} is no version specifier: write one such as '>=3.12'"
        ) from None


def _uv_platform(platform: Platform) -> str:
    machine = "aarch64" if platform.architecture == "arm64" else "x86_64"
    if platform.system == "darwin":
        return f"{machine}-apple-darwin"
    if not platform.glibc:
        return f"{machine}-unknown-linux-musl"
    minor = int(platform.glibc.split(".")[1])
    return f"{machine}-manylinux_2_{max((known for known in _GLIBC_MINORS if known <= minor), default=17)}"
