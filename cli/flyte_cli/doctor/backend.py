"""Checks of the backend, and of what it and this machine have to agree on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flyte._version import __version__
from flyte_cli.doctor.findings import Finding, ok, skipped, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte.config import Config
    from flyte.protocol.api import Health, Quotas
    from flyte.remote._http import ApiClient

_REFUSED_BEYOND = timedelta(minutes=5)
"""Source: IAM User Guide, signing of AWS API requests: a request is valid for five minutes."""
_NOTED_BEYOND = timedelta(seconds=30)
_FEW_AT_A_TIME = 100
"""A new account begins with 10; 1,000 is Lambda's default. Source: AWS Lambda quotas."""

_AFTER_ENDPOINT = "the backend did not answer"


def endpoint(config: Config | None, client: Callable[[], ApiClient]) -> tuple[Finding, Health | None, timedelta]:
    """Whether the backend answers, what it says of itself, and how far its clock is ahead of ours."""
    from flyte.errors import BaseRuntimeError, InitializationError
    from flyte.protocol.api import Health

    none = timedelta()
    if config is None or not config.platform.endpoint:
        fix = "flyte create config --endpoint URL, or, for one on this machine: flyte start devbox"
        return warning("endpoint", "no backend is configured: tasks run locally", fix), None, none
    before = datetime.now(UTC)
    try:
        health = client().call("GET", "/v1/health", Health)
    except (BaseRuntimeError, InitializationError) as error:
        fix = (
            "flyte start devbox"
            if is_local(config)
            else "flyte get config tells where it is looked for; is the stack there?"
        )
        return wrong("endpoint", f"{error}", fix), None, none
    middle = before + (datetime.now(UTC) - before) / 2
    ahead = health.now - middle if health.now else none
    return ok("endpoint", f"{config.platform.endpoint} answers, in {health.region}"), health, ahead


def is_local(config: Config) -> bool:
    """Whether the backend that is configured is one on this machine."""
    from flyte.remote._endpoint import parse_endpoint

    platform = config.platform
    return platform.endpoint is not None and parse_endpoint(platform.endpoint, insecure=platform.insecure).is_loopback


def versions(health: Health | None, here: str = __version__) -> Finding:
    """The client and the stack are made for each other in one version; neighbours usually get on."""
    if health is None:
        return skipped("versions", _AFTER_ENDPOINT)
    if not health.version or health.version == here:
        return ok("versions", f"{here}, and so is the stack" if health.version else f"{here}; the stack names none")
    fix = f"pip install flyte-lambda=={health.version}, or deploy the stack of {here} (docs/deploy-to-aws.md)"
    found = f"{here} here, {health.version} in the stack"
    same_line = here.split(".")[:2] == health.version.split(".")[:2]
    return warning("versions", found, fix) if same_line else wrong("versions", found, fix)


def clock(health: Health | None, ahead: timedelta) -> Finding:
    """AWS refuses signatures of another time."""
    if health is None or health.now is None:
        now = datetime.now(UTC)
        return skipped(
            "clock",
            f"{_AFTER_ENDPOINT if health is None else 'the backend does not tell the time'}; "
            f"here it is {now:%Y-%m-%d %H:%M:%S} UTC",
        )
    off = abs(ahead)
    found = f"{off.total_seconds():.0f} s {'behind' if ahead > timedelta() else 'ahead of'} the backend's"
    fix = "set this machine's clock, and let it follow a time server (timedatectl set-ntp true)"
    if off > _REFUSED_BEYOND:
        return wrong("clock", f"{found}: AWS refuses what it signs", fix)
    return warning("clock", found, fix) if off > _NOTED_BEYOND else ok("clock", "as the backend's")


def scope(config: Config | None, health: Health | None, client: Callable[[], ApiClient]) -> Finding:
    """Whether the project and the domain are there."""
    from flyte.errors import BaseRuntimeError
    from flyte.protocol.api import RunPage
    from flyte.remote._http import scope_path

    if config is None or health is None:
        return skipped("project", _AFTER_ENDPOINT)
    project, domain = config.task.project or "flytesnacks", config.task.domain or "development"
    try:
        client().call("GET", scope_path(project, domain, "runs"), RunPage, query={"limit": 1})
    except BaseRuntimeError as error:
        fix = f"flyte create project {project}, or set task.project and task.domain in the configuration file"
        return wrong("project", str(error), fix)
    return ok("project", f"{project}, domain {domain}")


def quotas(health: Health | None, client: Callable[[], ApiClient], *, is_loopback: bool) -> Iterator[Finding]:
    """How much can run at a time, and how large."""
    from flyte.errors import BaseRuntimeError
    from flyte.protocol.api import Quotas

    if health is None:
        yield skipped("concurrency", _AFTER_ENDPOINT)
        return
    try:
        yield _concurrency(client().call("GET", "/v1/quotas", Quotas), is_loopback=is_loopback)
    except BaseRuntimeError as error:
        yield skipped("concurrency", f"the backend does not tell: {error}")
    if health.runner_memory_mb:
        yield ok("memory", f"tasks can have up to {max(health.runner_memory_mb):,} MB")


def _concurrency(found: Quotas, *, is_loopback: bool) -> Finding:
    most = found.unreserved_concurrent_executions or found.concurrent_executions
    if most is None:
        return skipped("concurrency", "AWS does not tell the backend")
    if is_loopback:
        return ok("concurrency", f"{most:,} invocations at a time in this devbox")
    text = f"{most:,} invocations of Lambda at a time in this account and region"
    if most >= _FEW_AT_A_TIME:
        return ok("concurrency", text)
    fix = (
        "ask for more: Service Quotas, AWS Lambda, Concurrent executions; until then what finds no room waits, and "
        "flyte.with_runcontext(max_action_concurrency=…) keeps one run from taking it all"
    )
    return warning("concurrency", text, fix)
