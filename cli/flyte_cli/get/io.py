"""`flyte get io`."""

from __future__ import annotations

import json
from typing import Any

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.argument("run_name")
@click.argument("action_name", required=False)
@click.option("-i", "--inputs-only", is_flag=True, help="Show the inputs alone.")
@click.option("-o", "--outputs-only", is_flag=True, help="Show the outputs alone.")
@scope_options
def io(
    run_name: str,
    action_name: str | None,
    inputs_only: bool,  # noqa: FBT001 - click passes by name
    outputs_only: bool,  # noqa: FBT001
    project: str | None,
    domain: str | None,
) -> None:
    """Show what the run RUN_NAME, or its action ACTION_NAME, was given and gave back."""
    if inputs_only and outputs_only:
        raise click.UsageError("--inputs-only and --outputs-only exclude each other.")
    from flyte._syncify import BACKGROUND
    from flyte.remote import Action

    settings = backend(project, domain)
    found = Action.get(run_name=run_name, name=action_name or "a0")
    document: dict[str, Any] = {}

    async def read() -> None:
        details = await found.details()
        if not outputs_only:
            document["inputs"] = (await details.inputs()).to_dict()
        if not inputs_only and (outputs_only or str(found.phase) == "succeeded"):
            document["outputs"] = (await details.outputs()).to_dict()

    BACKGROUND.run(read())
    if settings.output.is_json:
        settings.output.document(document)
        return
    for side, values in document.items():
        settings.output.text(side)
        settings.output.details({f"  {name}": _shown(value) for name, value in values.items()} or {"  none": ""}, None)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
