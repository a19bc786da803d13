"""What a task's environment is made of, as Flyte's image builder says it.

There are no container images here. Packages become a dependency artifact for Lambda; what Lambda cannot do (system
packages, Dockerfiles, commands) is kept, and refused by name when the environment is deployed.
"""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ._expect import expect_texts


@dataclass(frozen=True)
class PipPackages:
    """Requirements as pip writes them."""

    packages: tuple[str, ...]
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    pre: bool = False
    extra_args: str | None = None


@dataclass(frozen=True)
class Requirements:
    """A requirements file."""

    file: Path
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    pre: bool = False
    extra_args: str | None = None


@dataclass(frozen=True)
class UvProject:
    """A project with pyproject.toml and uv.lock."""

    pyproject: Path
    lock: Path | None
    install_project: bool = False
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    pre: bool = False
    extra_args: str | None = None


@dataclass(frozen=True)
class UvScript:
    """A script whose header names its dependencies."""

    script: Path
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    pre: bool = False
    extra_args: str | None = None


@dataclass(frozen=True)
class SourceFolder:
    """A folder that is copied beside the code."""

    src: Path
    dst: str = "."
    copy_contents_only: bool = False


@dataclass(frozen=True)
class SourceFile:
    """A file that is copied beside the code."""

    src: Path
    dst: str = "."


@dataclass(frozen=True)
class EnvVars:
    """Environment variables."""

    env_vars: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Unsupported:
    """A layer that Lambda cannot have; `what` is how the user wrote it."""

    what: str


Layer = PipPackages | Requirements | UvProject | UvScript | SourceFolder | SourceFile | EnvVars | Unsupported


@dataclass(frozen=True)
class Image:
    """An immutable description; every `with_…` gives a new one. Made by `from_debian_base` and its likes."""

    base_image: str | None = None
    python_version: tuple[int, int] = sys.version_info[:2]
    python_chosen: bool = False
    """Whether `python_version` was given; otherwise tasks run in the backend's Python, whatever runs here."""
    name: str | None = None
    registry: str | None = None
    platform: tuple[str, ...] = ("linux/amd64",)
    dockerfile: Path | None = None
    extendable: bool = True
    layers: tuple[Layer, ...] = ()

    @classmethod
    def from_debian_base(
        cls,
        python_version: tuple[int, int] | None = None,
        flyte_version: str | None = None,
        install_flyte: bool = True,
        registry: str | None = None,
        registry_secret: Any = None,
        name: str | None = None,
        platform: tuple[str, ...] | None = None,
    ) -> Image:
        """The usual start: Python and nothing else. Such an image needs a name before layers are added to it."""
        _check_python(python_version)
        return cls(
            python_version=python_version or sys.version_info[:2],
            python_chosen=python_version is not None,
            registry=registry,
            name=name,
            platform=platform or ("linux/amd64",),
            extendable=name is not None,
        )

    @classmethod
    def from_base(cls, image_uri: str) -> Image:
        """An image by its address. Lambda zips have no base: only the packages added to it count."""
        return cls(base_image=image_uri, extendable=False)

    @classmethod
    def from_ref_name(cls, name: str = "default") -> Image:
        """An image that the configuration names."""
        return cls(name=name, extendable=False)

    @classmethod
    def from_dockerfile(cls, file: Path | str, registry: str, name: str, platform: Any = None) -> Image:
        """A Dockerfile: refused when deployed, since nothing here builds containers."""
        made = cls(dockerfile=Path(file), registry=registry, name=name, extendable=False)
        return made if platform is None else replace(made, platform=_platforms(platform))

    @classmethod
    def from_uv_script(
        cls,
        script: Path | str,
        *,
        name: str,
        registry: str | None = None,
        registry_secret: Any = None,
        python_version: tuple[int, int] | None = None,
        index_url: str | None = None,
        extra_index_urls: Any = None,
        pre: bool = False,
        extra_args: str | None = None,
        platform: tuple[str, ...] | None = None,
        secret_mounts: Any = None,
    ) -> Image:
        """A script with a PEP 723 header: its dependencies and Python version."""
        made = cls.from_debian_base(python_version=python_version, registry=registry, name=name, platform=platform)
        return made._with(UvScript(Path(script), index_url, _texts(extra_index_urls), pre, extra_args))

    @classmethod
    def from_pixi_script(cls, script: Path | str, *, name: str, **_options: Any) -> Image:
        """A pixi script: refused when deployed."""
        return cls(name=name)._with(Unsupported(f"from_pixi_script({str(script)!r})"))

    # -- layers ----------------------------------------------------------------------------------------------------

    def clone(
        self,
        registry: str | None = None,
        registry_secret: Any = None,
        name: str | None = None,
        base_image: str | None = None,
        python_version: tuple[int, int] | None = None,
        addl_layer: Layer | None = None,
        extendable: bool | None = None,
        platform: Any = None,
    ) -> Image:
        """A copy with some things changed."""
        _check_python(python_version)
        made = replace(
            self,
            registry=registry or self.registry,
            name=name or self.name,
            base_image=base_image or self.base_image,
            python_version=python_version or self.python_version,
            python_chosen=python_version is not None or self.python_chosen,
            extendable=True if extendable is None else extendable,
            platform=self.platform if platform is None else _platforms(platform),
        )
        return made if addl_layer is None else made._with(addl_layer)

    def _with(self, layer: Layer) -> Image:
        return replace(self, layers=(*self.layers, layer), extendable=True)

    def with_pip_packages(
        self,
        *packages: str,
        index_url: str | None = None,
        extra_index_urls: Any = None,
        pre: bool = False,
        extra_args: str | None = None,
        secret_mounts: Any = None,
    ) -> Image:
        """Adds packages, as pip would write them; none with `*[]`."""
        for package in packages:
            if not isinstance(package, str):
                raise TypeError(
                    f"with_pip_packages({package!r}): wanted texts, such as with_pip_packages('numpy', 'six')"
                )
        if not packages:
            return self
        return self._with(PipPackages(packages, index_url, _texts(extra_index_urls), pre, extra_args))

    def with_requirements(
        self,
        file: str | Path,
        index_url: str | None = None,
        extra_index_urls: Any = None,
        pre: bool = False,
        extra_args: str | None = None,
        secret_mounts: Any = None,
    ) -> Image:
        """Adds the packages of a requirements file."""
        path = Path(file)
        if path.suffix != ".txt":
            raise ValueError(f"{path}: a requirements file ends in .txt")
        return self._with(Requirements(path, index_url, _texts(extra_index_urls), pre, extra_args))

    def with_uv_project(
        self,
        pyproject_file: str | Path,
        uvlock: Path | None = None,
        index_url: str | None = None,
        extra_index_urls: Any = None,
        pre: bool = False,
        extra_args: str | None = None,
        secret_mounts: Any = None,
        project_install_mode: str = "dependencies_only",
    ) -> Image:
        """Adds the locked packages of a uv project.

        Args:
            pyproject_file: Its pyproject.toml.
            uvlock: Its uv.lock; by default the one beside, if there is one.
            index_url: Where packages come from.
            extra_index_urls: Where they come from as well.
            pre: Whether pre-releases count.
            extra_args: Of `uv export`, such as `--extra plots`.
            secret_mounts: Accepted; uv finds its credentials where it always does.
            project_install_mode: `dependencies_only`, or `install_project`: the project itself too, as a wheel that
                is built on this machine and so must be Python alone.
        """
        if project_install_mode not in {"dependencies_only", "install_project"}:
            raise ValueError(f"project_install_mode={project_install_mode!r}: 'dependencies_only' or 'install_project'")
        installed = project_install_mode == "install_project"
        return self._with(
            UvProject(Path(pyproject_file), uvlock, installed, index_url, _texts(extra_index_urls), pre, extra_args)
        )

    def with_source_folder(self, src: Path | str, dst: str = ".", copy_contents_only: bool = False) -> Image:
        """Adds a folder beside the code."""
        return self._with(SourceFolder(Path(src), dst, copy_contents_only))

    def with_source_file(self, src: Path | list[Path], dst: str = ".") -> Image:
        """Adds files beside the code."""
        made = self
        for file in src if isinstance(src, list) else [src]:
            made = made._with(SourceFile(Path(file), dst))
        return made

    def with_env_vars(self, env_vars: dict[str, str]) -> Image:
        """Adds environment variables."""
        expect_texts("env_vars", env_vars)
        return self._with(EnvVars(tuple(env_vars.items())))

    def with_code_bundle(self, copy_style: str = "loaded_modules", dst: str = ".") -> Image:
        """The code comes as an artifact of its own anyway, so that nothing is added."""
        return self

    def with_local_v2(self) -> Image:
        """The backend has this package already, so that nothing is added."""
        return self

    def with_local_rs_controller(self) -> Image:
        """The same."""
        return self

    def with_local_v2_plugins(self, plugins: str | list[str] | None = None) -> Image:
        """Plugins from a checkout: refused when deployed."""
        return self._with(Unsupported(f"with_local_v2_plugins({plugins!r})"))

    def with_workdir(self, workdir: str) -> Image:
        """A working directory: refused when deployed."""
        return self._with(Unsupported(f"with_workdir({workdir!r})"))

    def with_apt_packages(self, *packages: str, secret_mounts: Any = None) -> Image:
        """System packages: refused when deployed, Lambda has no package manager."""
        return self._with(Unsupported(f"with_apt_packages({', '.join(map(repr, packages))})"))

    def with_commands(self, commands: list[str], secret_mounts: Any = None) -> Image:
        """Build commands: refused when deployed."""
        return self._with(Unsupported(f"with_commands({commands!r})"))

    def with_dockerignore(self, path: Path) -> Image:
        """Only matters to Docker, so that nothing is added."""
        return self

    def with_poetry_project(self, pyproject_file: str | Path, **_options: Any) -> Image:
        """A poetry project: refused when deployed."""
        return self._with(Unsupported(f"with_poetry_project({str(pyproject_file)!r})"))

    def with_pixi_project(self, manifest_file: str | Path, **_options: Any) -> Image:
        """A pixi project: refused when deployed."""
        return self._with(Unsupported(f"with_pixi_project({str(manifest_file)!r})"))

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def uri(self) -> str:
        """How tables name the image."""
        if self.base_image:
            return self.base_image
        python = ".".join(map(str, self.python_version))
        return f"{self.name or 'lambda'}:py{python}" + (f"+{len(self.layers)}" if self.layers else "")

    @property
    def unsupported(self) -> tuple[str, ...]:
        """What of it Lambda cannot do, as the user wrote it."""
        found = tuple(layer.what for layer in self.layers if isinstance(layer, Unsupported))
        return (*found, f"from_dockerfile({str(self.dockerfile)!r})") if self.dockerfile else found

    def validate(self) -> None:
        """Checks that files named by layers are there.

        Raises:
            ValueError: One is not.
        """
        for layer in self.layers:
            for path in (getattr(layer, name, None) for name in ("file", "pyproject", "script", "src")):
                if isinstance(path, Path) and not path.exists():
                    raise ValueError(f"{_METHODS[type(layer)]}({str(path)!r}): {_missing(path)}")


_METHODS: dict[type, str] = {
    Requirements: "with_requirements",
    UvProject: "with_uv_project",
    UvScript: "from_uv_script",
    SourceFolder: "with_source_folder",
    SourceFile: "with_source_file",
}
"""How the user wrote a layer."""


def _missing(path: Path) -> str:
    """That a file is not there, and which ones beside it have a name like it."""
    folder = path.parent.resolve()
    beside = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, beside, n=3)
    hint = f"; there is {', '.join(near)}" if near else ""
    return f"no such file or folder in {folder}{hint}"


def _check_python(version: Any) -> None:
    if version is None:
        return
    if not isinstance(version, tuple) or len(version) < 2 or not all(isinstance(part, int) for part in version):
        raise TypeError(f"python_version={version!r}: wanted a pair of numbers, such as (3, 13)")


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _platforms(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
