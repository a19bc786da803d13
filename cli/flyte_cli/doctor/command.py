"""`flyte doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte_cli.commands import Command
from flyte_cli.settings import current_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flyte.remote._http import ApiClient
    from flyte_cli.doctor.findings import Finding
    from flyte_cli.settings import Settings

_MARKS = {"ok": "ok", "warning": "!", "wrong": "WRONG", "skipped": "-"}


@click.command(cls=Command)
def doctor() -> None:
    """Check this machine, the configuration and the backend, and say how to mend what is wrong.

    The exit code is 1 if something is wrong; a warning alone leaves it at 0.
    """
    settings = current_settings()
    findings = list(examine(settings))
    has_failed = any(each.verdict == "wrong" for each in findings)
    if settings.output.is_json:
        settings.output.document({"healthy": not has_failed, "checks": [each.to_dict() for each in findings]})
    else:
        settings.output.text(_report(findings))
    if has_failed:
        click.get_current_context().exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks, from this machine to the backend."""
    from flyte_cli.doctor import backend, machine

    found, config = machine.configuration(settings)
    reached, health, ahead = backend.endpoint(config, lambda: _client(settings))
    yield machine.distributions()
    yield machine.python(health.platform if health else None)
    yield machine.uv()
    yield found
    if config is not None:
        yield from machine.values(settings, config)
    is_loopback = config is not None and backend.is_local(config)
    yield machine.credentials(config, is_loopback=is_loopback)
    yield reached
    yield backend.clock(health, ahead)
    yield backend.versions(health)
    yield backend.scope(config, health, lambda: _client(settings))
    yield from backend.quotas(health, lambda: _client(settings), is_loopback=is_loopback)


def _client(settings: Settings) -> ApiClient:
    from flyte.remote._http import get_client

    settings.initialize()
    return get_client()


def _report(findings: Sequence[Finding]) -> str:
    width = max(len(each.check) for each in findings)
    lines = []
    for each in findings:
        lines.append(f"{_MARKS[each.verdict]:5}  {each.check:<{width}}  {each.found}")
        if each.fix:
            lines.append(f"{'':5}  {'':<{width}}  → {each.fix}")
    count = sum(each.verdict == "wrong" for each in findings)
    lines.append("Nothing is wrong." if not count else f"{count} {'thing is' if count == 1 else 'things are'} wrong.")
    return "\n".join(lines)
