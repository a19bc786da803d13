"""What an image asks for, read from its layers and the files they name. What Lambda cannot have is refused here."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte._image import (
    EnvVars,
    Image,
    PipPackages,
    Requirements,
    SourceFile,
    SourceFolder,
    UvProject,
    UvScript,
)
from flyte.errors import DeploymentError

from ._files import digest_of_wheel, fingerprint_of_requirements, locked_project, project_dependencies, script_header
from ._sources import Copied, files_of_layer

if TYPE_CHECKING:
    from pathlib import Path

    from ._files import LockedProject


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes into an environment's artifact.

    Its `fingerprint` is the same wherever the layers and the contents of all files named are the same.
    """

    environment: str
    requirements: tuple[str, ...] = ()
    """As pip writes them."""
    files: tuple[Path, ...] = ()
    """Files of requirements."""
    projects: tuple[LockedProject, ...] = ()
    built: tuple[Path, ...] = ()
    """Folders of projects that are to be built and installed themselves."""
    options: tuple[str, ...] = ()
    """Of uv: indexes, and what the user added."""
    python: str | None = None
    """The version that was asked for: `3.13`."""
    requires_python: tuple[str, ...] = ()
    """What scripts and projects say about it: `>=3.12`."""
    copied: tuple[Copied, ...] = ()
    unused_base: str | None = None
    """A container image that was named, and that Lambda does not use."""

    @property
    def has_packages(self) -> bool:
        """Whether there is something to install."""
        return bool(self.requirements or self.files or self.projects or self.built)

    @property
    def is_empty(self) -> bool:
        """Whether it needs no artifact."""
        return not self.has_packages and not self.copied

    @property
    def fingerprint(self) -> list[str]:
        """All that decides over the packages, as texts."""
        return [
            *self.requirements,
            *(digest_of_wheel(each) for each in self.requirements if each.endswith(".whl")),
            *(fingerprint_of_requirements(path) for path in self.files),
            *(project.fingerprint for project in self.projects),
            *self.options,
        ]


def recipe_of(environment: str, image: str | Image | None) -> Recipe:
    """Reads what an environment's image asks for.

    Args:
        environment: Its name, for messages.
        image: The image; a text is an address or a name, and brings no packages here.

    Raises:
        DeploymentError: a layer is one that Lambda cannot have, or names a file that is not there.
    """
    if not isinstance(image, Image):
        return Recipe(environment, unused_base=None if image == "auto" else image)
    _refuse(environment, image)
    try:
        return _read(environment, image)
    except (OSError, ValueError) as error:
        raise DeploymentError(f"environment {environment}: {error}") from error


def env_vars_of(image: str | Image | None) -> dict[str, str]:
    """Environment variables that an image sets; later ones win."""
    layers = image.layers if isinstance(image, Image) else ()
    return {key: value for layer in layers if isinstance(layer, EnvVars) for key, value in layer.env_vars}


def _refuse(environment: str, image: Image) -> None:
    if image.unsupported:
        listed = ", ".join(image.unsupported)
        raise DeploymentError(
            f"environment {environment}: Lambda has no {listed}; nothing builds containers there. Name Python packages "
            "with wheels in with_pip_packages instead, and files in with_source_folder"
        )


def _read(environment: str, image: Image) -> Recipe:
    image.validate()
    requirements: list[str] = []
    files: list[Path] = []
    projects: list[LockedProject] = []
    built: list[Path] = []
    copied: list[Copied] = []
    requires_python: list[str] = []
    options: list[str] = []
    for layer in image.layers:
        match layer:
            case PipPackages():
                requirements += (_with_absolute_path(each) for each in layer.packages)
            case Requirements():
                files.append(layer.file.resolve())
            case UvScript():
                header = script_header(layer.script)
                requirements += header.dependencies
                requires_python += header.requires_python
                options += header.options
            case UvProject():
                project = locked_project(layer)
                declared = project_dependencies(layer.pyproject)
                requires_python += declared.requires_python
                options += declared.options
                if layer.install_project:
                    built.append(layer.pyproject.resolve().parent)
                if project is None:
                    requirements += declared.dependencies
                else:
                    projects.append(project)
            case SourceFolder() | SourceFile():
                copied += files_of_layer(layer)
            case _:
                continue
    return Recipe(
        environment=environment,
        requirements=tuple(requirements),
        files=tuple(files),
        projects=tuple(projects),
        built=tuple(built),
        options=(*options, *_options(image)),
        python=".".join(map(str, image.python_version[:2])) if image.python_chosen else None,
        requires_python=tuple(requires_python),
        copied=tuple({each.name: each for each in copied}.values()),
        unused_base=image.base_image,
    )


def _with_absolute_path(requirement: str) -> str:
    """A wheel of the user's is named from the current folder, and uv runs in another."""
    from pathlib import Path

    path = Path(requirement)
    return str(path.resolve()) if requirement.endswith(".whl") and path.is_file() else requirement


def _options(image: Image) -> tuple[str, ...]:
    """The options of all layers: their packages are resolved together, so that they fit each other.

    Raises:
        ValueError: two layers name different indexes.
    """
    indexes: dict[str, None] = {}
    ours: dict[str, None] = {}
    theirs: list[str] = []
    for layer in image.layers:
        if not isinstance(layer, PipPackages | Requirements | UvScript | UvProject):
            continue
        if layer.index_url:
            indexes[layer.index_url] = None
        ours |= dict.fromkeys(f"--extra-index-url={url}" for url in layer.extra_index_urls)
        ours |= {"--prerelease=allow": None} if layer.pre else {}
        if not isinstance(layer, UvProject):  # those of a project are of `uv export`
            theirs += shlex.split(layer.extra_args or "")
    if len(indexes) > 1:
        raise ValueError(
            f"layers name different index_urls ({', '.join(indexes)}): give one, others as extra_index_urls"
        )
    return (*(f"--default-index={url}" for url in indexes), *ours, *theirs)
