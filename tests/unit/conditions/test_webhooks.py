"""The POST that tells of a condition: what it says, and that its failure is a warning."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from flyte._condition import Condition, ConditionWebhook
from flyte._context import ActionID
from flyte.runtime.webhooks import tell
from tests.fakes.listener import Listener, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

PARENT = ActionID("a0", "release", "shop", "production")
PATH = "/v1/projects/shop/domains/production/runs/release/actions/n1/signal"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


def condition(url: str, payload: dict[str, Any] | None = None) -> Condition[int]:
    return Condition("share", "How many?", data_type=int, webhook=ConditionWebhook(url, payload))


def test_it_tells_what_is_asked_and_where_to_answer(listener: Listener) -> None:
    tell(condition(listener.url), PARENT, "n1", PATH)
    (told,) = listener.told
    body = told.body
    assert (told.method, told.path, told.headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert (body["run"], body["action"], body["condition"], body["data_type"]) == ("release", "n1", "share", "int")
    assert body["callback_uri"] == PATH


def test_a_payload_is_sent_with_the_path_filled_in(listener: Listener) -> None:
    payload = {"text": "Answer: {callback_uri}!", "more": [{"to": "{callback_uri}"}], "urgent": True}
    tell(condition(listener.url, payload), PARENT, "n1", PATH)
    assert listener.told[0].body == {"text": f"Answer: {PATH}!", "more": [{"to": PATH}], "urgent": True}


@pytest.mark.parametrize("fault", ["refused", "answers 500", "no JSON"])
def test_what_goes_wrong_is_a_warning(listener: Listener, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    listener.status = 500
    url = "http://127.0.0.1:9" if fault == "refused" else listener.url
    with caplog.at_level(logging.WARNING, "flyte.user"):
        tell(condition(url, {"x": object()} if fault == "no JSON" else None), PARENT, "n1", PATH)
    (warning,) = caplog.records
    assert "'share' was not told" in warning.getMessage()
    assert warning.getMessage().endswith("flyte signal condition release n1")
