"""`python -m functions.api.openapi` prints the OpenAPI document. It needs no AWS: no route is called."""

from __future__ import annotations

import sys

from aws_lambda_powertools import Logger

from functions.api.application import build
from functions.api.document import describe, to_text
from functions.control.backend import Backend
from functions.control.clients import Clients
from functions.control.settings import Settings

VERSION = "1"
"""The document's version here: that of the paths. A stack's own document has the stack's."""


def main() -> None:
    """Prints the document."""
    backend = Backend(Settings(registry_table="", runs_table="", bucket=""), Clients())
    sys.stdout.write(to_text(describe(build(backend, Logger(service="api")), VERSION)))


if __name__ == "__main__":
    main()
