"""`flyte signal condition`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from flyte_cli.arguments.hints import shape_of_hint
from flyte_cli.commands import Command
from flyte_cli.get.condition import find
from flyte_cli.scope import backend, scope_options

if TYPE_CHECKING:
    from flyte.remote import Condition


# Negative numbers are values, not options.
@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("run_name")
@click.argument("action_name")
@click.argument("value", required=False)
@scope_options
def condition(run_name: str, action_name: str, value: str | None, project: str | None, domain: str | None) -> None:
    """Answer the condition ACTION_NAME of the run RUN_NAME with VALUE, so that the run goes on.

    ACTION_NAME is the condition's name or that of its action. VALUE is of the type that the condition asks for; on a
    terminal it is asked for where it is left out.
    """
    settings = backend(project, domain)
    found = find(run_name, action_name)
    answer = _asked(found) if value is None else _parsed(found, value)
    found.signal(answer)
    if settings.output.is_json:
        settings.output.document(found.to_dict())
    else:
        settings.output.text(f"The condition {found.name} of {run_name}: {found.record.phase.value}, with {answer!r}")


def _parsed(found: Condition, value: str) -> Any:
    try:
        return shape_of_hint(found.expected_type).convert(value, None, None)
    except click.BadParameter as error:
        raise click.UsageError(f"VALUE: {error.message} The condition asks: {found.details.prompt}") from None


def _asked(found: Condition) -> Any:
    # There is nothing to ask about what has ended: the backend says so.
    if not sys.stdin.isatty() or found.record.phase.is_terminal:
        raise click.UsageError(
            f"The condition {found.name} asks for a value of type {found.details.data_type}: {found.details.prompt} "
            f"Answer with: flyte signal condition {found.run_name} {found.action_name} VALUE"
        )
    return click.prompt(found.details.prompt, type=shape_of_hint(found.expected_type), err=True)
