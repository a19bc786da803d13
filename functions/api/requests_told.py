"""What log lines tell of a request: who asked for what, and why it was refused."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

_NAMED = {"projects": "project", "domains": "domain", "runs": "run", "actions": "action", "tasks": "task"}
"""Parts of paths after which a name comes, and the field that it becomes."""
_PAIR = re.compile(rf"/({'|'.join(_NAMED)})/([^/]+)")
_MESSAGE_CHARS = 500


def fields_of(event: dict[str, Any]) -> dict[str, str]:
    """The fields of all lines of a request: its id, the caller, method and path, and what the path names."""
    context = event.get("requestContext", {})
    iam = context.get("authorizer", {}).get("iam") or {}
    path = event.get("rawPath", "")
    return {
        "request_id": context.get("requestId", ""),
        "caller": iam.get("userArn") or "",
        "method": context.get("http", {}).get("method", ""),
        "path": path,
        **{_NAMED[kind]: unquote(name) for kind, name in _PAIR.findall(path)},
    }


def fault_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Code and message of an answer that is a problem; nothing of others."""
    if answer["statusCode"] < HTTPStatus.BAD_REQUEST:
        return {}
    try:
        problem = json.loads(answer.get("body") or "{}")
    except ValueError:
        return {}
    return {"error": str(problem.get("code", "")), "error_message": str(problem.get("message", ""))[:_MESSAGE_CHARS]}
