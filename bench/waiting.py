"""What waiting and replaying cost in the devbox, by what the runner records of its attempts.

`FLYTE_BENCH_WAIT_S` sets how long a parent waits for its child: 20 s by default, so that the table is ready in minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import flyte
from tests.devbox_fixture import running_devbox

from .fanout_tasks import replay, wait_for
from .measure import Row

WAIT_S = float(os.environ.get("FLYTE_BENCH_WAIT_S") or 20)
BILLED_S = 5.0
CHILDREN = 1_000
REPLAY_S = 2.0


def rows() -> Iterator[Row]:
    """The parent's billed time, and the time in which a second attempt takes up what its first one had done."""
    with running_devbox() as devbox:
        flyte.init(endpoint=devbox.endpoint, insecure=True, project="flytesnacks", domain="development")
        waited: Any = flyte.run(wait_for, seconds=WAIT_S)
        waited.wait()
        attempt = waited.details().action_details._record.attempts[-1]  # noqa: SLF001 - the runner's own report
        billed_s = attempt.active_ms / 1000
        yield Row(
            f"billed time of a parent that waits {WAIT_S:.0f} s for a child",
            billed_s,
            "s",
            f"suspended for {attempt.suspended_ms / 1000:.0f} s",
            None,
            f"≤ {BILLED_S:.0f} s",
            billed_s <= BILLED_S,
        )
        replayed: Any = flyte.run(replay, children=CHILDREN)
        replay_s = float(replayed.outputs().o0) / 1000
        yield Row(
            f"replay of a parent with {CHILDREN:,} finished children",
            replay_s,
            "s",
            "",
            None,
            f"≤ {REPLAY_S:.0f} s",
            replay_s <= REPLAY_S,
        )
