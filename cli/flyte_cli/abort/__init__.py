"""`flyte abort`: runs and actions."""

from __future__ import annotations

from flyte_cli.verbs import Verb

abort = Verb(
    "abort",
    help="Stop a run or an action.",
    no_args_is_help=True,
    lazy={
        "action": "flyte_cli.abort.action:action",
        "run": "flyte_cli.abort.run:run",
    },
)
