"""Hints that a module of their own takes care of, by the package that the hint's class is from.

The module loads when such a hint is met, so that nobody pays for libraries that a program does not use. Other packages
register theirs in a function that their entry point in the group `flyte.plugins.types` names. It is called when a class
is met that nothing else describes, which would be pickled otherwise.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Annotated, Any, get_args, get_origin

PLUGINS = "flyte.plugins.types"

_MODULES: dict[str, str] = {
    "pandas": "flyte.io._frame_hints",
    "polars": "flyte.io._frame_hints",
    "pyarrow": "flyte.io._frame_hints",
    "flyte.io": "flyte.io._frame_hints",
}


def register(package: str, module: str) -> None:
    """Lets `module.prepare(hint)` take care of hints whose class is from `package`.

    Args:
        package: The first name, or the first two, of the class's module.
        module: Its `prepare` takes a hint and gives one that pydantic can read, such as an `Annotated` with methods of
            pydantic's; or None, if it does not know it either.
    """
    _MODULES[package] = module


def prepared(hint: Any) -> Any | None:
    """The hint as pydantic should read it, from the module that takes care of it; None if none does."""
    cls = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if not isinstance(cls, type):
        return None
    parts = cls.__module__.split(".")
    module = _MODULES.get(parts[0]) or _MODULES.get(".".join(parts[:2]))
    return None if module is None else import_module(module).prepare(hint)


def prepared_by_plugin(cls: Any) -> Any | None:
    """As `prepared`, for a class that nothing describes: installed plugins are asked, too."""
    if (found := prepared(cls)) is None and load_plugins():
        found = prepared(cls)
    return found


@functools.cache
def load_plugins() -> bool:
    """Lets all plugins register, once. Says whether there are any. One that fails is told, and left out."""
    from importlib.metadata import entry_points

    found = entry_points(group=PLUGINS)
    for entry_point in found:
        try:
            plugin = entry_point.load()
            if callable(plugin):
                plugin()
        except Exception as error:  # noqa: BLE001 - code of others, and the program may not need it
            from flyte._logging import system_logger

            system_logger.warning("the plugin %s of %s fails: %r", entry_point.name, PLUGINS, error)
    return bool(found)
