"""The verbs of the devbox for the command line: `flyte start|stop|delete|get devbox`."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import rich_click as click
from click import get_current_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lifecycle import DevboxStatus, Started

_ABSENT = "There is no devbox. To start one: flyte start devbox"


@click.command("devbox")
@click.option("--port", type=click.IntRange(1024, 65535), help="Port on 127.0.0.1. Default: the last one, else 30080.")
@click.option("--image", help="Accepted for Flyte's sake: this devbox has no image.")
@click.option("--dev", is_flag=True, help="Accepted for Flyte's sake: does nothing here.")
@click.option("--gpu", is_flag=True, help="Accepted for Flyte's sake: AWS Lambda has no GPUs.")
@click.option("--apple-silicon", is_flag=True, help="Accepted for Flyte's sake: the devbox always runs natively.")
def start_devbox(port: int | None, image: str | None, *, dev: bool, gpu: bool, apple_silicon: bool) -> None:
    """Start a backend on this machine: AWS emulated on loopback, the stack deployed to it. Needs no Docker."""
    from . import lifecycle

    given = {"--image": image, "--dev": dev, "--gpu": gpu, "--apple-silicon": apple_silicon}
    if ignored := [name for name, value in given.items() if value]:
        _note(f"{', '.join(ignored)} does nothing here: this devbox runs without containers")
    with _reported():
        _report(lifecycle.start(port, progress=_note))


@click.command("devbox")
def stop_devbox() -> None:
    """Stop the devbox. Tasks, versions and runs are kept for the next start."""
    from . import lifecycle

    with _reported():
        stopped = lifecycle.stop(progress=_note)
    click.echo("The devbox has stopped; its data are kept." if stopped else "The devbox does not run.")


@click.command("devbox")
@click.option("--volume", is_flag=True, help="Accepted for Flyte's sake: data are always deleted with the devbox.")
def delete_devbox(*, volume: bool) -> None:  # noqa: ARG001 - see its help
    """Stop the devbox and delete all its tasks, versions, runs and files."""
    from . import lifecycle

    with _reported():
        deleted = lifecycle.delete(progress=_note)
    click.echo("\n".join(f"Deleted {path}" for path in deleted) or "There is no devbox: nothing to delete.")


@click.command("devbox")
@click.option("--no-probes", is_flag=True, help="Do not ask the devbox whether it answers.")
def get_devbox(*, no_probes: bool) -> None:
    """Show whether the devbox runs, and where."""
    from . import lifecycle

    with _reported():
        _show(lifecycle.status(probes=not no_probes))


def _report(started: Started) -> None:
    status = started.status
    if _as_json():
        _show(status)
        return
    click.echo(f"The devbox {'runs already' if started.already else 'runs'}: {status.endpoint}")
    if status.console:
        click.echo(f"The console shows its runs and tasks: {status.console}")
    for path in started.configs_moved:
        click.echo(f"It has another port than before: {path} is brought up to date.")
    if started.config_written:
        click.echo(f"Wrote {started.config_written}: programs and commands started here use the devbox.")
    elif started.config_used and not started.configured:
        click.echo(
            f"{started.config_used} names another backend and is left as it is. To use the devbox here:\n"
            f"  flyte --endpoint {status.endpoint} --insecure …"
        )
    click.echo(
        "Try next:\n"
        "  flyte run FILE.py TASK           run a task of a file\n"
        "  flyte deploy FILE.py ENV         deploy the environment in the variable ENV\n"
        "  flyte get run                    list the runs\n"
        "  flyte stop devbox                stop it; data are kept"
    )


def _show(status: DevboxStatus) -> None:
    if _as_json():
        click.echo(json.dumps(asdict(status)))
    elif status.state == "absent":
        click.echo(_ABSENT)
    else:
        for name, value in asdict(status).items():
            if value is not None:
                click.echo(f"{name:<9} {value}")


def _as_json() -> bool:
    """Whether the caller asked for JSON with the global option `-of`."""
    options = get_current_context().find_root().obj
    return str(getattr(options, "output_format", "table")) in {"json", "json-raw"}


def _note(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def _reported() -> Iterator[None]:
    from flyte.errors import BaseRuntimeError

    try:
        yield
    except BaseRuntimeError as error:
        raise click.ClickException(str(error)) from error
