"""Tasks that only sleep: on the backend suspended, at no cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte import _context, durable
from flyte._task import TaskTemplate
from flyte._task_plugins import TaskPluginRegistry

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True)
class Sleep:
    """The `plugin_config` of an environment whose tasks sleep for their input `duration: timedelta`."""


@dataclass(kw_only=True, eq=False)
class SleepTask(TaskTemplate[..., Any]):
    """A task of such an environment. In local mode its function is called instead."""

    task_type: str = "core-sleep"

    async def execute(self, duration: timedelta) -> Any:
        """Sleeps.

        Args:
            duration: For how long.
        """
        context = _context.current()
        if context is None or context.mode == "local":
            return await self._forward_async((), {"duration": duration})
        await durable.sleep.aio(duration.total_seconds())
        return None


TaskPluginRegistry.register(Sleep, SleepTask)
