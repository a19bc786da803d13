"""What a task may ask its supervisor for while it runs: cached results of its project and domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flyte.protocol.identity import ActionId
from flyte.protocol.model import Json
from functions.control.claims import ClaimedAction
from functions.control.results import CachedResult
from functions.runner.calls import Method


class ResultStore(Protocol):
    """What of `control.results.Results` a runner needs."""

    def find(self, scope: str, key: str) -> CachedResult | None:
        """The result under a key."""

    def keep(self, action: ActionId, key: str, outputs: str) -> None:
        """Keeps a result under a key."""


def methods_for(claim: ClaimedAction, results: ResultStore) -> Mapping[str, Method]:
    """The methods of one attempt, bound to its action: a task cannot reach into another project."""

    def find_result(params: Json) -> Json:
        found = results.find(claim.id.scope, str(params["key"]))
        return None if found is None else {"outputs": found.outputs, "stored_at": found.stored_at.timestamp()}

    def keep_result(params: Json) -> Json:
        results.keep(claim.id, str(params["key"]), str(params["outputs"]))
        return None

    return {"find_result": find_result, "keep_result": keep_result}
