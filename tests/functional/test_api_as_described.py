"""Requests made up from the OpenAPI document: whatever they are, the API answers as the document says, never 500."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
import schemathesis
from aws_lambda_powertools import Logger
from hypothesis import HealthCheck, Phase, given, settings
from openapi_schema_validator import OAS31Validator
from requests import Request
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from functions.api.application import build
from functions.api.document import describe
from functions.control.backend import Backend
from functions.control.clients import Clients
from tests.fakes.aws_stack import SETTINGS

if TYPE_CHECKING:
    from schemathesis import Case

    from tests.fakes.http_api import FakeHttpApi

DOCUMENT = describe(build(Backend(SETTINGS, Clients()), Logger(service="api", level="CRITICAL")), "1")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
FOUND = [each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok)]
OPERATIONS = {each.definition.raw["operationId"]: each for each in FOUND}

_EXAMPLES = 3
"""Requests that fit, and as many that do not, for each operation."""

_NEEDS_MORE = {"get_quotas"}
"""It asks Lambda for what moto does not tell."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - _NEEDS_MORE))
def test_each_answer_is_one_that_the_document_has(api: FakeHttpApi, name: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[name]
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body or operation.path_parameters):
        return

    @settings(
        max_examples=_EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Case) -> None:
        check(api, name, case)

    answers()


def test_whatever_grows_is_answered_page_by_page() -> None:
    """Each answer of rows that there may be any number of has a cursor, and takes a limit and a cursor."""
    schemas = DOCUMENT["components"]["schemas"]
    paged = set()
    for name, operation in OPERATIONS.items():
        if operation.method != "get":
            continue
        answer = operation.definition.raw["responses"]["200"]["content"]["application/json"]["schema"]
        model = answer["$ref"].rpartition("/")[2] if "$ref" in answer else ""
        if not model.endswith(("Page", "List", "RunCost")):
            continue
        given_as = {each["name"] for each in operation.definition.raw["parameters"]}
        assert "cursor" in schemas[model]["properties"], model
        assert {"limit", "cursor"} <= given_as, name
        paged.add(name)
    assert {"list_runs", "list_projects", "get_run_cost", "sum_costs", "get_logs"} <= paged


def check(api: FakeHttpApi, name: str, case: Case) -> None:
    given_as = case.as_transport_kwargs(base_url="http://api.test")
    kept = {key: given_as[key] for key in ("method", "url", "headers", "params", "json", "data") if key in given_as}
    sent = Request(**kept).prepare()
    path, _, query = str(sent.path_url).partition("?")
    body = sent.body if isinstance(sent.body, str | bytes | None) else b""
    headers = {key.lower(): str(value) for key, value in sent.headers.items()}
    answer = api.call(case.method, path, body, query=dict(parse_qs(query, keep_blank_values=True)), headers=headers)
    described = OPERATIONS[name].definition.raw["responses"].get(str(answer.status))
    assert described is not None, (answer.status, answer.body)
    assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR, answer.body
    if answer.status >= HTTPStatus.BAD_REQUEST:
        assert f"`{answer.code}`" in described["description"], answer.body
    schema = described["content"]["application/json"]["schema"]
    OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(answer.body)
