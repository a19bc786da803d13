"""Runs, actions and tasks as rows and as details: one place says which of their fields people see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flyte_cli.costs import dollars
from flyte_cli.progress import duration

if TYPE_CHECKING:
    from flyte.protocol.api import TaskDetails
    from flyte.protocol.runs import ActionRecord, GroupCount
    from flyte.protocol.tasks import CacheSettings, Parameter, SecretRef, TaskVersion


_STEP = 1000


def run_row(record: ActionRecord) -> dict[str, str]:
    """A run in a list."""
    return {
        "run": record.id.run,
        "task": record.task_name,
        "phase": record.phase.value,
        "started": moment(record.created_at),
        "took": took(record),
        "version": record.task_version,
        "by": record.created_by.rsplit("/", 1)[-1],
        "cost": cost_of(record),
    }


def cost_of(record: ActionRecord) -> str:
    """The estimate that came with a record; empty where none did."""
    return dollars(record.cost.usd) if record.cost else ""


def action_details(record: ActionRecord, url: str | None, links: dict[str, str] | None = None) -> dict[str, str]:
    """Everything that people want to know of a run or an action; what it lacks is left out."""
    fields = {
        "run": record.id.run,
        "action": record.id.action,
        "task": f"{record.task_name}:{record.task_version}",
        "kind": record.kind if record.kind != "task" else "",
        "parent": record.parent or "",
        "group": record.group or "",
        "result": "of an equal call, which was kept" if record.cache_hit else "",
        "phase": record.phase.value,
        "project": record.id.project,
        "domain": record.id.domain,
        "created": moment(record.created_at),
        "started": moment(record.started_at),
        "ended": moment(record.ended_at),
        "took": took(record),
        "by": record.created_by,
        "attempts": str(len(record.attempts) or ""),
        "memory": f"{record.memory_mb} MB" if record.memory_mb else "",
        "cost": cost_of(record),
        "children": "\n".join(f"{name}: {counted(each)}" for name, each in record.groups.items()),
        "labels": pairs(record.labels),
        "env vars": pairs(record.env_vars),
        "aborted": record.abort_reason or "",
        "warning": record.warning or "",
        "error": record.error.title if record.error else "",
        "traceback": record.error.traceback.rstrip() if record.error else "",
        "url": url or "",
        **{f"link {name}": address for name, address in (links or {}).items()},
    }
    return {name: value for name, value in fields.items() if value}


def counted(group: GroupCount) -> str:
    """How far a group of actions is: `40 of 100 ended, 2 failed`."""
    failed = f", {group.failed:,} failed" if group.failed else ""
    return f"{group.ended:,} of {group.total:,} ended{failed}"


def task_row(task: TaskVersion) -> dict[str, str]:
    """A version of a task in a list."""
    return {
        "task": task.name,
        "version": task.version,
        "deployed": moment(task.deployed_at),
        "by": task.deployed_by.rsplit("/", 1)[-1],
        "description": task.description.strip().split("\n", 1)[0],
    }


def version_row(task: TaskVersion) -> dict[str, str]:
    """A version in the list of one task's."""
    return {
        "task": task.name,
        "version": task.version,
        "latest": "yes" if task.is_latest else "",
        "deployed": moment(task.deployed_at),
        "by": task.deployed_by.rsplit("/", 1)[-1],
        "code": "" if task.code_bytes is None else size(task.code_bytes),
        "source": task.source_url or "",
    }


def task_details(details: TaskDetails) -> dict[str, str]:
    """Everything that people want to know of a task."""
    spec = details.spec
    fields = {
        "task": spec.name,
        "version": spec.version,
        "environment": spec.environment,
        "deployed": moment(details.deployed_at),
        "by": details.deployed_by,
        "description": spec.description.strip(),
        "inputs": "\n".join(_parameter(each) for each in spec.interface.inputs),
        "outputs": "\n".join(_parameter(each) for each in spec.interface.outputs),
        "memory": f"{spec.memory_mb} MB",
        "code": size(spec.code.size_bytes) if spec.code else "",
        "packages": size(spec.dependencies.size_bytes) if spec.dependencies else "",
        "secrets": ", ".join(_secret(each) for each in spec.secrets),
        "timeout": f"{spec.timeout.max_runtime_s:g} s" if spec.timeout.max_runtime_s else "",
        "cache": _cache(spec.cache),
        "env vars": pairs(spec.env_vars),
        "retries": str(spec.retry.count or ""),
        "source": spec.source_url or "",
        "docs": spec.docs.strip() if spec.docs.strip() != spec.description.strip() else "",
    }
    return {name: value for name, value in fields.items() if value}


def _cache(settings: CacheSettings) -> str:
    if not settings.enabled:
        return ""
    words = [f"results of version {settings.version[:12]}"]
    if settings.max_age_s is not None:
        words.append(f"up to {duration(settings.max_age_s)} old")
    if settings.ignored_inputs:
        words.append(f"whatever {', '.join(settings.ignored_inputs)} is")
    if settings.serialize:
        words.append("equal calls one at a time")
    return ", ".join(words)


def moment(at: datetime | None) -> str:
    """A point in time in the local zone, to the second."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S") if at else ""


def size(size_bytes: int) -> str:
    """Bytes for people: `12 B`, `3.4 MB`."""
    amount, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < _STEP:
            break
        amount, unit = amount / _STEP, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def took(record: ActionRecord) -> str:
    """How long it ran, or has run so far."""
    if record.started_at is None:
        return ""
    end = record.ended_at or datetime.now(UTC)
    return duration(max(0.0, (end - record.started_at).total_seconds()))


def pairs(values: dict[str, str]) -> str:
    """`a=1, b=2`."""
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _secret(ref: SecretRef) -> str:
    name = f"{ref.group}/{ref.key}" if ref.group else ref.key
    return f"{name} (file)" if ref.mount else f"{name} as {ref.env_var}"


def _parameter(parameter: Parameter) -> str:
    from flyte.remote._schema import name_of

    default = "" if parameter.required or parameter.default is None else f" = {parameter.default!r}"
    return f"{parameter.name}: {name_of(parameter.json_schema)}{default}"
