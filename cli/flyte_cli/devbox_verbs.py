"""`flyte start`, `flyte stop` and `flyte delete`: so far, the devbox is what they are for."""

from __future__ import annotations

from flyte_cli.verbs import Verb

_COMMANDS = "flyte_cli.devbox.commands"

start = Verb(
    "start",
    help="Start a backend on this machine.",
    no_args_is_help=True,
    lazy={"devbox": f"{_COMMANDS}:start_devbox"},
)
stop = Verb(
    "stop",
    help="Stop what `flyte start` started.",
    no_args_is_help=True,
    lazy={"devbox": f"{_COMMANDS}:stop_devbox"},
)
delete = Verb(
    "delete",
    help="Delete what is no longer needed.",
    no_args_is_help=True,
    lazy={"devbox": f"{_COMMANDS}:delete_devbox"},
)
