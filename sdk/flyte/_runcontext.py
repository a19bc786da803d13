"""How a run is to be made: the options of `flyte.with_runcontext`, checked at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ._expect import bound_of_actions, expect
from ._logging import SYSTEM_LEVEL, USER_LEVEL

Mode = Literal["local", "remote", "hybrid"]
CopyStyle = Literal["loaded_modules", "all", "none", "custom"]
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("name", "service_account", "version", "project", "domain", "queue"), (str,)),
    **dict.fromkeys(("raw_data_path", "run_base_dir"), (str,)),
    **dict.fromkeys(("dry_run", "interactive_mode", "overwrite_cache", "interruptible", "reset_root_logger"), (bool,)),
    **dict.fromkeys(("disable_run_cache", "preserve_original_types", "debug", "tracked", "tracked_strict"), (bool,)),
    **dict.fromkeys(("log_level", "user_log_level", "max_action_concurrency"), (int,)),
    "copy_bundle_to": (Path, str),
    "run_start_time": (datetime,),
}
_WORDS = {
    "mode": (None, "local", "remote", "hybrid"),
    "copy_style": ("loaded_modules", "all", "none", "custom"),
    "log_format": ("console", "json"),
    "cache_lookup_scope": ("global", "project-domain"),
}
_WITHOUT_EFFECT = (
    "interruptible",
    "queue",
    "cache_lookup_scope",
    "tracked",
    "tracked_strict",
    "debug",
)
_WITHOUT_EFFECT_REMOTELY = ("run_base_dir",)


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Options of one run. Names and meaning are Flyte's.

    Args:
        mode: `local` (in this process), `remote` (on the backend); by default remote where one is configured.
        name: The run's name; by default one is made.
        version: Version of the code; by default the bundle's digest.
        copy_style: Which code goes along: `loaded_modules`, `all`, `none` (needs `version`).
        dry_run: Make the specification and the bundle, and run nothing.
        copy_bundle_to: A folder that receives a copy of the bundle.
        project: Instead of the configured one.
        domain: Instead of the configured one.
        env_vars: Environment variables of the root action.
        labels: Labels of the run, to find it by.
        run_start_time: What the run's tasks take for its start, instead of now.
        overwrite_cache: Ignore and renew cached results.
        disable_run_cache: Neither use nor keep cached results.
        custom_context: Text by name, seen by every action.
        notifications: Who hears of the run's end: one of `flyte.notify`, or several.
        max_action_concurrency: Most actions at a time, at least 2: an action and those that it calls, of which others
            wait until one has ended; 0 means no bound. Who is called and calls others has the same bound for itself.
    """

    mode: Mode | None = None
    name: str | None = None
    service_account: str | None = None
    version: str | None = None
    copy_style: CopyStyle = "loaded_modules"
    dry_run: bool = False
    copy_bundle_to: Path | str | None = None
    interactive_mode: bool | None = None
    raw_data_path: str | None = None
    run_base_dir: str | None = None
    run_start_time: datetime | None = None
    overwrite_cache: bool = False
    project: str | None = None
    domain: str | None = None
    env_vars: dict[str, str] | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    interruptible: bool | None = None
    log_level: int | None = None
    log_format: str = "console"
    user_log_level: int | None = None
    reset_root_logger: bool = False
    disable_run_cache: bool = False
    queue: str | None = None
    max_action_concurrency: int | None = None
    notifications: Any = None
    custom_context: dict[str, str] | None = None
    cache_lookup_scope: Literal["global", "project-domain"] = "global"
    preserve_original_types: bool = False
    debug: bool = False
    tracked: bool = False
    tracked_strict: bool = False

    def __post_init__(self) -> None:
        for name, types in _TYPES.items():
            expect(name, getattr(self, name), *types)
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise ValueError(f"{name}={getattr(self, name)!r}: one of {', '.join(filter(None, words))}")
        if self.copy_style == "none" and not self.version:
            raise ValueError("copy_style='none' sends no code, so that nothing names its version: give version=")
        object.__setattr__(self, "max_action_concurrency", bound_of_actions(self.max_action_concurrency))
        for name in ("env_vars", "labels", "annotations", "custom_context"):
            _check_texts(name, getattr(self, name))
        if self.notifications is not None:
            from .notify import as_tuple

            as_tuple(self.notifications)

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The options that were given, and that change nothing of a run on the backend."""
        defaults = {each.name: each.default for each in fields(self)}
        names = (*_WITHOUT_EFFECT, *_WITHOUT_EFFECT_REMOTELY)
        return tuple(name for name in names if getattr(self, name) != defaults[name])

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables of a run on the backend, those that set the levels of its loggers included."""
        levels = {"LOG_LEVEL": (self.log_level, SYSTEM_LEVEL), "USER_LOG_LEVEL": (self.user_log_level, USER_LEVEL)}
        given = {name: str(level) for name, (level, usual) in levels.items() if level not in {None, usual}}
        return {**given, **(self.env_vars or {})}


def _check_texts(name: str, values: Any) -> None:
    if values is None:
        return
    if not isinstance(values, dict):
        raise TypeError(f"{name}={values!r}: a dict of texts")
    for key, value in values.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise ValueError(f"{name}: {key!r} is {value!r}, wanted text")  # noqa: TRY004 - Flyte's class
