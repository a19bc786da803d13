"""`flyte signal`: conditions."""

from __future__ import annotations

from flyte_cli.verbs import Verb

signal = Verb(
    "signal",
    help="Tell a run that waits how to go on.",
    no_args_is_help=True,
    lazy={"condition": "flyte_cli.signal.condition:condition"},
)
