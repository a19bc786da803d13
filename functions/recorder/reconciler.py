"""On a schedule: closes or starts what runner and recorder both missed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.control.backend import Backend
from functions.control.closing import FINDS
from functions.control.reconciliation import QUIET_FOR
from functions.observability.ended_actions import EndedActions
from functions.observability.function_log import function_log
from functions.observability.metrics import Measured, Metrics

_TIME_TO_FINISH_MS = 15_000
"""One action's check, with all retries of its calls, must fit into what is left."""

logger = function_log()
_metrics = Metrics.from_environment()
_backend = Backend.from_environment(EndedActions(_metrics))


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """One pass. `{"quiet_for_s": 0}` looks at every open action, such as after the emulator was started again."""
    quiet_for = timedelta(seconds=float(event.get("quiet_for_s", QUIET_FOR.total_seconds())))
    verdicts = _backend.reconciliation.run(
        has_time=lambda: context.get_remaining_time_in_millis() > _TIME_TO_FINISH_MS, quiet_for=quiet_for
    )
    answer = {verdict.value: count for verdict, count in verdicts.items()}
    finds = sum(verdicts[each] for each in FINDS)
    members = _metrics.members(Measured(counts={"ReconcilerFinds": finds})) if finds else {}
    logger.info("reconciled", event="reconciled", verdicts=answer, **members)
    return answer
