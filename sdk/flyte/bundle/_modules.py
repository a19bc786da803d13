"""`loaded_modules`: the user's modules that this process has imported, and those that they import later.

Modules imported inside a function are found in the syntax tree: they are loaded on the worker alone.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ._layout import import_base, is_installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._layout import CodeRoot


def loaded_modules(root: CodeRoot, sources: Iterable[Path] = ()) -> set[Path]:
    """Files of the user's modules below the root.

    Args:
        root: Where the code has its root.
        sources: Files that belong to them in any case: those that tasks are defined in.
    """
    found: set[Path] = set()
    waiting: list[tuple[Path, str]] = [(path, "") for path in sources]
    waiting += ((path, name) for name, path in _imported(root))
    while waiting:
        path, name = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".py":
            waiting += ((other, "") for other in _reached_from(path, name, root))
    return found


def _imported(root: CodeRoot) -> Iterator[tuple[str, Path]]:
    # Other threads may import meanwhile, so the table is copied.
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        path = _as_imported(Path(file).absolute(), name)
        if path.is_relative_to(root.path) and not is_installed(path.resolve()) and path.is_file():
            yield name, path


def _as_imported(file: Path, name: str) -> Path:
    """A module's file below the real folder that it is imported from; links below that are the module's name."""
    base = import_base(file, name)
    return file.resolve() if base is None else base.resolve() / file.relative_to(base)


def _reached_from(path: Path, name: str, root: CodeRoot) -> Iterator[Path]:
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError, OSError):
        return  # it cannot be imported, so nothing is reached from it
    folders = _search_folders(path, name, root)
    for module, level in _names(tree):
        if level:
            # In a package's __init__, one dot is the package itself, as it is for a module beside it.
            base = path.parents[level - 1] if level <= len(path.parents) else None
            yield from _files_of(module, [base] if base else [], root)
        else:
            yield from _files_of(module, folders, root)


def _search_folders(path: Path, name: str, root: CodeRoot) -> list[Path]:
    folders = [root.path, *root.import_folders]
    base = import_base(path, name)
    if base is not None and base.is_relative_to(root.path) and base not in folders:
        folders.append(base)
    return folders


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that may be imported, with the number of its leading dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module:
                yield module, node.level
            # What is imported from a package may be a module of its own.
            yield from (
                (f"{module}.{alias.name}" if module else alias.name, node.level)
                for alias in node.names
                if alias.name != "*"
            )
        elif isinstance(node, ast.Call) and _is_import_call(node) and isinstance(node.args[0], ast.Constant):
            value = node.args[0].value
            if isinstance(value, str) and not value.startswith("."):
                yield value, 0


def _is_import_call(node: ast.Call) -> bool:
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in {"import_module", "__import__"} and bool(node.args)


def _files_of(module: str, folders: Iterable[Path], root: CodeRoot) -> Iterator[Path]:
    """The file of a module and those of the packages around it, from the first folder that has it."""
    for folder in folders:
        found: list[Path] = []
        here = folder
        for part in module.split("."):
            if not part:
                break
            package = here / part / "__init__.py"
            plain = here / f"{part}.py"
            if package.is_file():
                found.append(package)
            elif plain.is_file():
                found.append(plain)
                break
            elif not (here / part).is_dir():
                break
            here /= part
        inside = [path for path in found if not is_installed(path.resolve())]
        if inside:
            yield from (path for path in inside if path.is_relative_to(root.path))
            return
