"""Options that narrow a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flyte.protocol.phases import ActionPhase
from flyte_cli.arguments.times import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from flyte.remote import TimeFilter

PHASES = click.Choice([phase.value for phase in ActionPhase])
INSTANT = Instant()


def time_filter(after: datetime | None, before: datetime | None) -> TimeFilter | None:
    """The SDK's filter, or None where neither bound is given."""
    if after is None and before is None:
        return None
    from flyte.remote import TimeFilter

    return TimeFilter(after=after, before=before)
