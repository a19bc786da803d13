"""Resolves a recipe's requirements, all together, to exact versions that have wheels for the target."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import ImageBuildError, InvalidPackageError

from ._uv import UvError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._recipe import Recipe
    from ._target import Target
    from ._uv import Uv

NOT_PACKED = ("flyte", "flyte-lambda", "unionai-reuse")
"""The runner is made of it: another one beside it could only do harm."""

_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)")


@dataclass(frozen=True, slots=True)
class Lock:
    """Exact requirements, one a line, without what the runner brings in the same version."""

    text: str
    differing: tuple[str, ...] = ()
    """What is in another version than the runner's, as messages name it."""


def make_lock(recipe: Recipe, target: Target, uv: Uv) -> Lock:
    """Resolves a recipe.

    The runner's versions are preferred: only where the requirements contradict them are they let go.

    Raises:
        InvalidPackageError: a package has no wheel for the target.
        ImageBuildError: the requirements contradict each other, or the index cannot be reached.
    """
    with tempfile.TemporaryDirectory(prefix="flyte-lock-") as folder:
        sources = _write_sources(recipe, Path(folder), target, uv)
        arguments = ["pip", "compile", *sources, *compile_options(target), *recipe.options]
        constraints = Path(folder, "runner.txt")
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in target.runner_packages.items()))
        try:
            text = uv([*arguments, "--constraints", str(constraints)], Path(folder))
        except UvError as error:
            if not error.is_no_solution or not target.runner_packages or error.package_without_wheel:
                raise explained(error, recipe, target) from None
            text = _without_constraints(arguments, Path(folder), recipe, target, uv)
    return _reduced(text, target.runner_packages)


def compile_options(target: Target) -> list[str]:
    """Options of `uv pip compile` and `uv pip install`: wheels for the target and nothing that must be built."""
    where = ["--python-platform", target.uv_platform, "--python-version", target.python, "--python", sys.executable]
    return [*where, "--only-binary", ":all:"]


def explained(error: UvError, recipe: Recipe, target: Target) -> Exception:
    """What uv refused, in terms of the image."""
    package = error.package_without_wheel
    if package is not None:
        return InvalidPackageError(
            package,
            f"it has no wheel for {target.label}, and nothing is built for Lambda (environment {recipe.environment}). "
            "Ask for a version that has one, or for another package that does the same; or build a wheel for "
            f"{target.uv_platform} and name its file: with_pip_packages('./…whl'). uv said:\n{error.words}",
        )
    hint = "\nIs the package index reachable?" if error.is_of_the_network else ""
    return ImageBuildError(
        f"the packages of environment {recipe.environment} cannot be had for {target.label}; uv said:\n"
        f"{error.words}{hint}"
    )


def _without_constraints(arguments: list[str], folder: Path, recipe: Recipe, target: Target, uv: Uv) -> str:
    try:
        return uv(arguments, folder)
    except UvError as error:
        raise explained(error, recipe, target) from None


def _write_sources(recipe: Recipe, folder: Path, target: Target, uv: Uv) -> list[str]:
    """Files for `uv pip compile`, and options that leave out what is not packed."""
    named = folder / "requirements.in"
    named.write_text("".join(f"{each}\n" for each in recipe.requirements))
    left_out = folder / "not-packed.txt"
    left_out.write_text("".join(f"{each}\n" for each in NOT_PACKED))
    sources = [str(named), *map(str, recipe.files)]
    for number, project in enumerate(recipe.projects):
        exported = folder / f"project-{number}.txt"
        options = ["--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--no-header", "--no-annotate"]
        where = ["--python", sys.executable, "--project", str(project.pyproject.parent)]
        try:
            text = uv(["export", *options, *where, *project.arguments], folder)
        except UvError as error:
            raise explained(error, recipe, target) from None
        exported.write_text(text)
        sources.append(str(exported))
    return [*sources, "--excludes", str(left_out), "--no-header", "--no-annotate"]


def _reduced(text: str, runner_packages: Mapping[str, str]) -> Lock:
    kept: list[str] = []
    differing: list[str] = []
    for line in text.splitlines():
        pinned = _PINNED.match(line)
        if pinned is None:
            kept.append(line)
            continue
        name, version = pinned[1].lower().replace("_", "-"), pinned[2]
        brought = runner_packages.get(name)
        if brought == version:
            continue
        if brought is not None:
            differing.append(f"{name} {version} (the runner has {brought})")
        kept.append(line)
    return Lock("".join(f"{line}\n" for line in kept if line.strip()), tuple(differing))
