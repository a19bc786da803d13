"""Calls of deployed tasks, also with other settings: the specification is then changed, and run under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte.errors import RemoteTaskUsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte.protocol.tasks import CacheSettings, TaskSpec

_CHANGED = frozenset(
    {
        "cache",
        "short_name",
        "resources",
        "retries",
        "timeout",
        "env_vars",
        "secrets",
        "service_account",
        "max_inline_io_bytes",
    }
)
_WITHOUT_EFFECT = frozenset({"queue", "produces_artifacts"})


def checked_overrides(task: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are to be changed, without those that are None.

    Raises:
        RemoteTaskUsageError: One of them belongs to the deployed code.
    """
    from flyte._deploy._without_effect import warn_of_override

    wanted = {name: value for name, value in given.items() if value is not None}
    for name in wanted:
        if name not in _CHANGED | _WITHOUT_EFFECT:
            raise RemoteTaskUsageError(
                f"{task} is deployed, so that {name} cannot be overridden: change it in the code and deploy that. "
                f"These can: {', '.join(sorted(_CHANGED))}"
            )
    warn_of_override(task, sorted(_WITHOUT_EFFECT & wanted.keys()))
    return {name: value for name, value in wanted.items() if name in _CHANGED}


def with_overrides(spec: TaskSpec, overrides: Mapping[str, Any]) -> TaskSpec:
    """The specification with other settings. Variables are added to those that it has, all else takes their place.

    Raises:
        TypeError: A setting has the wrong type.
        ValueError: A setting has a value that it cannot have.
        DeploymentError: Lambda cannot run a task so.
    """
    from flyte._deploy._specify import checked_role, memory_mb, retry_policy, secrets_of, timeout_policy
    from flyte._expect import expect, expect_texts

    changes: dict[str, Any] = {"triggers": ()}  # which start what is deployed
    for name, value in overrides.items():
        match name:
            case "resources":
                changes["memory_mb"] = memory_mb(spec.name, value)
            case "retries":
                changes["retry"] = retry_policy(value)
            case "timeout":
                changes["timeout"] = timeout_policy(value)
            case "env_vars":
                expect_texts(name, value)
                changes["env_vars"] = {**spec.env_vars, **value}
            case "secrets":
                changes["secrets"] = secrets_of(spec.name, value)
            case "cache":
                changes["cache"] = _cache_settings(spec.name, value)
            case "service_account":
                changes["service_account"] = checked_role(spec.name, value)
            case _:
                expect(name, value, str if name == "short_name" else int)
                changes[name] = value
    return type(spec).model_validate({**spec.model_dump(), **changes})


def _cache_settings(task: str, cache: Any) -> CacheSettings:
    """Those of `override(cache=flyte.Cache(…))`: nothing is reused, or what has the version that is given.

    Raises:
        TypeError: It is no `flyte.Cache`.
        ValueError: There is no version, and the code that it could be made from is not here.
    """
    from flyte._cache import Cache
    from flyte._deploy._specify import enabled_cache
    from flyte._expect import expect
    from flyte.protocol.tasks import CacheSettings

    expect("cache", cache, Cache)
    if not cache.is_enabled():
        return CacheSettings(is_override=True)
    if cache.behavior == "auto":
        raise ValueError(
            f"{task} is deployed, so that no version of its cached results can be made from its code here: "
            "cache.behavior must be 'disable', or 'override' with a version_override"
        )
    if not cache.version_override:
        raise ValueError(f"{task}: cache.version_override must be set where cache.behavior is 'override'")
    return enabled_cache(cache, cache.version_override).model_copy(update={"is_override": True})


def call_deployed(
    name: str,
    version: str | None,
    scope: tuple[str | None, str | None],
    overrides: Mapping[str, Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Any:
    """A child action of the running task; its result is awaited.

    Args:
        name: The deployed task.
        version: Its version; without one, the latest.
        scope: Project and domain where it is deployed; None for the running task's own.
        overrides: Settings, as `checked_overrides` gives them.
        args: Inputs by position.
        kwargs: Inputs by name.

    Raises:
        RemoteTaskUsageError: No task runs here, or one of another project or domain.
    """
    from flyte import _context

    context = _context.current()
    if context is None:
        raise RemoteTaskUsageError(
            f"{name} is deployed: run it with flyte.run(task, ...), or call it inside a task that runs on the backend"
        )
    own = (context.action.project or "", context.action.domain or "")
    wanted = (scope[0] or own[0], scope[1] or own[1])
    if wanted != own:
        raise RemoteTaskUsageError(
            f"{name} is deployed to {'/'.join(wanted)}, and this task runs in {'/'.join(own)}: a task calls "
            "those of its own project and domain"
        )
    return context.controller.submit_deployed(name, version, overrides, args, kwargs)
