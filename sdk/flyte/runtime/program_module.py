"""Imports the program's own modules, in this process or a worker's: one module of a file, and one file of a name.

A file that modules beside it import by another name, such as `jobs/main.py` by `from main import env`, is the same
module for them. A file that is called like a module of Python or of a package, such as `secrets.py`, gets a name of
its own.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

APART = "flyte_program_"
"""Begins the names of modules that have no name of their own: the rest is that of their file, in the root folder."""


def import_program(name: str) -> ModuleType:
    """The module of that name, from the working directory if there is such a file."""
    file = Path.cwd() / f"{name.removeprefix(APART)}.py"
    if name.startswith(APART) or _is_taken(name, file):
        return import_apart(f"{APART}{file.stem}", file)
    return import_once(name, Path.cwd() / f"{name.replace('.', '/')}.py")


def import_once(name: str, file: Path) -> ModuleType:
    """The module of that name, which is the same one for whoever imports the file by another name.

    Args:
        name: Its name, by which it is imported.
        file: Where it lies, if it is no package.
    """
    if name in sys.modules or not file.is_file():
        return importlib.import_module(name)
    file = file.resolve()
    if (known := _module_of(file)) is not None:
        sys.modules[name] = known
        return known
    if _programs not in sys.meta_path:
        sys.meta_path.insert(0, _programs)
    _programs.names[file] = name
    try:
        return importlib.import_module(name)
    except BaseException:
        _programs.forget(file)
        raise


def import_apart(name: str, file: Path) -> ModuleType:
    """The file as a module of another name than its own. Whoever imports its own name gets the other module."""
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(file):
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


def _is_taken(name: str, file: Path) -> bool:
    if "." in name or not file.is_file():
        return False
    there = sys.modules.get(name)
    return name in sys.stdlib_module_names or (there is not None and getattr(there, "__file__", None) != str(file))


def _module_of(file: Path) -> ModuleType | None:
    """The module that has been made of the file under another name, by a module beside it that was imported first."""
    same = (
        module
        for name, module in list(sys.modules.items())
        if name.rpartition(".")[2] == file.stem and _is_of(getattr(module, "__file__", None), file)
    )
    return next(same, None)


def _is_of(found: object, file: Path) -> bool:
    return isinstance(found, str) and Path(found).resolve() == file


def _import_other(file: Path) -> None:
    """Imports the module that the file is called like, where there is one, before the file's folder hides it."""
    path = list(sys.path)
    if Path(path[0]).resolve() != file.parent:
        return
    sys.path[:] = [each for each in path if Path(each).resolve() != file.parent]
    try:
        importlib.import_module(file.stem)
    except ModuleNotFoundError:
        return
    finally:
        sys.path[:] = path


class _Programs(MetaPathFinder):
    """Finds the modules of programs by the other names that lead to their files."""

    def __init__(self) -> None:
        self.names: dict[Path, str] = {}
        self._others: dict[Path, list[str]] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The program's module, if that is where the name leads."""
        last = fullname.rpartition(".")[2]
        for file, name in self.names.items():
            if file.stem != last or name == fullname or (module := sys.modules.get(name)) is None:
                continue
            found = PathFinder.find_spec(fullname, path)
            if found is not None and _is_of(found.origin, file):
                self._others.setdefault(file, []).append(fullname)
                return spec_from_loader(fullname, _Known(module))
        return None

    def forget(self, file: Path) -> None:
        """Takes away all names of a program that could not be imported."""
        for name in (self.names.pop(file), *self._others.pop(file, [])):
            sys.modules.pop(name, None)


class _Known(Loader):
    """Gives a module that there is already, and leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, _spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


_programs = _Programs()
