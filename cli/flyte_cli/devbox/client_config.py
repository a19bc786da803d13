"""The configuration that points a client at the devbox: written where none is, kept right when the devbox moves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.config import Config, PlatformConfig, TaskConfig, auto, get_config_file, to_yaml, write_config

from .server import HOST, REGION
from .stack import API_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(".flyte/config.yaml")

_ANY_DEVBOX = re.compile(rf"http://{re.escape(HOST)}:\d+/_aws/execute-api/{API_ID}")

_ANY_CONSOLE = re.compile(rf"http://{re.escape(HOST)}:\d+$", re.MULTILINE)


def for_endpoint(endpoint: str, console: str | None = None) -> Config:
    """What a client needs to know of a devbox: where it is, and where its console shows runs."""
    return Config(
        platform=PlatformConfig(endpoint=endpoint, insecure=True, region=REGION, console_endpoint=console),
        task=TaskConfig(project="flytesnacks", domain="development"),
    )


def find() -> Path | None:
    """The file that a client started here would use."""
    path = get_config_file()
    return path.absolute() if path else None


def leads_to(endpoint: str) -> bool:
    """Whether a client started here would reach that endpoint."""
    return auto().platform.endpoint == endpoint


def write(endpoint: str, console: str | None = None) -> Path:
    """Write `./.flyte/config.yaml`; a file that is there already is left alone.

    Raises:
        InitializationError: If it is there, or cannot be written.
    """
    return write_config(for_endpoint(endpoint, console), FILE.absolute())


def follow(paths: Iterable[Path], endpoint: str, console: str | None = None) -> list[Path]:
    """Point files that a devbox wrote to where it is now, unless someone changed them since; those that moved."""
    return [path for path in paths if path.is_file() and _move(path, for_endpoint(endpoint, console))]


def _move(path: Path, now: Config) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    named, shown = _ANY_DEVBOX.search(text), _ANY_CONSOLE.search(text)
    if named is None or text == to_yaml(now):
        return False
    if text != to_yaml(for_endpoint(named.group(), shown and shown.group())):
        return False
    write_config(now, path, force=True)
    return True
