"""The dependency artifacts of all environments that are run or deployed together."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte.errors import DeploymentError

from ._artifact import ArtifactMaker
from ._cache import Cache
from ._recipe import recipe_of
from ._target import Target
from ._uv import run_uv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import IO

    from flyte._environment import Environment
    from flyte.protocol.api import Platform
    from flyte.protocol.tasks import ArtifactRef

    from ._artifact import DependencyArtifact
    from ._recipe import Recipe


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Artifacts by environment; environments without packages are not among them."""

    artifacts: Mapping[str, DependencyArtifact] = field(default_factory=dict)
    label: str = ""

    @property
    def refs(self) -> dict[str, ArtifactRef]:
        """What `TaskSpec.environment_dependencies` holds."""
        return {name: artifact.ref for name, artifact in self.artifacts.items()}

    def of(self, environment: str) -> dict[str, Any]:
        """The fields of `TaskSpec` about dependencies, for a task of that environment."""
        return {"dependencies": self.refs.get(environment), "environment_dependencies": self.refs}

    @property
    def openers(self) -> dict[str, Callable[[], IO[bytes]]]:
        """How to open the artifacts that have to be uploaded, by sha256; opening one shows what is in it."""
        return {artifact.ref.sha256: self._opener(artifact) for artifact in self.artifacts.values()}

    def _opener(self, artifact: DependencyArtifact) -> Callable[[], IO[bytes]]:
        sharing = [name for name, each in self.artifacts.items() if each.ref == artifact.ref]
        whose = f"environment{'s' if len(sharing) > 1 else ''} {', '.join(sharing)}"
        untold = [artifact.table(f"Packages of {whose} for {self.label}:")]

        def opened() -> IO[bytes]:
            while untold:  # a repeated upload says nothing new
                _tell(untold.pop())
            return artifact.open_zip()

        return opened


async def prepare(environments: Iterable[Environment], *, backend: bool = True) -> Dependencies:
    """Has the artifacts of environments made, for the platform of the configured backend.

    Args:
        environments: All that are run or deployed together.
        backend: Whether to ask the backend; without it images are only checked for what Lambda cannot do.

    Raises:
        DeploymentError: an image has what Lambda cannot have.
        InvalidPackageError: a package has no wheel for the backend's platform.
        ImageBuildError: packages cannot be had, or are too large.
    """
    recipes = [recipe_of(environment.name, environment.image) for environment in environments]
    _warn_of_unused(recipes)
    wanted = [recipe for recipe in recipes if not recipe.is_empty or recipe.python]
    if not wanted or not backend:
        return Dependencies()
    target = Target.of(await _platform())
    for recipe in wanted:
        for doubt in target.doubts(recipe):
            _tell(f"Warning: {doubt}")
    return await asyncio.to_thread(_make_all, wanted, target)


def _warn_of_unused(recipes: Iterable[Recipe]) -> None:
    for recipe in recipes:
        if recipe.unused_base:
            _tell(
                f"Warning: environment {recipe.environment} names the image {recipe.unused_base}, and tasks run in "
                "Lambda's own Python: name the packages that they need in with_pip_packages"
            )


def _make_all(recipes: Iterable[Recipe], target: Target) -> Dependencies:
    cache = Cache.of_user()
    maker = ArtifactMaker(cache, run_uv, _tell)
    made = {recipe.environment: maker.make(recipe, target) for recipe in recipes if not recipe.is_empty}
    artifacts = {name: artifact for name, artifact in made.items() if artifact is not None}
    cache.forget_old(in_use=len(artifacts))
    for name, artifact in artifacts.items():
        if artifact.differing:
            _tell(
                f"Warning: environment {name} asks for versions that the runner does not have, and what the runner has "
                f"loaded already it keeps: {', '.join(artifact.differing)}"
            )
    return Dependencies(artifacts, target.label)


async def _platform() -> Platform:
    from flyte.protocol.api import Health
    from flyte.remote._http import get_client, path_of

    health = await get_client().get(path_of("health"), Health)
    if health.platform is None:
        raise DeploymentError(
            "the backend does not tell its platform, so that no packages can be made for it: update its stack"
        )
    return health.platform


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
