"""The X-Ray trace that an invocation is a part of, handed on: to the executions that it starts, and to the user's code.

Lambda writes the segments of the functions, Step Functions those of the states; nothing here sends anything.
Source: Lambda developer guide, "Defined runtime environment variables"; X-Ray developer guide, "Tracing header".
"""

from __future__ import annotations

import os
from collections.abc import Mapping

HEADER_VARIABLE = "_X_AMZN_TRACE_ID"
"""Lambda sets it anew for each invocation."""
_HEADER_FIELDS = ("Root", "Parent", "Sampled")
_FOR_AN_SDK = (HEADER_VARIABLE, "AWS_XRAY_DAEMON_ADDRESS", "AWS_XRAY_CONTEXT_MISSING", "LAMBDA_TASK_ROOT")
"""By the last one the X-Ray SDK knows that the function's segment is there already; the daemon asks for no rights."""


def trace_header(environ: Mapping[str, str] = os.environ) -> str:
    """The header of this invocation's trace; empty where it has none.

    Without what Lambda adds of its own: it grows, and Step Functions takes 256 characters at most.
    """
    fields = _fields(environ)
    return ";".join(f"{name}={fields[name]}" for name in _HEADER_FIELDS if name in fields) if "Root" in fields else ""


def trace_id(environ: Mapping[str, str] = os.environ) -> str:
    """The id of the trace, if it is recorded: X-Ray keeps a sample only. Else empty."""
    fields = _fields(environ)
    return fields.get("Root", "") if fields.get("Sampled") == "1" else ""


def variables_for_user_code(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What lets an X-Ray or OpenTelemetry SDK in the task's process add to the trace; nothing without a trace."""
    if not trace_header(environ):
        return {}
    return {name: environ[name] for name in _FOR_AN_SDK if name in environ}


def _fields(environ: Mapping[str, str]) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in environ.get(HEADER_VARIABLE, "").split(";"))
    return {name: value for name, _, value in parts if value}
