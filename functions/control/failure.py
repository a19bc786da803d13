"""How an attempt failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte.protocol.runs import ErrorRecord

if TYPE_CHECKING:
    from functions.control.claims import ClaimedAction


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt failed. `recoverable` is false where no policy may retry it; `is_ours` as in `retries`."""

    error: ErrorRecord
    recoverable: bool = True
    is_ours: bool = False


def outputs_too_large(claimed: ClaimedAction, size_bytes: int) -> Failure:
    """The failure of an attempt whose outputs have more bytes than its task allows."""
    limit = claimed.spec.max_inline_io_bytes
    return Failure(
        ErrorRecord(
            code="InlineIOMaxBytesBreached",
            kind="user",
            message=f"The outputs of {claimed.spec.name} have {size_bytes:,} bytes; max_inline_io_bytes allows "
            f"{limit:,}. Return a flyte.io.File or Dir, or raise max_inline_io_bytes of the task.",
        ),
        recoverable=False,
    )
