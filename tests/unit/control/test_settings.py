from __future__ import annotations

import pytest

from functions.control.settings import Settings

NEEDED = {"FLYTE_REGISTRY_TABLE": "registry", "FLYTE_RUNS_TABLE": "runs", "FLYTE_BUCKET": "bucket"}


def test_what_is_optional_has_defaults() -> None:
    settings = Settings.from_environment({**NEEDED, "FLYTE_CONSOLE_URL": "", "FLYTE_RUN_RETENTION_DAYS": ""})
    assert (settings.registry_table, settings.runs_table, settings.bucket) == ("registry", "runs", "bucket")
    assert (settings.runner_functions, settings.console_url, settings.run_retention_days) == ({}, None, 90)


def test_runner_functions_are_read_by_memory() -> None:
    settings = Settings.from_environment({**NEEDED, "FLYTE_RUNNER_FUNCTIONS": '{"512": "arn:small"}'})
    assert settings.runner_functions == {512: "arn:small"}


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_a_missing_variable_is_named(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        Settings.from_environment({name: value for name, value in NEEDED.items() if name != missing})


def test_an_executions_arn_is_known_before_it_starts() -> None:
    machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:flyte-actions"
    settings = Settings("registry", "runs", "bucket", state_machine_arn=machine)
    assert settings.execution_arn("n") == "arn:aws:states:eu-central-1:123456789012:execution:flyte-actions:n"
