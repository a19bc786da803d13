"""`flyte get config`."""

from __future__ import annotations

from dataclasses import asdict

import click

from flyte_cli.commands import Command
from flyte_cli.settings import current_settings


@click.command(cls=Command)
def config() -> None:
    """Show the configuration that is in force, and the file that it comes from."""
    settings = current_settings()
    made = settings.configuration()
    values = {
        f"{section}.{name}": value
        for section in ("platform", "task", "image", "local")
        for name, value in asdict(getattr(made, section)).items()
        if value not in (None, False, (), {}, [])
    }
    source = str(made.source) if made.source else None
    shown = {"file": source or "none found: tasks run locally unless the environment names a backend"}
    settings.output.details(shown | {name: str(value) for name, value in values.items()}, {"file": source, **values})
