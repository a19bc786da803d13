"""Builds the CDK app. The CDK CLI runs this file (`cdk.json`); `synthesize.py` calls `build` for the kept template."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The CDK's virtual environment holds the CDK alone; the stack reads its memory tiers and version from the SDK's source.
sys.path[:0] = [str(ROOT), str(ROOT / "sdk")]
# Node 20 does what is needed here, and is what many machines have.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from aws_cdk import App, DefaultStackSynthesizer, Validations  # noqa: E402 - after the path
from cdk_nag import AwsSolutionsChecks  # noqa: E402 - after the path

from cdk.stack import BackendStack  # noqa: E402 - after the path


def build(outdir: str | None = None) -> App:
    """The app with its one stack. Synthesis fails on every finding of cdk-nag that is not acknowledged with a reason.

    Args:
        outdir: Where the cloud assembly goes; the CDK's own choice without it.
    """
    # Plain CloudFormation deploys the template: it has no assets, and need not ask for the CDK's bootstrap stack.
    app = App(
        outdir=outdir,
        analytics_reporting=False,
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        context={"aws:cdk:enable-path-metadata": False, "aws:cdk:enable-asset-metadata": False},
    )
    stack_name = app.node.try_get_context("stackName") or "flyte"
    BackendStack(app, "Flyte", stack_name=stack_name)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


if __name__ == "__main__":
    build().synth()
