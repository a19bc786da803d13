"""`flyte create`: configuration, projects, secrets and triggers."""

from __future__ import annotations

from flyte_cli.verbs import Verb

create = Verb(
    "create",
    help="Create configuration, a project, a secret or a trigger.",
    no_args_is_help=True,
    lazy={
        "config": "flyte_cli.create.config:config",
        "project": "flyte_cli.create.project:project",
        "secret": "flyte_cli.create.secret:secret",
        "trigger": "flyte_cli.create.trigger:trigger",
    },
)
