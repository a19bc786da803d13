"""`flyte create secret`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend
from flyte_cli.secrets import secret_scope_options, usage_errors, where


@click.command(cls=Command)
@click.argument("name")
@click.option("--value", help="The value. Other users of this machine may see it; standard input is safer.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file that holds the value, which is taken byte by byte.",
)
@click.option("--type", "type_", type=click.Choice(["regular", "image_pull"]), default="regular", hidden=True)
@click.option("--cluster-pool", hidden=True)
@secret_scope_options
def secret(
    name: str,
    value: str | None,
    from_file: Path | None,
    type_: str,
    cluster_pool: str | None,
    project: str | None,
    domain: str | None,
) -> None:
    """Give tasks the secret NAME: a key, or group/key. One that is there gets the new value.

    Without --value and --from-file the value is asked for, or read from standard input, without the last line's end.
    """
    from flyte.remote import Secret

    del cluster_pool
    if value is not None and from_file is not None:
        raise click.UsageError("Give --value or --from-file, not both.")
    if type_ != "regular":
        raise click.UsageError("There are no images to pull: tasks run from zips. Leave out --type.")
    settings = backend()
    with usage_errors():
        made = Secret.create(name, _value(name, value, from_file), project=project, domain=domain)
    if settings.output.is_json:
        settings.output.document(made.to_dict())
    else:
        settings.output.text(f"The secret {made.name} is set for {where(made.project, made.domain)}.")


def _value(name: str, value: str | None, from_file: Path | None) -> str | bytes:
    if value is not None:
        return value
    if from_file is not None:
        content = from_file.read_bytes()
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content
    if sys.stdin.isatty():
        asked: str = click.prompt(f"Value of {name}", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")
