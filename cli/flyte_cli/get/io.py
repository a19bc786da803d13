"""`flyte get io`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options
from flyte_cli.transfers import transfers_shown

if TYPE_CHECKING:
    from flyte.protocol.tasks import Interface


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option("-i", "--inputs-only", is_flag=True, help="Show the inputs alone.")
@click.option("-o", "--outputs-only", is_flag=True, help="Show the outputs alone.")
@click.option(
    "--download",
    type=click.Path(file_okay=False, path_type=Path),
    help="Copy files, folders and data frames into this folder.",
)
@scope_options
def io(
    run_name: str,
    action_name: str | None,
    inputs_only: bool,  # noqa: FBT001 - click passes by name
    outputs_only: bool,  # noqa: FBT001
    download: Path | None,
    project: str | None,
    domain: str | None,
) -> None:
    """Show what the run RUN_NAME, or its action ACTION_NAME, was given and gave back."""
    if inputs_only and outputs_only:
        raise click.UsageError("--inputs-only and --outputs-only exclude each other.")
    from flyte._syncify import BACKGROUND
    from flyte.remote import Action
    from flyte.remote._records import input_payload, output_payload, raise_for

    settings = backend(project, domain)
    found = Action.get(run_name=run_name, name=action_name or "a0")
    document: dict[str, Any] = {}

    async def read() -> Interface | None:
        details = await found.details()
        if not outputs_only:
            document["inputs"] = await input_payload(details.action_id)
        if not inputs_only and (outputs_only or found.phase == "succeeded"):
            raise_for(details.record)
            document["outputs"] = await output_payload(details.action_id)
        return details.record.spec.interface if details.record.spec else None

    interface = BACKGROUND.run(read())
    if download is not None and interface is not None:
        with transfers_shown(silent=settings.no_progress):
            document["downloaded"] = _downloaded(document, interface, download)
    if settings.output.is_json:
        settings.output.document(document)
        return
    for side, values in document.items():
        settings.output.text(side)
        settings.output.details({f"  {name}": _shown(value) for name, value in values.items()} or {"  none": ""}, None)


def _downloaded(document: dict[str, Any], interface: Interface, folder: Path) -> dict[str, str]:
    from flyte_cli.downloads import download_all

    inputs = download_all(document.get("inputs", {}), interface.inputs, folder)
    return inputs | download_all(document.get("outputs", {}), interface.outputs, folder)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
