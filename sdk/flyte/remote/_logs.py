"""Log lines of an action, page after page, as long as more may come."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from typing import TYPE_CHECKING

from flyte.protocol.api import LogPage

from ._http import get_client, scope_path
from ._polling import delays

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flyte.protocol.identity import ActionId
    from flyte.protocol.runs import LogLine

PAGE = 500


async def stream(action_id: ActionId, attempt: int | None = None, *, follow: bool = True) -> AsyncIterator[LogLine]:
    """An action's log lines in time order.

    Args:
        action_id: The action.
        attempt: Only those of one attempt; by default of all, one after the other.
        follow: Whether to wait for more until the action has ended.
    """
    client = get_client()
    path = scope_path(action_id.project, action_id.domain, "runs", action_id.run, "actions", action_id.action)
    cursor: str | None = None
    pauses = delays()
    while True:
        page = await client.get(f"{path}/logs", LogPage, {"attempt": attempt, "limit": PAGE, "cursor": cursor})
        for line in page.lines:
            yield line
        cursor = page.cursor
        if cursor is None or not (page.lines or follow):
            return
        if page.lines:
            pauses = delays()
        else:
            await asyncio.sleep(next(pauses))


async def log_lines(
    action_id: ActionId, attempt: int | None = None, *, show_ts: bool = False, filter_system: bool = False
) -> AsyncIterator[str]:
    """The lines as text."""
    async for line in stream(action_id, attempt):
        if not (filter_system and line.source == "system"):
            yield shown(line, show_ts=show_ts)


async def print_logs(
    action_id: ActionId, attempt: int | None, max_lines: int | None, *, show_ts: bool, filter_system: bool
) -> None:
    """Prints the last lines that are there."""
    kept: deque[str] = deque(maxlen=max_lines)
    async for line in stream(action_id, attempt, follow=False):
        if not (filter_system and line.source == "system"):
            kept.append(shown(line, show_ts=show_ts))
    for text in kept:
        sys.stdout.write(f"{text}\n")


def shown(line: LogLine, *, show_ts: bool = False) -> str:
    """A line as text, with its time if asked for."""
    text = line.message.rstrip("\n")
    return f"[{line.at.isoformat(timespec='milliseconds')}] {text}" if show_ts else text
