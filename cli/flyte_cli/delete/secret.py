"""`flyte delete secret`."""

from __future__ import annotations

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend
from flyte_cli.secrets import secret_scope_options, usage_errors


@click.command(cls=Command)
@click.argument("name")
@click.option("--cluster-pool", hidden=True)
@secret_scope_options
def secret(name: str, cluster_pool: str | None, project: str | None, domain: str | None) -> None:
    """Delete the secret NAME of exactly this project and domain. Tasks that need it fail from now on."""
    from flyte.remote import Secret

    del cluster_pool
    settings = backend()
    with usage_errors():
        Secret.delete(name, project=project, domain=domain)
    if settings.output.is_json:
        settings.output.document({"name": name})
    else:
        settings.output.text(f"Deleted the secret {name}.")
