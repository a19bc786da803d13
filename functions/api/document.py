"""The OpenAPI document: what the routes say of themselves, made complete.

Powertools describes what its own validation would answer. Here every answer that is not 2xx is a `Problem`, with the
statuses and codes that the route has; and what docstrings say of fields and parameters goes into the document.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from flyte.protocol import api, conditions, costs, identity, runs, secrets, tasks, triggers, versions
from functions.api.refusals import Refusal, refusals_of

Json = dict[str, Any]

TITLE = "Flyte on AWS Lambda"
DESCRIPTION = (
    "Deploys tasks and runs them. Requests are signed with SigV4 for `execute-api`. Every answer that is not 2xx is a "
    "`Problem`; only what API Gateway refuses itself (403, 413, 429) has a `message` alone. Answers carry all fields, "
    "also those without a value."
)

_MODULES = (api, runs, tasks, triggers, versions, secrets, conditions, identity, costs)
_POWERTOOLS_OWN = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_PATH_PARAMETERS = {
    "project": "The project's id.",
    "domain": "The project's domain: `development`, `staging` or `production`.",
    "run": "The run's name.",
    "action": "The action's name; `a0` is the run's first.",
    "task": "The task's name: `{environment}.{function}`.",
    "version": "The task's version, or `latest`.",
    "name": "The trigger's name.",
    "key": "The secret's key.",
}
_GATEWAY_REFUSED = {"description": "API Gateway refused: no valid signature, or no right to `execute-api:Invoke`."}


def describe(app: APIGatewayHttpResolver, version: str) -> Json:
    """The document of an application."""
    made: Json = json.loads(app.get_openapi_json_schema(title=TITLE, version=version, description=DESCRIPTION))
    schemas: Json = made["components"]["schemas"]
    for name in _POWERTOOLS_OWN:
        schemas.pop(name, None)
    schemas |= _problem_schemas()
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    _require_answered_fields(made)
    _tell_of_fields(schemas)
    made["components"]["securitySchemes"] = {"sigv4": _SIGV4}
    made["security"] = [{"sigv4": []}]
    made["servers"] = [{"url": "/"}]
    _name_tags(made)
    made["paths"] = dict(sorted(made["paths"].items()))
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def to_text(document: Json) -> str:
    """The document as it is kept and compared: the same text for the same routes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


_SIGV4 = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "AWS Signature Version 4 of the service `execute-api`.",
    "x-amazon-apigateway-authtype": "awsSigv4",
}


def _complete(path: str, method: str, operation: Json) -> None:
    """Names the operation as its function is named, and says how it can end."""
    generated = operation["operationId"]
    suffix = "_" + method
    operation["operationId"] = name = _function_name(generated, path, suffix)
    for parameter in operation.get("parameters", []):
        parameter.setdefault("description", _PATH_PARAMETERS.get(parameter["name"], ""))
        parameter["schema"].pop("description", None)
    succeeded = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    for answer in succeeded.values():
        answer["description"] = operation["summary"] + "."
    if method == "get":
        succeeded["304"] = {"description": "It is as `If-None-Match` says: an answer's `ETag`. There is no body."}
    refused = _answers(refusals_of(name, path, has_body="requestBody" in operation))
    operation["responses"] = dict(sorted({**succeeded, **refused}.items()))


def _function_name(generated: str, path: str, suffix: str) -> str:
    """Powertools' own id is the function's name, the path and the method; paths of ours begin with `/v1/`."""
    return generated.removesuffix(suffix).partition("_v1_")[0] if path.startswith("/v1/") else generated


def _answers(refusals: Mapping[HTTPStatus, tuple[Refusal, ...]]) -> Json:
    made: Json = {str(HTTPStatus.FORBIDDEN.value): {**_GATEWAY_REFUSED, "content": _content("GatewayRefusal")}}
    for status, codes in refusals.items():
        text = "\n".join(f"- `{refusal.code}`: {refusal.when}" for refusal in codes)
        made[str(status.value)] = {"description": text, "content": _content("Problem")}
    return made


def _content(schema: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _problem_schemas() -> Json:
    problem = api.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    nested: Json = problem.pop("$defs", {})
    gateway = {
        "type": "object",
        "title": "GatewayRefusal",
        "description": "What API Gateway answers itself, before the backend sees the request.",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
    }
    return {**nested, "Problem": problem, "GatewayRefusal": gateway}


def _require_answered_fields(document: Json) -> None:
    """Of what is only ever answered, every field is there: who reads it need not ask whether."""
    schemas: Json = document["components"]["schemas"]
    operations = [each for item in document["paths"].values() for each in item.values()]
    asked = _reachable(schemas, [each["requestBody"] for each in operations if "requestBody" in each])
    for name in _reachable(schemas, [each["responses"] for each in operations]) - asked - {"Problem"}:
        if "properties" in schemas[name]:
            schemas[name]["required"] = list(schemas[name]["properties"])


def _reachable(schemas: Json, roots: list[Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        for name in _references(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _tell_of_fields(schemas: Json) -> None:
    """Puts what stands below a field in its class into its schema. Titles, which repeat the names, go."""
    told = _field_docstrings()
    for name, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            described.pop("title", None)
            if text := told.get(name, {}).get(field):
                described.setdefault("description", text)


@cache
def _field_docstrings() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for module in _MODULES:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_docstrings_in(node))
    return found


def _docstrings_in(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield field.target.id, inspect.cleandoc(str(after.value.value))


_TAGS = {
    "runs": "Starting runs, listing them, and ending them.",
    "actions": "What runs consist of: each call of a task, its inputs, outputs and log lines.",
    "tasks": "What is deployed.",
    "versions": "Which versions there are.",
    "triggers": "What starts tasks on a schedule.",
    "secrets": "What tasks receive and nobody sees.",
    "costs": "What runs cost: estimates at list prices.",
    "projects": "Projects, which all else is in.",
    "uploads": "Data that clients bring and read.",
    "backend": "What the backend is.",
}


def _name_tags(document: Json) -> None:
    used = {tag for item in document["paths"].values() for each in item.values() for tag in each["tags"]}
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items() if name in used]
