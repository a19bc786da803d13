"""`flyte create`: configuration, projects and secrets."""

from __future__ import annotations

from flyte_cli.verbs import Verb

create = Verb(
    "create",
    help="Create configuration, a project or a secret.",
    no_args_is_help=True,
    lazy={
        "config": "flyte_cli.create.config:config",
        "project": "flyte_cli.create.project:project",
        "secret": "flyte_cli.create.secret:secret",
    },
)
