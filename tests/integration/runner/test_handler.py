"""The real handler in a process of its own, on moto: what it records, prints and leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.embedded_metrics import assert_valid, metrics_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What tests/integration/runner/function_process.py tells."""
    path = os.pathsep.join(str(ROOT / name) for name in ("", "sdk"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.runner.function_process"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "TMPDIR": str(tmp_path_factory.mktemp("sandbox"))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_an_invocation_gives_its_outcome_and_records_the_outputs(function: dict[str, Any]) -> None:
    first = function["greet"][0]
    assert first["outcome"] == {"status": "succeeded", "attempt": 1, "wait_s": 0, "error": "", "cause": ""}
    assert json.loads(first["item"]["outputs"]) == {"o0": "hi!"}
    assert first["item"]["phase"] == "succeeded"
    assert first["item"]["attempts"][0]["log_stream"] == "stream"


def test_the_worker_stays_warm_between_invocations(function: dict[str, Any]) -> None:
    said = [
        [line["message"] for line in result["lines"] if "started" in line["message"]] for result in function["greet"]
    ]
    assert said == [
        ["attempt 1 started in a new process"],
        ["attempt 1 started in a warm process"],
        ["attempt 1 started in a warm process"],
    ]


def test_a_daemon_that_hid_from_its_worker_is_ended(function: dict[str, Any]) -> None:
    assert function["daemon"]["outcome"]["status"] == "succeeded"
    assert not function["daemon_lives"]
    assert any("left behind were ended" in line["message"] for line in function["daemon"]["lines"])


def test_other_processes_cannot_read_the_supervisors_memory_or_environment(function: dict[str, Any]) -> None:
    assert function["dumpable"] == 0


def test_a_task_gets_the_task_roles_credentials_and_not_the_functions(function: dict[str, Any]) -> None:
    key, token = json.loads(function["credentials"]["item"]["outputs"])["o0"]
    assert key.startswith("ASIA")
    assert token


def told(result: dict[str, Any], event: str) -> dict[str, Any]:
    """The one line of that event."""
    (found,) = [line for line in result["lines"] if line.get("event") == event]
    return dict(found)


def test_each_invocation_and_each_end_is_told_once_with_what_it_is_about(function: dict[str, Any]) -> None:
    for result in (*function["greet"], function["failure"]):
        for event in ("attempt_ended", "action_ended"):
            line = told(result, event)
            identity = {name: line[name] for name in ("project", "domain", "action", "attempt", "version")}
            assert identity == {
                "project": "flytesnacks",
                "domain": "development",
                "action": "a0",
                "attempt": 1,
                "version": "v1",
            }
            assert line["run"] in {"r0", "r1", "r2", "failure"}
            assert line["task"] in {"e.greet", "e.fail"}


def test_the_first_invocation_of_a_sandbox_alone_is_cold(function: dict[str, Any]) -> None:
    lines = [told(result, "attempt_ended") for result in function["greet"]]
    assert [line["cold_start"] for line in lines] == [True, False, False]
    assert [metrics_of(line) for line in lines] == [{("ColdStarts", ""): 1.0}, {}, {}]


def test_all_metrics_that_a_runner_prints_are_valid_embedded_metrics(function: dict[str, Any]) -> None:
    lines = [line for result in (*function["greet"], function["failure"]) for line in result["lines"]]
    embedded = [line for line in lines if "_aws" in line]
    assert len(embedded) == 5
    for line in embedded:
        assert_valid(line)


def test_an_end_is_measured_by_phase_and_task(function: dict[str, Any]) -> None:
    line = told(function["failure"], "action_ended")
    assert (line["phase"], line["error"], line["error_message"]) == ("failed", "ValueError", "it went off")
    measured = metrics_of(line)
    for dimensions in ("phase=failed", "phase=failed,task=e.fail"):
        assert measured[("Actions", dimensions)] == measured[("Runs", dimensions)] == 1
    for dimensions in ("", "task=e.fail"):
        assert measured[("RunTime", dimensions)] == line["run_ms"] > 0
        assert measured[("BilledTime", dimensions)] == line["billed_ms"] > 0
    assert measured[("FailedRuns", "")] == 1
    assert measured[("QueueTime", "")] == line["queue_ms"]
    assert line["gb_s"] == pytest.approx(line["billed_ms"] / 1000 * 2)


def test_user_code_joins_the_trace_of_its_own_invocation(function: dict[str, Any]) -> None:
    found = [json.loads(each["item"]["outputs"])["o0"] for each in function["traces"]]
    assert [header for header, _ in found] == [f"Root=1-{number}-a;Parent=b;Sampled=1" for number in range(2)]
    assert {address for _, address in found} == {"169.254.79.129:2000"}


def test_workers_leave_nothing_in_the_temporary_folder(function: dict[str, Any]) -> None:
    assert list(Path(function["folder"], "workers").iterdir()) == []
