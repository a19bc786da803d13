"""`flyte delete local-cache`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.settings import current_settings


@click.command("local-cache", cls=Command)
def local_cache() -> None:
    """Forget the results that local runs have cached on this machine. What a backend has cached stays."""
    from flyte.runtime import local_cache as cache

    output = current_settings().output
    file = cache.path()
    was_there = cache.clear()
    if output.is_json:
        output.document({"path": str(file), "deleted": was_there})
    else:
        output.text(f"Deleted {file}." if was_there else "There are no cached results of local runs.")
