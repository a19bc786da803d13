"""Copies files, folders and data frames among inputs or outputs to this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from flyte.protocol.tasks import Parameter


def download_all(values: Mapping[str, Any], parameters: Iterable[Parameter], folder: Path) -> dict[str, str]:
    """Copies each one below `folder`, in a folder of its own that is named after where it is among the values.

    Args:
        values: Inputs or outputs as JSON values, by name.
        parameters: What they are, which tells where in them files are.
        folder: Where the copies go.

    Returns:
        Paths of the copies by place, such as `o0.layers[3]`.
    """
    from flyte.io._paths import base_name, is_remote
    from flyte.io._references import references
    from flyte.io._store import Transfer, store_to_read

    copies: dict[str, str] = {}
    for parameter in parameters:
        value = values.get(parameter.name)
        for found in references(value, parameter.json_schema, parameter.name):
            if is_remote(found.path):
                target = folder / found.shown.replace("/", "_") / (base_name(found.path) or "data")
                store_to_read(found.path).download(found.path, target, Transfer())
                copies[found.shown] = str(target)
    return copies
