"""Saved queries of CloudWatch Logs Insights: ministack refuses templates that have some. Here it forgets them."""

from __future__ import annotations

import uuid
from typing import Any

from ministack.services.cloudformation import provisioners  # type: ignore[import-not-found]

RESOURCE_TYPE = "AWS::Logs::QueryDefinition"


def install() -> None:
    """Let templates have saved queries."""
    provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE] = {"create": _create, "update": _update, "delete": _delete}  # noqa: SLF001 - the pin makes this name known


def _create(_logical_id: str, _properties: dict[str, Any], _stack_name: str) -> tuple[str, dict[str, str]]:
    name = str(uuid.uuid4())
    return name, {"QueryDefinitionId": name}


def _update(physical_id: str, _before: dict[str, Any], _after: dict[str, Any], _stack_name: str) -> Any:
    return physical_id, {"QueryDefinitionId": physical_id}


def _delete(_physical_id: str, _properties: dict[str, Any]) -> None:
    """Nothing was kept."""
