"""The trace of an invocation goes on in what it starts, if there is one."""

from __future__ import annotations

import pytest

from functions.control.tracing import trace_header, trace_id, variables_for_user_code

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
HEADER = f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (HEADER, ROOT),
        (f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1|b:0", ROOT),
        (f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=0", ""),
        (f"Root={ROOT}", ""),
        ("", ""),
        ("nonsense;=;", ""),
    ],
)
def test_only_a_trace_that_is_kept_is_worth_a_link(header: str, known: str) -> None:
    assert trace_id({"_X_AMZN_TRACE_ID": header}) == known


def test_what_lambda_adds_to_a_header_is_not_handed_on() -> None:
    lineage = ";Lineage=" + "|".join(f"{number:08x}:0" for number in range(40))
    assert trace_header({"_X_AMZN_TRACE_ID": HEADER + lineage}) == HEADER
    assert trace_header({"_X_AMZN_TRACE_ID": "nonsense;=;"}) == ""


def test_without_a_trace_there_is_nothing_to_hand_on() -> None:
    environ = {"AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000", "LAMBDA_TASK_ROOT": "/var/task"}
    assert (trace_header(environ), trace_id(environ), variables_for_user_code(environ)) == ("", "", {})


def test_user_code_gets_what_an_sdk_needs_and_nothing_else() -> None:
    for_an_sdk = {"_X_AMZN_TRACE_ID": HEADER, "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000"}
    assert variables_for_user_code({**for_an_sdk, "AWS_ACCESS_KEY_ID": "a", "FLYTE_RUNS_TABLE": "t"}) == for_an_sdk
