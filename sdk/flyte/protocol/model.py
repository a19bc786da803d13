"""The base of every model on the wire: frozen, and strict about unknown fields."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from . import limits


class Model(BaseModel):
    """A frozen value that travels as JSON. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> str:
        """Compact JSON without fields that have no value."""
        return self.model_dump_json(exclude_none=True)

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values without fields that have no value."""
        return self.model_dump(mode="json", exclude_none=True)


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Scope = Annotated[str, StringConstraints(pattern=limits.SCOPE_PATTERN)]
RunName = Annotated[str, StringConstraints(pattern=limits.RUN_NAME_PATTERN)]
ActionName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=limits.ACTION_NAME_MAX_CHARS)]
TaskName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[_-][a-z0-9]+)*\.[^\s.:/]+$", max_length=255)]
Version = Annotated[str, StringConstraints(pattern=limits.VERSION_PATTERN)]
Json = Any
"""Any JSON value."""
