"""What a path would take: for the answer to a request that no route takes."""

from __future__ import annotations

import re

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

_METHODS = ("get", "post", "put", "patch", "delete", "head")


def allowed_methods(app: APIGatewayHttpResolver, path: str) -> tuple[str, ...]:
    """The methods that have a route at `path`."""
    for template, item in (app.get_openapi_schema().paths or {}).items():
        pattern = re.sub(r"\\?[<{]\w+\\?[>}]", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            return tuple(method.upper() for method in _METHODS if getattr(item, method, None) is not None)
    return ()
