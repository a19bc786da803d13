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


def for_endpoint(endpoint: str) -> Config:
    """What a client needs to know of a devbox."""
    return Config(
        platform=PlatformConfig(endpoint=endpoint, insecure=True, region=REGION),
        task=TaskConfig(project="flytesnacks", domain="development"),
    )


def find() -> Path | None:
    """The file that a client started here would use."""
    path = get_config_file()
    return path.absolute() if path else None


def leads_to(endpoint: str) -> bool:
    """Whether a client started here would reach that endpoint."""
    return auto().platform.endpoint == endpoint


def write(endpoint: str) -> Path:
    """Write `./.flyte/config.yaml`; a file that is there already is left alone.

    Raises:
        InitializationError: If it is there, or cannot be written.
    """
    return write_config(for_endpoint(endpoint), FILE.absolute())


def follow(paths: Iterable[Path], endpoint: str) -> list[Path]:
    """Point files that a devbox wrote to where it is now, unless someone changed them since; those that moved."""
    return [path for path in paths if path.is_file() and _move(path, endpoint)]


def _move(path: Path, endpoint: str) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    named = _ANY_DEVBOX.search(text)
    if named is None or named.group() == endpoint or text != to_yaml(for_endpoint(named.group())):
        return False
    write_config(for_endpoint(endpoint), path, force=True)
    return True
