"""Writes configuration files: only what differs from the defaults, in the order of the documentation."""

from __future__ import annotations

import os
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from flyte.errors import InitializationError

from ._model import KEY, Config

if TYPE_CHECKING:
    from pathlib import Path


def to_yaml(config: Config) -> str:
    """The text of a configuration file that says the same."""
    import yaml

    document: dict[str, dict[str, Any]] = {}
    for section in (config.platform, config.task, config.image, config.local):
        for each in fields(section):
            value = getattr(section, each.name)
            default = each.default if each.default is not MISSING else {}
            if value == default:
                continue
            name, option = each.metadata[KEY].split(".", 1)
            document.setdefault(name, {})[option] = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True) if document else ""


def write_config(config: Config, path: Path, *, force: bool = False) -> Path:
    """Writes the file whole or not at all, with its folder.

    Raises:
        InitializationError: a file is there already and `force` is not given, or the folder cannot be written.
    """
    if path.exists() and not force:
        raise InitializationError(
            "ConfigurationError", "user", f"{path} exists already; use --force to replace it, or -o for another file"
        )
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(to_yaml(config), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise InitializationError("ConfigurationError", "user", f"{path} cannot be written: {error}") from error
    return path


def set_if_exists(d: dict[str, Any], k: str, val: Any) -> dict[str, Any]:
    """Puts `val` under `k` unless it is empty; gives back the same dict."""
    if val or isinstance(val, bool):
        d[k] = val
    return d
