"""Builds the functions' package: `flyte/`, `functions/` and their dependencies in one deterministic zip.

For AWS: `python -m flyte_cli.backend.package --architecture arm64 --python 3.13 --output functions.zip`
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from . import archive
from .assets import BackendAssets

Progress = Callable[[str], None]

ARCHITECTURES = ("arm64", "x86_64")
"""As Lambda names them."""

MAX_PACKAGE_BYTES = 15 * 1000 * 1000
"""Ours: what a cold start can afford to load."""

_FORMAT = "1"
"""Part of every cache key: raise it when the same sources are to give another package."""

_KEPT_PACKAGES = 4

LOCKED = ("--only-binary", ":all:", "--require-hashes", "--no-deps", "-r")
"""Options of `uv pip install` before the name of a lock: what it names and nothing else, without building anything."""


class PackageError(RuntimeError):
    """The package cannot be built."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the functions run on. Without `uv_platform`, this machine."""

    python: str
    uv_platform: str | None = None

    @classmethod
    def of_lambda(cls, architecture: str, python: str) -> Target:
        """Lambda's managed runtime of that Python version; its oldest image has glibc 2.26."""
        machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
        return cls(python, f"{machine}-manylinux2014")

    @classmethod
    def of_this_machine(cls) -> Target:
        """The Python that runs this."""
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}")

    @property
    def label(self) -> str:
        """A name for files and people."""
        return f"{self.uv_platform or f'{sys.platform}-{platform.machine()}'}-python{self.python}"


def host_architecture() -> str:
    """This machine's architecture in Lambda's words."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def build(target: Target, cache: Path, *, assets: BackendAssets | None = None, progress: Progress = click.echo) -> Path:
    """The package for `target`: from the cache, where its sources are unchanged.

    Args:
        target: What it is to run on.
        cache: A folder that keeps packages and installed dependencies between calls.
        assets: The sources; by default those that belong to the running code.
        progress: Told what takes long.

    Raises:
        PackageError: If a dependency cannot be installed, or the package is too large.
    """
    assets = assets or BackendAssets.find()
    cache.mkdir(parents=True, exist_ok=True)
    sources = archive.collect(assets.sdk, "flyte/") | archive.collect(assets.functions, "functions/")
    lock = assets.functions_lock.read_text()
    package = cache / f"functions-{archive.digest(sources, _FORMAT, lock, target.label)[:32]}.zip"
    if not package.is_file():
        installed = _dependencies(assets.functions_lock, target, cache, progress)
        _write(archive.collect_dependencies(installed) | sources, package)
        _forget_old(cache)
    return package


def _write(tree: archive.Tree, package: Path) -> None:
    """Write aside and rename: a package in the cache is always whole."""
    with tempfile.TemporaryDirectory(dir=package.parent, prefix=".package-") as aside:
        written = Path(aside, "functions.zip")
        archive.write_zip(tree, written)
        if (size := written.stat().st_size) > MAX_PACKAGE_BYTES:
            raise PackageError(
                f"the functions' package has {size:,} bytes, more than the {MAX_PACKAGE_BYTES:,} allowed; "
                "take a dependency out of requirements/functions.in"
            )
        written.rename(package)


def _dependencies(lock: Path, target: Target, cache: Path, progress: Progress) -> Path:
    """A folder with the installed wheels of `lock`, made once for each lock and target."""
    key = hashlib.sha256(f"{_FORMAT}\0{lock.read_text()}\0{target.label}".encode()).hexdigest()[:32]
    folder = cache / f"dependencies-{key}"
    if not folder.is_dir():
        progress(f"Downloading the functions' dependencies for {target.label}")
        with tempfile.TemporaryDirectory(dir=cache, prefix=".dependencies-") as aside:
            wheels = Path(aside, "wheels")
            _install(lock, target, wheels)
            try:
                wheels.rename(folder)
            except OSError:
                # Another process was quicker; what it made is the same.
                if not folder.is_dir():
                    raise
    return folder


def _install(lock: Path, target: Target, folder: Path) -> None:
    where = ["--target", str(folder), "--python", sys.executable, "--python-version", target.python]
    if target.uv_platform:
        where += ["--python-platform", target.uv_platform]
    run_uv(
        ["pip", "install", *where, *LOCKED, str(lock)],
        cwd=folder.parent,
        purpose=f"install the functions' dependencies for {target.label}",
    )


def run_uv(arguments: list[str], *, cwd: Path, purpose: str) -> None:
    """Run uv in `cwd`, where no project's configuration can reach it.

    Raises:
        PackageError: With uv's own words, if it fails.
    """
    import uv

    command = [uv.find_uv_bin(), *arguments, "--quiet", "--no-progress"]
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, cwd=cwd, capture_output=True, text=True, check=False, env=_uv_environment()
    )
    if done.returncode:
        raise PackageError(f"cannot {purpose}: uv said:\n{done.stderr.strip()}\nIs the package index reachable?")


def _uv_environment() -> dict[str, str]:
    """The caller's, without the virtual environment that it is in: uv would look there first."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}


def _forget_old(cache: Path) -> None:
    packages = sorted(cache.glob("functions-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for package in packages[_KEPT_PACKAGES:]:
        package.unlink(missing_ok=True)


@click.command()
@click.option("--architecture", type=click.Choice(ARCHITECTURES), default="arm64", show_default=True)
@click.option("--python", "python_version", default="3.13", show_default=True, help="The functions' Python: 3.13.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("functions.zip"))
def main(architecture: str, python_version: str, output: Path) -> None:
    """Build the functions' package for AWS Lambda and print its sha256."""
    from flyte._home import flyte_home

    target = Target.of_lambda(architecture, python_version)
    try:
        package = build(target, flyte_home() / "cache", progress=lambda line: click.echo(line, err=True))
        output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package, output)
    except (PackageError, OSError) as error:
        raise click.ClickException(str(error)) from error
    content = output.read_bytes()
    click.echo(f"{output}  {len(content):,} bytes  {target.label}  sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
