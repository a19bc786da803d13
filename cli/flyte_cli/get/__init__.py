"""`flyte get`: lists, and details of what is named."""

from __future__ import annotations

from flyte_cli.verbs import Verb

get = Verb(
    "get",
    help="Show runs, tasks, actions and more: a list, or the details of one that is named.",
    no_args_is_help=True,
    lazy={
        "action": "flyte_cli.get.action:action",
        "code": "flyte_cli.get.code:code",
        "condition": "flyte_cli.get.condition:condition",
        "config": "flyte_cli.get.config:config",
        "cost": "flyte_cli.get.cost:cost",
        "devbox": "flyte_cli.devbox.commands:get_devbox",
        "io": "flyte_cli.get.io:io",
        "logs": "flyte_cli.get.logs:logs",
        "project": "flyte_cli.get.project:project",
        "run": "flyte_cli.get.run:run",
        "secret": "flyte_cli.get.secret:secret",
        "task": "flyte_cli.get.task:task",
        "trigger": "flyte_cli.get.trigger:trigger",
    },
)
