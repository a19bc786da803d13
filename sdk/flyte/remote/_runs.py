"""Where runs are: in which project and domain, under which path of the API, and at which address people see them."""

from __future__ import annotations

from urllib.parse import quote

from flyte._initialize import InitState, require_backend
from flyte._names import checked
from flyte.protocol.identity import RunId
from flyte.protocol.runs import ActionRecord

from ._endpoint import parse_endpoint
from ._http import Query, get_client, scope_path

PAGE = 100


def scope_of(name: str, project: str | None = None, domain: str | None = None) -> RunId:
    """The run of that name in the given or configured project and domain.

    Raises:
        RuntimeUserError: A name cannot be one.
    """
    found_project, found_domain = scope_of_lists(project, domain)
    return RunId(project=found_project, domain=found_domain, run=checked("run", name))


def run_path(run: RunId, *parts: str) -> str:
    """The API's path of a run."""
    return scope_path(run.project, run.domain, "runs", run.run, *parts)


async def fetch_root(run: RunId) -> ActionRecord:
    """The record of a run's root action."""
    return await get_client().get(run_path(run), ActionRecord)


def run_url(record: ActionRecord, state: InitState) -> str:
    """Where people can see a run: the console, else the execution in the AWS console, else the API itself."""
    run = record.id
    platform = state.platform
    if platform.console_endpoint:
        base = parse_endpoint(platform.console_endpoint, insecure=platform.insecure).url
        return f"{base}/v2/domain/{run.domain}/project/{run.project}/runs/{quote(run.run)}"
    endpoint = parse_endpoint(platform.endpoint or "", insecure=platform.insecure)
    arn = record.execution_arn
    if arn and not endpoint.is_loopback:
        region = arn.split(":")[3]
        return (
            f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{quote(arn)}"
        )
    return f"{endpoint.url}{run_path(run)}"


def scope_of_lists(project: str | None, domain: str | None) -> tuple[str, str]:
    """The given or configured project and domain."""
    state = require_backend()
    return checked("project", project or state.project or ""), checked("domain", domain or state.domain or "")


async def list_runs(query: Query, limit: int, scope: tuple[str, str]) -> list[ActionRecord]:
    """The root actions of runs that fit a query of the API, the newest first, at most `limit` of them."""
    from flyte.protocol.api import RunPage

    path = scope_path(*scope, "runs")
    found: list[ActionRecord] = []
    cursor: str | None = None
    while len(found) < limit:
        page = await get_client().get(path, RunPage, {**query, "limit": min(limit, PAGE), "cursor": cursor})
        found += page.runs
        # A page can be empty and have a cursor: then the API has looked at many that do not fit.
        if (cursor := page.cursor) is None:
            break
    return found[:limit]
