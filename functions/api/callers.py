"""Who calls, as API Gateway's IAM authorizer says."""

from __future__ import annotations

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from flyte.protocol.identity import DEVBOX_CALLER


def caller_of(event: APIGatewayProxyEventV2) -> str:
    """The ARN of the user or role session that signed the request; only in a devbox nobody has."""
    authorizer = event.request_context.authorizer
    iam = authorizer.iam if authorizer else None
    return (iam.user_arn if iam else None) or DEVBOX_CALLER
