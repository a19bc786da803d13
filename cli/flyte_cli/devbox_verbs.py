"""`flyte start` and `flyte stop`: so far, the devbox is what they are for."""

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
