"""What a task may ask its supervisor for while it runs: cached results, and deployed tasks as its children.

Everything is bound to the action that asks: a task cannot reach into another project or domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flyte.protocol.identity import ActionId
from flyte.protocol.model import Json
from flyte.protocol.runs import RunSpec, TaskReference
from functions.control.action_items import to_record
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction
from functions.control.results import CachedResult
from functions.runner.calls import Method


class ResultStore(Protocol):
    """What of `control.results.Results` a runner needs."""

    def find(self, scope: str, key: str) -> CachedResult | None:
        """The result under a key."""

    def keep(self, action: ActionId, key: str, outputs: str) -> None:
        """Keeps a result under a key."""


def methods_for(claim: ClaimedAction, backend: Backend) -> Mapping[str, Method]:
    """The methods of one attempt."""
    return {**_results(claim, backend.results), **_deployed_tasks(claim, backend)}


def _results(claim: ClaimedAction, results: ResultStore) -> Mapping[str, Method]:

    def find_result(params: Json) -> Json:
        found = results.find(claim.id.scope, str(params["key"]))
        return None if found is None else {"outputs": found.outputs, "stored_at": found.stored_at.timestamp()}

    def keep_result(params: Json) -> Json:
        results.keep(claim.id, str(params["key"]), str(params["outputs"]))
        return None

    return {"find_result": find_result, "keep_result": keep_result}


def _deployed_tasks(claim: ClaimedAction, backend: Backend) -> Mapping[str, Method]:
    def describe_task(params: Json) -> Json:
        """The specification of a deployed task; without a version, of the latest."""
        found = backend.registry.get(claim.id.scope, str(params["task"]), params.get("version"))
        return found.spec.to_json()

    def start_child(params: Json) -> Json:
        """Starts a deployed task as a child, once a name."""
        task = TaskReference(name=params["task"], version=params["version"])
        asked = RunSpec(task=task, inputs=params["inputs"], custom_context=params["custom_context"])
        backend.runs.start_child(claim, str(params["name"]), asked)
        return None

    def look_at_child(params: Json) -> Json:
        """The child's phase and, at its end, its outputs (a JSON text) or error."""
        item = backend.actions.get(claim.id.action_id(str(params["name"])))
        record = to_record(item)
        answer: dict[str, Json] = {"phase": record.phase.value, "terminal": record.phase.is_terminal}
        if record.error is not None:
            answer["error"] = record.error.to_dict()
        outputs = item.get("outputs")
        if outputs is None and "outputs_uri" in item:
            outputs = backend.payloads.read(item["outputs_uri"]).decode()
        return {**answer, "outputs": outputs}

    return {"describe_task": describe_task, "start_child": start_child, "look_at_child": look_at_child}
