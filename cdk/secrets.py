"""The stack's secrets in Secrets Manager: no resources of the template, but names that its functions may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Aws, Stack

from cdk.permissions import acknowledge, allow

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam
    from constructs import Construct

PREFIX_VARIABLE = "FLYTE_SECRETS_PREFIX"


def secrets_prefix() -> str:
    """What the names of the stack's secrets begin with."""
    return f"flyte/{Aws.STACK_NAME}"


def let_manage_secrets(role: iam.Role) -> None:
    """Everything about the stack's secrets but their values, which the api function never reads."""
    allow(
        role,
        "ManageSecrets",
        [
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:RestoreSecret",
        ],
        [_arns(role)],
        wildcard=_ANY_SECRET,
    )
    # Knows no resources: it tells names and times of all secrets of the account, of which the function shows its own.
    allow(role, "ListSecrets", ["secretsmanager:ListSecrets"], ["*"])
    acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": "X-Ray's calls and ListSecrets know no resources."})


def let_read_secrets(role: iam.Role) -> None:
    """The values of the stack's secrets."""
    allow(role, "ReadSecrets", ["secretsmanager:GetSecretValue"], [_arns(role)], wildcard=_ANY_SECRET)
    # Knows no resources, and reads nothing that GetSecretValue would not.
    allow(role, "ReadSecretsAtOnce", ["secretsmanager:BatchGetSecretValue"], ["*"])


_ANY_SECRET = "Secrets are made by users, under the stack's own prefix."  # noqa: S105 - no password


def _arns(scope: Construct) -> str:
    return Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{secrets_prefix()}/*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
