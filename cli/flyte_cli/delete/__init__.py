"""`flyte delete`: what is no longer needed."""

from __future__ import annotations

from flyte_cli.verbs import Verb

delete = Verb(
    "delete",
    help="Delete what is no longer needed.",
    no_args_is_help=True,
    lazy={
        "devbox": "flyte_cli.devbox.commands:delete_devbox",
        "local-cache": "flyte_cli.delete.local_cache:local_cache",
        "secret": "flyte_cli.delete.secret:secret",
        "trigger": "flyte_cli.delete.trigger:trigger",
    },
)
