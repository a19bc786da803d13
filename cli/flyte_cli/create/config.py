"""`flyte create config`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from flyte.config import Config

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
@click.option("--devbox", is_flag=True, help="The backend is the devbox that runs on this machine.")
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
    from flyte.config import Config, LocalConfig, PlatformConfig, TaskConfig, to_yaml, write_config

    settings = current_settings()
    if devbox and endpoint:
        raise click.UsageError("--devbox and --endpoint exclude each other: both name the backend.")
    found = _of_devbox() if devbox else Config()
    platform = PlatformConfig(
        endpoint=endpoint or settings.endpoint,
        insecure=insecure or settings.insecure,
        region=region,
        profile=profile,
    )
    made = Config(
        platform=found.platform if devbox else platform,
        task=TaskConfig(org or settings.org, project or found.task.project, domain or found.task.domain),
        local=LocalConfig(persistence=local_persistence),
    )
    is_same = output.is_file() and output.read_text(encoding="utf-8", errors="replace") == to_yaml(made)
    if output.exists() and not force and not is_same:
        raise click.UsageError(f"{output} is there already: replace it with --force, or name another file with -o.")
    write_config(made, output, force=force or is_same)
    if settings.prints_json:
        settings.output.document({"path": str(output)})
    else:
        click.echo(f"Wrote {output}.")


def _of_devbox() -> Config:
    from flyte_cli.devbox.client_config import for_endpoint
    from flyte_cli.devbox.lifecycle import status

    found = status(probes=False)
    if found.endpoint is None:
        raise click.UsageError("No devbox runs on this machine. Start it with: flyte start devbox")
    return for_endpoint(found.endpoint, found.console)
