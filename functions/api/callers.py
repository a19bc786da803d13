"""Who calls, as API Gateway's IAM authorizer says."""

from __future__ import annotations

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2


def caller_of(event: APIGatewayProxyEventV2) -> str:
    """The ARN of the user or role session that signed the request; empty where there was no authorizer."""
    authorizer = event.request_context.authorizer
    iam = authorizer.iam if authorizer else None
    return (iam.user_arn or "") if iam else ""
