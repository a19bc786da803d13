"""`flyte get secret`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend
from flyte_cli.secrets import secret_scope_options, usage_errors
from flyte_cli.shown import moment

if TYPE_CHECKING:
    from flyte.remote import Secret as RemoteSecret

_LISTED_AT_MOST = 10_000


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option("--cluster-pool", hidden=True)
@secret_scope_options
def secret(name: str | None, cluster_pool: str | None, project: str | None, domain: str | None) -> None:
    """List the secrets that tasks of a project and domain can receive, or show NAME. Values are never shown."""
    from flyte.remote import Secret

    del cluster_pool
    settings = backend()
    with usage_errors():
        if name is not None:
            found = Secret.get(name, project=project, domain=domain)
            settings.output.details({**_row(found), "created": moment(found.record.created_at)}, found.to_dict())
            return
        listed = list(Secret.listall(limit=_LISTED_AT_MOST, project=project, domain=domain))
    listed.sort(key=lambda each: (each.name, each.project or "", each.domain or ""))
    settings.output.rows(
        [_row(each) for each in listed],
        [each.to_dict() for each in listed],
        "There are no secrets here. To create one: flyte create secret NAME",
    )


def _row(found: RemoteSecret) -> dict[str, str]:
    return {
        "secret": found.name,
        "project": found.project or "(all)",
        "domain": found.domain or "(all)",
        "updated": moment(found.record.updated_at),
    }
