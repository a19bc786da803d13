"""Imports a task's module, also one that is called like a module of Python or of a package: `secrets.py`."""

from __future__ import annotations

import importlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

APART = "flyte_program_"
"""Begins the names of modules that have no name of their own: the rest is that of their file, in the root folder."""


def import_program(name: str) -> ModuleType:
    """The module of that name, from the working directory if there is such a file."""
    file = Path.cwd() / f"{name.removeprefix(APART)}.py"
    if name.startswith(APART) or _is_taken(name, file):
        return _apart(f"{APART}{file.stem}", file)
    return importlib.import_module(name)


def _is_taken(name: str, file: Path) -> bool:
    if "." in name or not file.is_file():
        return False
    there = sys.modules.get(name)
    return name in sys.stdlib_module_names or (there is not None and getattr(there, "__file__", None) != str(file))


def _apart(name: str, file: Path) -> ModuleType:
    """The file as a module of another name. Whoever imports its own name gets the other module."""
    if (known := sys.modules.get(name)) is not None:
        return known
    _import_other(file)
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {file.stem!r}", name=file.stem)
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import_other(file: Path) -> None:
    """Imports the module that the file is called like, where there is one, before the file's folder hides it."""
    path = list(sys.path)
    sys.path[:] = [each for each in path if each != str(file.parent)]
    try:
        importlib.import_module(file.stem)
    except ModuleNotFoundError:
        return
    finally:
        sys.path[:] = path
