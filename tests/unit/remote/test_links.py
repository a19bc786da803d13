"""An action's links: the task's own, and its trace where that is kept."""

from __future__ import annotations

import pytest

from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from flyte.remote._records import links_of
from tests.fakes.api import NOW

ARN = "arn:aws:states:eu-west-1:{account}:execution:flyte-actions:name"


def record(account: str, trace_id: str) -> ActionRecord:
    return ActionRecord.model_validate(
        {
            "id": {"project": "p", "domain": "d", "run": "r", "action": "a0"},
            "task_name": "e.t",
            "task_version": "v",
            "phase": ActionPhase.SUCCEEDED,
            "created_at": NOW,
            "updated_at": NOW,
            "execution_arn": ARN.format(account=account) if account else "",
            "trace_id": trace_id,
        }
    )


def test_a_trace_that_is_kept_has_a_link() -> None:
    url = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#xray:traces/1-a-b"
    assert links_of(record("123456789012", "1-a-b")) == {"X-Ray trace": url}


@pytest.mark.parametrize(("account", "trace_id"), [("123456789012", ""), ("000000000000", "1-a-b"), ("", "1-a-b")])
def test_there_is_none_without_a_trace_or_without_aws(account: str, trace_id: str) -> None:
    assert links_of(record(account, trace_id)) == {}
