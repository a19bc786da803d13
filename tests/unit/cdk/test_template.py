"""The kept template: its interface, that plain CloudFormation takes it, and that it is what the source says."""

import shutil
import subprocess

import pytest

from tests.unit.cdk.template_reader import CDK

PYTHON = CDK.parent / ".venv-cdk" / "bin" / "python"


def test_only_where_the_code_lies_must_be_given(template):
    parameters = template.body["Parameters"]
    assert {name for name, given in parameters.items() if "Default" not in given} == {"CodeBucket", "FunctionsKey"}
    assert {name: given["Default"] for name, given in parameters.items() if "Default" in given} == {
        "Architecture": "arm64",
        "PythonRuntime": "python3.13",
        "LogRetentionDays": "30",
        "RunRetentionDays": 90,
        "ConsoleUrl": "",
        "AlarmTopicArn": "",
        "AlarmEmail": "",
        "FailedRunsAlarm": 10,
        "Metrics": "stack",
        "LargeRunners": "true",
        "RunnerTimeoutSeconds": 900,
        "ApiReservedConcurrency": 0,
    }


def test_outputs_are_those_that_other_parts_read(template):
    assert set(template.body["Outputs"]) == {
        "ApiUrl",
        "Bucket",
        "StateMachineArn",
        "RegistryTable",
        "RunsTable",
        "ClientPolicyArn",
        "NotificationsTopicArn",
    }


def test_plain_cloudformation_deploys_it(template):
    assert "Rules" not in template.body
    for word in ("BootstrapVersion", "CDKMetadata", "cdk-hnb659fds", "AssetParameters", "aws:cdk:path"):
        assert word not in template.text
    assert len(template.text) < 1_000_000, "CloudFormation takes at most 1 MB from S3"


@pytest.mark.cdk
def test_the_kept_template_is_what_the_source_gives(template, tmp_path):
    needed = [str(what) for what in (PYTHON,) if not what.exists()] + [n for n in ("node",) if not shutil.which(n)]
    assert not needed, f"missing {needed}: see docs/deploy-to-aws.md, or leave this out with -m 'not cdk'"
    fresh = tmp_path / "template.json"
    command = [PYTHON, "-m", "cdk.synthesize", fresh]
    done = subprocess.run(command, cwd=CDK.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert fresh.read_text(encoding="utf-8") == template.text, "the template is out of date: run `make template`"


@pytest.mark.cdk
def test_cfn_lint_finds_nothing():
    done = subprocess.run(
        [PYTHON.with_name("cfn-lint"), "template/flyte.template.json"],
        cwd=CDK,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
