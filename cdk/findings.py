"""Acknowledges findings of cdk-nag: each by its full id, on the construct that it is about, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accepts the findings named on this construct and those below it.

    Args:
        construct: What the findings are about.
        reasons: Why each is right here, by finding, such as `AwsSolutions-IAM5[Resource::*]`.
    """
    Validations.of(construct).acknowledge(*(Acknowledgment(id=i, reason=r) for i, r in reasons.items()))
