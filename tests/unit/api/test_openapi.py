"""The OpenAPI document that the console's client is generated from: valid, complete, the same each time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from openapi_spec_validator import validate

from functions.api import document, openapi, refusals
from functions.api.application import build
from functions.control.backend import Backend
from functions.control.clients import Clients
from tests.fakes.aws_stack import SETTINGS


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    app = build(Backend(SETTINGS, Clients()), Logger(service="api", level="CRITICAL"))
    return document.describe(app, "1")


@pytest.fixture(scope="module")
def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = [operation for item in described["paths"].values() for operation in item.values()]
    named = {operation["operationId"]: operation for operation in found}
    assert len(named) == len(found)
    return named


def test_it_is_an_openapi_document(described: dict[str, Any]) -> None:
    validate(described)


def test_operations_are_named_like_methods(operations: dict[str, dict[str, Any]]) -> None:
    assert {"list_runs", "create_run", "get_task", "signal_condition"} <= operations.keys()
    assert not [name for name in operations if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)]


def test_every_operation_answers_a_model_and_refuses_with_a_problem(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            if status == "304":
                continue
            schema = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert answer["description"], (name, status)
            if status.startswith("2"):
                assert schema not in {"Problem", "GatewayRefusal"}, name
            else:
                assert schema == ("GatewayRefusal" if status == "403" else "Problem"), (name, status)
        assert {"400", "403", "429", "500"} <= operation["responses"].keys(), name


def test_every_operation_and_parameter_says_what_it_is(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        assert operation["summary"], name
        assert operation["tags"], name
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (name, parameter["name"])


def test_every_model_says_what_it_is(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert not [name for name, schema in schemas.items() if not schema.get("description")]
    assert schemas["ActionRecord"]["properties"]["parked_at"]["description"].startswith("Since when its task only")


def test_nothing_is_left_of_what_powertools_would_answer(described: dict[str, Any]) -> None:
    assert not [name for name in described["components"]["schemas"] if "ValidationError" in name]


def test_fields_of_answers_are_required_and_those_of_requests_only_where_they_are(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas["ActionRecord"]["required"]) == set(schemas["ActionRecord"]["properties"])
    assert schemas["AbortRequest"].get("required", []) == []


def test_a_refusal_that_is_listed_belongs_to_an_operation(operations: dict[str, dict[str, Any]]) -> None:
    assert refusals._OF_OPERATIONS.keys() <= operations.keys()


def test_the_command_prints_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    openapi.main()
    first = capsys.readouterr().out
    openapi.main()
    assert capsys.readouterr().out == first
    assert '"list_runs"' in first
