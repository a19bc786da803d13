"""The HTML report of an action, as its task wrote it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flyte.errors import RuntimeUserError

if TYPE_CHECKING:
    from flyte.protocol.identity import ActionId


async def fetch_report(action_id: ActionId) -> str:
    """The page that the last attempt to write one wrote.

    Raises:
        RuntimeUserError: `ReportNotFound`: there is none.
    """
    return await asyncio.to_thread(_read, action_id)


def _read(action_id: ActionId) -> str:
    from flyte.io._presigned import PresignedStore, bucket_of

    from ._http import get_client

    place = f"runs/{action_id.project}/{action_id.domain}/{action_id.run}/{action_id.action}/data"
    uri = f"s3://{bucket_of(get_client())}/{place}/report.html"
    try:
        with PresignedStore().open_read(uri) as file:
            return file.read().decode()
    except FileNotFoundError:
        raise no_report(f"{action_id.run}/{action_id.action}") from None


def no_report(name: str) -> RuntimeUserError:
    """The error for an action without a report."""
    return RuntimeUserError(
        "ReportNotFound",
        f"{name} has no report: its task logged none with flyte.report, has not ended, or wrote its data elsewhere "
        "(raw_data_path)",
    )
