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

    def check(self, recipe: Recipe) -> None:
        """Checks that the Python that an image asks for is the backend's.

        What a script or project pins with `==` says which Python it was made with, and is no more than a doubt.

        Raises:
            DeploymentError: it is another one.
        """
        if recipe.python not in {None, self.python}:
            other = (
                f", or deploy the backend with PythonRuntime=python{recipe.python}" if recipe.python in PYTHONS else ""
            )
            raise DeploymentError(
                f"environment {recipe.environment}: its image asks for Python {recipe.python}, and the backend has "
                f"{self.python}: leave python_version out{other}"
            )
        for wanted in recipe.requires_python:
            if not _accepts(wanted, self.python) and not _is_pin(wanted):
                raise DeploymentError(
                    f"environment {recipe.environment}: requires-python is {wanted!r}, and the backend has Python "
                    f"{self.python}: widen it, or deploy the backend with another PythonRuntime"
                )

    def doubts(self, recipe: Recipe) -> list[str]:
        """What may go wrong with the backend's Python, though nothing forbids it."""
        others = [each for each in recipe.requires_python if not _accepts(each, self.python)]
        return [
            f"environment {recipe.environment}: requires-python is {each!r}, and its tasks run in Python {self.python}"
            for each in others
        ]


def _is_pin(wanted: str) -> bool:
    return all(each.strip().startswith("==") for each in wanted.split(","))


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
