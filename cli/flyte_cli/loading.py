"""Imports the user's file under the name that a worker imports it by: its path below the root folder, with dots."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flyte.runtime.program_module import APART, import_apart, import_once
from flyte_cli.failures import LoadFailure

if TYPE_CHECKING:
    from types import ModuleType

T = TypeVar("T")

_OF_PYTHON = sys.stdlib_module_names | {"test"}
SOURCE_FOLDER = "src"
"""Where packages lie that are imported by their own names. Source: Python Packaging User Guide, "src layout"."""


def root_of(file: Path, root_dir: str | None) -> Path:
    """The folder that module names are relative to.

    It is the given one, else the current folder, else (for a file that is not below that) the file's own.
    """
    if root_dir is not None:
        root = Path(root_dir).resolve()
        if not root.is_dir():
            raise click.BadParameter(f"{root_dir!r} is not a folder.", param_hint="'--root-dir'")
        if not file.resolve().is_relative_to(root):
            raise click.BadParameter(f"{str(file)!r} does not lie below {root_dir!r}.", param_hint="'--root-dir'")
        return root
    here = Path.cwd()
    return here if file.resolve().is_relative_to(here) else file.resolve().parent


def module_name(file: Path, root: Path) -> str:
    """The dotted name of a file below the root."""
    parts = list(file.resolve().relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    if any("." in part for part in parts):
        raise click.UsageError(
            f"{file} cannot be imported: a folder or file name in its path has a dot in it. Rename it, or give "
            "--root-dir a folder below it."
        )
    return ".".join(parts)


def load(file: Path, root: Path, *, alone: bool = True, local: bool = False) -> ModuleType:
    """Imports the file with the root first on `sys.path`, and last `src`, where the file lies in that folder.

    Args:
        file: The user's file.
        root: The folder that its module name is relative to.
        alone: Whether it is the only one. Its own folder is then on `sys.path` too, as if Python ran it; of several
            files, one could find what lies beside another.
        local: Whether its tasks run in this process alone. Then it need not have a name that a worker can import. A
            worker finds files in the root folder that are called like other modules.

    Raises:
        LoadFailure: The file raised; the message has the user's traceback.
        click.UsageError: Its name cannot be imported, or another module has it.
    """
    may_be_apart = local or ("." not in file.stem and file.resolve().parent == root)
    apart = may_be_apart and _has_no_name_of_its_own(file, root)
    name = _name_apart(file) if apart else module_name(file, root)
    _extend_search_path(file, root, alone=alone or apart)
    try:
        module = import_apart(name, file.resolve()) if apart else import_once(name, file)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - user code may raise anything, SystemExit too
        raise LoadFailure(file, error) from None
    found = Path(module.__file__ or "").resolve()
    if found != file.resolve():
        raise click.UsageError(
            f"{file} cannot be imported: the module name {name!r} belongs to {found} already. Rename the file, or "
            "give --root-dir a folder further up."
        )
    return module


def _extend_search_path(file: Path, root: Path, *, alone: bool) -> None:
    if str(root) not in sys.path[:1]:
        sys.path.insert(0, str(root))
    own = file.resolve().parent
    source_folder = root / SOURCE_FOLDER
    wanted = [source_folder] if own.is_relative_to(source_folder) else []
    for folder in map(str, [*wanted, own] if alone else wanted):
        if folder not in sys.path:
            sys.path.append(folder)


def _has_no_name_of_its_own(file: Path, root: Path) -> bool:
    """Whether its module name is none, or Python's own or another module's already, as that of `secrets.py`."""
    parts = file.resolve().relative_to(root).with_suffix("").parts
    if any("." in part for part in parts):
        return True
    if len(parts) > 1 and (root / parts[0] / "__init__.py").is_file():
        return False
    there = sys.modules.get(parts[0])
    is_taken = len(parts) == 1 and there is not None and getattr(there, "__file__", None) != str(file.resolve())
    return is_taken or parts[0] in _OF_PYTHON


def _name_apart(file: Path) -> str:
    return f"{APART}{re.sub(r'[^0-9A-Za-z_]', '_', file.stem)}"


def named_objects(module: ModuleType, kind: type[T]) -> dict[str, T]:
    """The module's global variables that hold an object of the class, in the order of their names."""
    variables: dict[str, Any] = vars(module)
    return {name: variables[name] for name in sorted(variables) if isinstance(variables[name], kind)}
