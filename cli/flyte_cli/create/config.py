"""`flyte create config`."""

from __future__ import annotations

from pathlib import Path

import click

from flyte_cli.commands import Command
from flyte_cli.settings import current_settings

_DEFAULT = Path(".flyte/config.yaml")


@click.command(cls=Command)
@click.option("--endpoint", help="The backend: the URL of its API, as the stack's output ApiUrl gives it.")
@click.option("--insecure", is_flag=True, help="Reach an endpoint without a scheme by plain HTTP.")
@click.option("--region", help="The AWS region, where the endpoint does not tell it.")
@click.option("--profile", help="The profile of the AWS configuration that signs requests.")
@click.option("-p", "--project", help="The project to use where none is named.")
@click.option("-d", "--domain", help="The domain to use where none is named.")
@click.option("--org", help="The organisation, for programs that name one.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_DEFAULT,
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--local-persistence", is_flag=True, help="Keep the results of local runs.")
@click.option("--devbox", is_flag=True, hidden=True)
@click.option("--image-builder", "--builder", hidden=True)
@click.option("--registry", hidden=True)
@click.option("--auth-type", hidden=True)
@click.option("--local-tracked", is_flag=True, hidden=True)
def config(
    endpoint: str | None,
    insecure: bool,  # noqa: FBT001
    region: str | None,
    profile: str | None,
    project: str | None,
    domain: str | None,
    org: str | None,
    output: Path,
    force: bool,  # noqa: FBT001
    local_persistence: bool,  # noqa: FBT001
    devbox: bool,  # noqa: FBT001
    **_ignored: object,
) -> None:
    """Write a configuration file that names the backend.

    Without an endpoint, tasks run locally. Credentials are not in the file: they are AWS's own.
    """
    from flyte.config import Config, LocalConfig, PlatformConfig, TaskConfig, write_config

    if devbox:
        raise click.UsageError("--devbox is not needed: `flyte start devbox` writes the configuration itself.")
    settings = current_settings()
    platform = PlatformConfig(
        endpoint=endpoint or settings.endpoint,
        insecure=insecure or settings.insecure,
        region=region,
        profile=profile,
    )
    made = Config(
        platform=platform,
        task=TaskConfig(org or settings.org, project, domain),
        local=LocalConfig(persistence=local_persistence),
    )
    if output.exists() and not force:
        raise click.UsageError(f"{output} is there already: replace it with --force, or name another file with -o.")
    write_config(made, output, force=force)
    if settings.prints_json:
        settings.output.document({"path": str(output)})
    else:
        click.echo(f"Wrote {output}.")
