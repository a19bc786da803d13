"""Timeouts that a state reads from its input: ministack knows `TimeoutSeconds` alone, and would wait for a day."""

from __future__ import annotations

from typing import Any

from ministack.services import stepfunctions  # type: ignore[import-not-found]


def with_timeout(state: dict[str, Any], given: Any) -> dict[str, Any]:
    """The state with `TimeoutSeconds` instead of `TimeoutSecondsPath`; `given` is its input."""
    path = state.get("TimeoutSecondsPath")
    if path is None:
        return state
    value = given
    for name in path.removeprefix("$.").split("."):
        value = value[name]
    return {**{name: state[name] for name in state if name != "TimeoutSecondsPath"}, "TimeoutSeconds": value}


def install() -> None:
    """Let ministack's tasks keep them."""
    execute = stepfunctions._execute_task  # noqa: SLF001 - the pin makes this name known

    def execute_in_time(state: dict[str, Any], given: Any, *args: Any, **options: Any) -> Any:
        return execute(with_timeout(state, given), given, *args, **options)

    stepfunctions._execute_task = execute_in_time  # noqa: SLF001 - see above
