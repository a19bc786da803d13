"""What the AWS account allows that runs depend on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from flyte.protocol.api import Quotas

if TYPE_CHECKING:
    from functions.control.clients import Clients

_logger = logging.getLogger(__name__)


def read(clients: Clients) -> Quotas:
    """Asks Lambda. What it does not answer is left open: nothing depends on it but advice."""
    try:
        limits = clients.functions.get_account_settings()["AccountLimit"]
    except (ClientError, BotoCoreError, KeyError) as error:
        _logger.warning("Lambda does not tell of the account's quotas: %s", error)
        return Quotas()
    return Quotas(
        concurrent_executions=limits.get("ConcurrentExecutions"),
        unreserved_concurrent_executions=limits.get("UnreservedConcurrentExecutions"),
    )
