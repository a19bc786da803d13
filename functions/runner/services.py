"""What a task may ask its supervisor for while it runs: cached results, deployed tasks, and children of its action.

Everything is bound to the action that asks: a task cannot reach into another project or domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flyte.protocol.model import Json
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.runner.calls import Method
from functions.runner.children import Children


class Services(Protocol):
    """What the supervisor offers during one attempt."""

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""

    def succeeded(self, outputs: str) -> None:
        """The action has ended with these outputs, which are recorded."""

    def close(self, *, has_ended: bool) -> None:
        """The attempt is over, and with `has_ended` the action as well."""


class BackendServices:
    """The services of one attempt on a backend."""

    def __init__(self, claim: ClaimedAction, backend: Backend) -> None:
        self._claim = claim
        self._backend = backend
        self._children = Children(claim, backend)

    @property
    def methods(self) -> Mapping[str, Method]:
        """What the task can call, by name."""
        return {
            "find_result": self._find_result,
            "keep_result": self._keep_result,
            "describe_task": self._describe_task,
            "run_child": self._children.run,
            "abort_child": self._children.abort,
        }

    def succeeded(self, outputs: str) -> None:
        """Keeps the result, if the caller has said where."""
        if self._claim.cache_key:
            self._backend.results.keep(self._claim.id, self._claim.cache_key, outputs)

    def close(self, *, has_ended: bool) -> None:
        """Lets go of the children; they end with their parent."""
        self._children.close(abort=has_ended)

    def _find_result(self, params: Json) -> Json:
        found = self._backend.results.find(self._claim.id.scope, str(params["key"]))
        return None if found is None else {"outputs": found.outputs, "stored_at": found.stored_at.timestamp()}

    def _keep_result(self, params: Json) -> Json:
        self._backend.results.keep(self._claim.id, str(params["key"]), str(params["outputs"]))
        return None

    def _describe_task(self, params: Json) -> Json:
        """The specification of a deployed task; without a version, of the latest."""
        found = self._backend.registry.get(self._claim.id.scope, str(params["task"]), params.get("version"))
        return found.spec.to_json()
