"""Reads the files that layers name: requirements, script headers (PEP 723), pyproject.toml with uv.lock."""

from __future__ import annotations

import hashlib
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte._image import UvProject

_SCRIPT_HEADER = re.compile(r"(?m)^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+?)^# ///$")
"""Source: PEP 723, "Reference implementation", for blocks of the type `script`."""

_INCLUDED = re.compile(r"(?m)^\s*(?:-r|--requirements?|-c|--constraints?)[\s=]+(\S+)")
_WHEEL = re.compile(r"(?m)^\s*(\S+\.whl)\s*$")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a script or project says about itself."""

    dependencies: tuple[str, ...] = ()
    requires_python: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """The indexes of its `tool.uv`, as uv's options."""
    sources: tuple[str, ...] = ()
    """Packages that its `tool.uv.sources` takes from elsewhere than an index."""


@dataclass(frozen=True, slots=True)
class LockedProject:
    """A project with uv.lock."""

    pyproject: Path
    lock: Path
    arguments: tuple[str, ...] = ()
    """Of `uv export`, such as `--extra=plots`."""

    @property
    def fingerprint(self) -> str:
        """All that decides over its packages."""
        return "\0".join((self.pyproject.read_text(), self.lock.read_text(), *self.arguments))


def fingerprint_of_requirements(path: Path) -> str:
    """The text of a file of requirements, of those that it includes, and digests of wheels that it names."""
    return "\0".join(_texts(path, set()))


def digest_of_wheel(path: str | Path) -> str:
    """The sha256 of a wheel on this machine; empty where there is none, such as for an address."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def _texts(path: Path, seen: set[Path]) -> list[str]:
    if path in seen:
        return []
    seen.add(path)
    text = path.read_text()
    beside = [(path.parent / name).resolve() for name in _INCLUDED.findall(text) if "://" not in name]
    digests = [digest_of_wheel(path.parent / name) for name in _WHEEL.findall(text) if "://" not in name]
    return [text, *digests, *(part for other in beside for part in _texts(other, seen))]


def script_header(script: Path) -> Declared:
    """What the header of a script names.

    Raises:
        ValueError: the script has no header, two of them, or one that is no TOML.
    """
    found = list(_SCRIPT_HEADER.finditer(script.read_text().replace("\r\n", "\n")))
    if len(found) != 1:
        what = "two" if found else "no"
        raise ValueError(
            f"{script} has {what} PEP 723 header{'s' if found else ''}: begin it with `# /// script`, lines such as "
            '`# dependencies = ["numpy"]`, and `# ///`'
        )
    lines = found[0]["content"].splitlines(keepends=True)
    header = _toml("".join(line.removeprefix("# ").removeprefix("#") for line in lines), f"the header of {script}")
    return _without_sources(_declared(header, header), script)


def project_dependencies(pyproject: Path) -> Declared:
    """What a pyproject.toml names.

    Raises:
        ValueError: it is no TOML.
    """
    document = _toml(pyproject.read_text(), str(pyproject))
    return _declared(document.get("project", {}), document)


def locked_project(layer: UvProject) -> LockedProject | None:
    """The project with its lock; None where it has no lock.

    Raises:
        ValueError: the lock that was named is not there, or something needs one.
    """
    pyproject = layer.pyproject.resolve()
    lock = layer.lock.resolve() if layer.lock else pyproject.with_name("uv.lock")
    if lock.is_file():
        if lock.name != "uv.lock" or lock.parent != pyproject.parent:
            raise ValueError(f"{lock} must be named uv.lock and lie beside {pyproject}: uv reads no other")
        return LockedProject(pyproject, lock, tuple(shlex.split(layer.extra_args or "")))
    if layer.lock:
        raise ValueError(f"{layer.lock} does not exist: `uv lock` in the project's folder makes it")
    _without_sources(project_dependencies(pyproject), pyproject)
    if layer.extra_args:
        raise ValueError(
            f"{layer.pyproject} has no uv.lock, which extra_args={layer.extra_args!r} needs: run `uv lock`"
        )
    return None


def _declared(table: dict[str, Any], document: dict[str, Any]) -> Declared:
    python = table.get("requires-python")
    settings = document.get("tool", {}).get("uv", {})
    sources = settings.get("sources", {})
    return Declared(
        dependencies=tuple(table.get("dependencies", ())),
        requires_python=(python,) if python else (),
        options=tuple(_option(index) for index in settings.get("index", ())),
        sources=tuple(sorted(name for name, source in sources.items() if "index" not in source)),
    )


def _option(index: dict[str, Any]) -> str:
    """An index as an option: its name is what uv looks up credentials by."""
    address = f"{index['name']}={index['url']}" if "name" in index else index["url"]
    return f"--{'default-index' if index.get('default') else 'index'}={address}"


def _without_sources(declared: Declared, where: Path) -> Declared:
    if declared.sources:
        raise ValueError(
            f"{where}: tool.uv.sources takes {', '.join(declared.sources)} from elsewhere than an index, which needs a "
            "uv.lock: run `uv lock` and use with_uv_project, or build wheels and name their files"
        )
    return declared


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where} is no TOML: {error}") from None
