"""`flyte create`: configuration and projects."""

from __future__ import annotations

from flyte_cli.verbs import Verb

create = Verb(
    "create",
    help="Create configuration or a project.",
    no_args_is_help=True,
    lazy={
        "config": "flyte_cli.create.config:config",
        "project": "flyte_cli.create.project:project",
    },
)
