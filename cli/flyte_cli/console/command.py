"""`flyte console`."""

from __future__ import annotations

import contextlib

import click

from flyte_cli.commands import Command
from flyte_cli.scope import backend, scope_options


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(1024, 65535), help="Port on 127.0.0.1. Default: a free one from 30090 on.")
@click.option("--no-open", is_flag=True, help="Only print the address, and open no browser.")
@scope_options
def console(port: int | None, *, no_open: bool, project: str | None, domain: str | None) -> None:
    """Serve the web console here: runs, tasks, logs, and a form to start a task.

    It signs what the browser asks with your own AWS credentials, which the browser never sees. Only a browser that
    opens the address with its token is answered. Ctrl-C ends it.
    """
    from flyte._initialize import require_backend
    from flyte_cli.console.start import PORTS, listen

    backend(project, domain)
    state = require_backend()
    try:
        served = listen(
            state.platform, project=state.project, domain=state.domain, ports=PORTS if port is None else (port,)
        )
    except OSError as error:
        raise click.ClickException(
            f"port {port} of 127.0.0.1 cannot be used ({error.strerror}): name another one with --port, or leave it "
            "away to get a free one"
        ) from error
    click.echo(f"The console is at {served.entrance}\nCtrl-C ends it.")
    if not no_open:
        import webbrowser

        webbrowser.open(served.entrance_once)
    with served.server, contextlib.suppress(KeyboardInterrupt):
        served.server.serve_forever()
