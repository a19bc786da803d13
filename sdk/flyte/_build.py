"""`flyte.build` and `flyte.build_images`: packages of environments, resolved and zipped before anything is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ._syncify import syncify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._environment import Environment
    from ._image import Image


@dataclass(frozen=True)
class ImageBuild:
    """A built image.

    Attributes:
        uri: The artifact of its packages, as `sha256:…`; None where it needs none.
        remote_run: Always None: images are built here.
    """

    uri: str | None
    remote_run: Any = None
    build_run: Any = None


@dataclass(frozen=True)
class ImageCache:
    """The images of environments.

    Attributes:
        image_lookup: Their artifacts by environment; environments without packages are not among them.
    """

    image_lookup: Mapping[str, str] = field(default_factory=dict)


@syncify
async def build_images(
    *envs: Environment,
    copy_style: Literal["loaded_modules", "all", "none", "custom"] = "loaded_modules",
    seed_cache: ImageCache | None = None,
) -> ImageCache:
    """Makes the artifacts of environments and of all that they depend on; deploying them then takes these.

    Args:
        envs: The environments.
        copy_style: Accepted: the artifacts hold packages, not the user's code.
        seed_cache: Accepted: what was made before is found by its content.

    Raises:
        DeploymentError: an image has what Lambda cannot have.
        InvalidPackageError: a package has no wheel for Lambda's platform.
        ImageBuildError: packages cannot be had, or are too large.
    """
    del copy_style, seed_cache
    from ._deploy._plan import with_dependencies
    from ._initialize import is_control_plane_available
    from .packages import prepare

    made = await prepare(with_dependencies(envs), backend=is_control_plane_available())
    return ImageCache({name: f"sha256:{artifact.ref.sha256}" for name, artifact in made.artifacts.items()})


@syncify
async def build(
    image: Image,
    dry_run: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    force: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    wait: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
) -> ImageBuild:
    """Makes the artifact of one image's packages.

    Args:
        image: The image.
        dry_run: Only check that Lambda can have it.
        force: Accepted: the same content gives the same artifact.
        wait: Accepted: it is made when this returns.

    Raises:
        DeploymentError: it has what Lambda cannot have.
        ImageBuildError: packages cannot be had, or are too large.
    """
    del force, wait
    from ._environment import TaskEnvironment
    from ._initialize import is_control_plane_available
    from .packages import prepare

    alone = TaskEnvironment(name="image", image=image)
    made = await prepare([alone], backend=not dry_run and is_control_plane_available())
    artifact = made.artifacts.get(alone.name)
    return ImageBuild(None if artifact is None else f"sha256:{artifact.ref.sha256}")
