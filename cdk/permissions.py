"""Statements of the roles' policies, and the reasons for what cdk-nag would rather not see in a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import IConstruct


def allow(
    role: iam.Role,
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    wildcard: str | None = None,
    conditions: Mapping[str, object] | None = None,
) -> None:
    """Adds one named statement to the role's own policy.

    Args:
        role: Who may.
        sid: What for, in one word.
        actions: Which calls, each by name.
        resources: On what, by ARN.
        wildcard: Why a `*` in `resources` is as narrow as can be; synthesis fails on a `*` without a reason.
        conditions: When, by operator, such as `StringLike`.
    """
    role.add_to_policy(
        iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources), conditions=conditions)
    )
    if wildcard:
        names = (_as_cdk_nag_writes(Stack.of(role).resolve(resource)) for resource in resources)
        acknowledge(role, {f"AwsSolutions-IAM5[Resource::{name}]": wildcard for name in names if "*" in name})


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accepts findings on this construct and those below it.

    Args:
        construct: What the findings are about.
        reasons: Why each is right here, by its full id, such as `AwsSolutions-IAM5[Resource::*]`.
    """
    Validations.of(construct).acknowledge(*(Acknowledgment(id=i, reason=r) for i, r in reasons.items()))


def _as_cdk_nag_writes(resolved: Any) -> str:
    match resolved:
        case str():
            return resolved
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_as_cdk_nag_writes(part) for part in parts)
    raise TypeError(f"cdk-nag's name for {resolved!r} is not known: extend this function")
