"""Apps of common web frameworks. The frameworks themselves are the program's own affair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._environment import AppEnvironment


@dataclass(eq=False, kw_only=True)
class FastAPIAppEnvironment(AppEnvironment):
    """An app of FastAPI.

    Args:
        app: The application.
        uvicorn_config: How it is served.
    """

    app: Any
    type: str | None = "FastAPI"
    uvicorn_config: Any = None
