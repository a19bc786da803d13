"""Lines of the functions' own: one JSON object each, with the fields that docs/logs.md names."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from functions.api.requests_told import fault_of, fields_of
from functions.observability.function_log import function_log
from functions.observability.lines import LineHandler, log_functions
from functions.recorder.recording import subject_of
from tests.fakes.http_api import CALLER, event

if TYPE_CHECKING:
    from collections.abc import Iterator

INVOCATION = {"project": "p", "domain": "d", "run": "r1", "action": "a0", "attempt": 1}


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    ours = logging.getLogger("functions")
    before = (ours.handlers[:], ours.propagate, ours.level)
    yield
    ours.handlers[:], ours.propagate, ours.level = before


def test_a_record_of_the_runner_is_a_line_with_whose_it_is() -> None:
    written: list[str] = []
    handler = LineHandler(written.append)
    handler.fields = INVOCATION
    log_functions(handler)
    logging.getLogger("functions.control.some").warning("closed %s", "it\n\N{GRINNING FACE}", extra={"action": "c1"})
    (text,) = written
    assert text.endswith("}\n")
    assert text.isascii()
    line = json.loads(text)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "WARNING",
        "message": "closed it\n\N{GRINNING FACE}",
        "location": "functions.control.some",
        **INVOCATION,
        "action": "c1",
    }


def test_an_exception_is_a_part_of_its_line() -> None:
    written: list[str] = []
    log_functions(LineHandler(written.append))
    try:
        int("oh")
    except ValueError:
        logging.getLogger("functions.control.some").exception("failed")
    assert "ValueError: " in json.loads(written[0])["exception"]


def test_control_logs_as_its_function_does(capsys: pytest.CaptureFixture[str]) -> None:
    logger = function_log()
    with logger.append_context_keys(run="r1"):
        logging.getLogger("functions.control.some").warning("closed", extra={"action": "a0"})
    logging.getLogger("functions.control.some").info("later")
    first, second = (json.loads(text) for text in capsys.readouterr().out.splitlines())
    assert {"level": "WARNING", "message": "closed", "run": "r1", "action": "a0"}.items() <= first.items()
    assert first["timestamp"].endswith("+00:00")
    assert "run" not in second


def test_a_request_tells_who_asked_for_what() -> None:
    asked = event("GET", "/v1/projects/p/domains/d/runs/r1/actions/a0/logs", None, {}, {})
    assert fields_of(asked) == {
        "request_id": "request-1",
        "caller": CALLER,
        "method": "GET",
        "path": asked["rawPath"],
        "project": "p",
        "domain": "d",
        "run": "r1",
        "action": "a0",
    }
    assert fields_of({"rawPath": "/v1/projects/p/domains/d/tasks/e%2Ef/versions/v1"})["task"] == "e.f"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"statusCode": 200, "body": "{}"}, {}),
        ({"statusCode": 404, "body": '{"code": "C", "message": "m"}'}, {"error": "C", "error_message": "m"}),
        ({"statusCode": 502, "body": "<html>"}, {}),
    ],
)
def test_a_refusal_tells_why(answer: dict[str, Any], told: dict[str, Any]) -> None:
    assert fault_of(answer) == told


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({"close": {**INVOCATION, "error": "E", "cause": "c"}}, INVOCATION),
        ({"park": {**INVOCATION, "token": "t"}}, INVOCATION),
        ({"source": "aws.states", "detail": {"input": json.dumps({**INVOCATION, "function_arn": "f"})}}, INVOCATION),
        ({"source": "aws.states", "detail": {"input": "by hand"}}, {}),
        ({"source": "aws.states", "detail": {"input": "[1]"}}, {}),
    ],
)
def test_what_the_recorder_is_told_of_is_named_without_secrets(given: dict[str, Any], subject: dict[str, Any]) -> None:
    assert subject_of(given) == subject
