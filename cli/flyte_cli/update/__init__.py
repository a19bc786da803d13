"""`flyte update`: what is there already."""

from __future__ import annotations

from flyte_cli.verbs import Verb

update = Verb(
    "update",
    help="Change what is there already.",
    no_args_is_help=True,
    lazy={
        "project": "flyte_cli.update.project:project",
        "trigger": "flyte_cli.update.trigger:trigger",
    },
)
