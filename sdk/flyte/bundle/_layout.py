"""Where the user's code has its root, and under which module name a worker finds a task in it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.errors import CodeBundleError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CodeRoot:
    """The folder that becomes the artifact's root, and folders below it that modules are imported from."""

    path: Path
    import_folders: tuple[Path, ...] = ()

    @property
    def sys_path(self) -> tuple[str, ...]:
        """The import folders relative to the root, as a worker puts them on its `sys.path`."""
        return tuple(folder.relative_to(self.path).as_posix() for folder in self.import_folders)

    def name_of(self, file: Path | str) -> str:
        """A file's path in the artifact.

        Raises:
            CodeBundleError: it lies outside of the root.
        """
        folder, path = os.path.join(self.path, ""), str(file)  # noqa: PTH118 - with a separator at its end
        if not path.startswith(folder):
            raise CodeBundleError(
                f"{file} lies outside of the code's root {self.path}: name a folder that holds both with --root-dir, "
                "or root_dir of flyte.init"
            )
        name = path[len(folder) :].replace(os.sep, "/")
        return name if name.isascii() else _as_utf8(name)

    def module_of(self, file: Path, name: str) -> str:
        """The name by which a worker imports a module.

        Args:
            file: The module's file, resolved.
            name: The name that it has in this process, perhaps `__main__`.

        Raises:
            CodeBundleError: the file lies outside of the root, or has no name that can be imported.
        """
        self.name_of(file)
        if name == "__main__":
            spec = getattr(sys.modules.get("__main__"), "__spec__", None)
            name = spec.name if spec else ""
        folders = (self.path, *self.import_folders)
        base = import_base(file, name)
        if base in folders:
            return name
        holders = [folder for folder in folders if file.is_relative_to(folder)]
        nearest = max(holders, key=lambda folder: len(folder.parts))
        parts = file.relative_to(nearest).with_suffix("").parts
        if any("." in part for part in parts):
            raise CodeBundleError(f"{file} cannot be imported: a module's file name has no dot before .py; rename it")
        return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _as_utf8(name: str) -> str:
    """A file's name as its bytes say it, whatever this process takes them for; unchanged where they are not UTF-8."""
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return name


def import_base(file: Path, module: str) -> Path | None:
    """The folder from which `module` is imported when it is found in `file`; None if the two do not fit."""
    parts = tuple(module.split(".")) if module else ()
    found = file.with_suffix("").parts
    if found and found[-1] == "__init__":
        found = found[:-1]
    if not parts or found[-len(parts) :] != parts:
        return None
    return Path(*found[: -len(parts)])


def code_root(explicit: Path | None, source: Path, module: str, *, sync_sys_path: bool = True) -> CodeRoot:
    """The root for a task.

    Args:
        explicit: The configured root, if there is one; nothing outside of it is bundled.
        source: The file that the task is defined in.
        module: That file's module name in this process.
        sync_sys_path: Whether folders of `sys.path` below the root count as import folders.

    Returns:
        The explicit root, else the current folder, else, for a file outside of it, the folder it is imported from.
    """
    source = source.resolve()
    if explicit is not None:
        root = explicit.resolve()
    else:
        root = Path.cwd().resolve()
        if not source.is_relative_to(root):
            root = import_base(source, module) or source.parent
    return CodeRoot(root, tuple(_import_folders(root, sys.path)) if sync_sys_path else ())


def _import_folders(root: Path, search: Iterable[str]) -> Iterable[Path]:
    """Folders of the search path that lie below the root, in order; not those of installed packages."""
    seen = {root}
    for entry in search:
        folder = Path(entry or ".").resolve()
        inside = folder.is_relative_to(root) and not is_installed(folder)
        if inside and folder not in seen and folder.is_dir():
            seen.add(folder)
            yield folder


def is_installed(path: Path) -> bool:
    """Whether a path belongs to Python, to an installed package, or to this one, and so never to the user's code."""
    parts = set(path.parts)
    if parts & {"site-packages", "dist-packages"}:
        return True
    return any(path.is_relative_to(folder) for folder in _installed_folders())


def _installed_folders() -> tuple[Path, ...]:
    global _installed  # noqa: PLW0603 - found once a process
    if _installed is None:
        import sysconfig

        named = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        package = Path(__file__).resolve().parent.parent
        venv = [sys.prefix, sys.exec_prefix] if sys.prefix != sys.base_prefix else []
        found = {Path(folder).resolve() for folder in (*named, *venv) if folder}
        _installed = (*found, package, package.parent / "flyte_cli")
    return _installed


_installed: tuple[Path, ...] | None = None
