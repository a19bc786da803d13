"""The HTTP API in front of the api function, and the policy that a client needs to call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.action_machine import ANY_EXECUTION, action_machine_arn
from cdk.functions import API_FUNCTION, FunctionFactory, FunctionShape, LogGroup, function_log_group, function_role
from cdk.parameters import stack_resource_name
from cdk.permissions import acknowledge, allow
from cdk.secrets import PREFIX_VARIABLE, let_manage_secrets, secrets_prefix
from cdk.storage import PREFIXES, PRUNED_PREFIXES, REGISTRY_INDEXES, RUNS_INDEXES

if TYPE_CHECKING:
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.schedules import Schedules
    from cdk.storage import Storage

THROTTLE_RATE_PER_S = 200
THROTTLE_BURST = 400
"""Ours: far above what people do, far below the account's 10,000 a second, so that a loop gone wild stays cheap."""

HTTP_API = "HttpApi"
ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "at": "$context.requestTime",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "caller": "$context.identity.userArn",
    "sourceIp": "$context.identity.sourceIp",
    "latencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "error": "$context.error.message",
}


class Api(Construct):
    """The control plane as clients see it."""

    def __init__(
        self,
        scope: Construct,
        parameters: Parameters,
        storage: Storage,
        runner: Runner,
        schedules: Schedules,
        factory: FunctionFactory,
    ) -> None:
        super().__init__(scope, "Api")
        self._storage = storage
        self._runner = runner
        self._schedules = schedules
        self.function = self._function(parameters, factory)
        self.http_api = self._http_api(parameters)
        self.client_policy = self._client_policy()

    def _function(self, parameters: Parameters, factory: FunctionFactory) -> lambda_.Function:
        log_group = function_log_group(self, parameters, API_FUNCTION)
        role = function_role(self, "Role", "The api function", [log_group])
        self._grant(role)
        shape = FunctionShape(
            name=API_FUNCTION,
            service="api",
            handler="functions.api.handler.handle",
            description="The HTTP API",
            memory_mb=1024,
            timeout_s=29,
        )
        function = factory.function(
            self,
            "Function",
            shape,
            role=role,
            log_group=log_group,
            variables={
                "FLYTE_RUNNER_FUNCTIONS": self._runner.functions_by_memory(),
                PREFIX_VARIABLE: secrets_prefix(),
                **self._schedules.variables(),
            },
        )
        resource = function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - tells the type checker what the CDK made
        reserved = [
            parameters.has_api_concurrency.logical_id,
            {"Ref": parameters.api_concurrency.logical_id},
            {"Ref": "AWS::NoValue"},
        ]
        resource.add_property_override("ReservedConcurrentExecutions", {"Fn::If": reserved})
        return function

    def _grant(self, role: iam.Role) -> None:
        bucket, tables = self._storage.bucket, (self._storage.registry, self._storage.runs)
        allow(
            role,
            "RegisterAndRecord",
            [
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:ConditionCheckItem",
            ],
            [table.table_arn for table in tables],
        )
        allow(
            role,
            "TellOfQuotas",
            ["lambda:GetAccountSettings"],
            ["*"],
            wildcard="It is of the account, and takes no resource.",
        )
        allow(role, "FindRunsByFacets", ["dynamodb:BatchWriteItem"], [self._storage.runs.table_arn])
        allow(role, "ForgetWhatNeverStarted", ["dynamodb:DeleteItem"], [self._storage.runs.table_arn])
        self._grant_pruning(role)
        allow(
            role,
            "List",
            ["dynamodb:Query"],
            [
                *self._storage.index_arns(self._storage.registry, REGISTRY_INDEXES),
                *self._storage.index_arns(self._storage.runs, RUNS_INDEXES),
            ],
        )
        # Presigned URLs carry this role's rights: each is for one key.
        allow(
            role,
            "PresignAndKeepPayloads",
            ["s3:GetObject", "s3:PutObject"],
            [bucket.arn_for_objects(f"{prefix}/*") for prefix in PREFIXES],
            wildcard="Objects are named by content or by run, and the API serves all of them.",
        )
        allow(
            role,
            "DropUploads",
            ["s3:AbortMultipartUpload"],
            [bucket.arn_for_objects("uploads/*")],
            wildcard="Uploads of clients that did not come to their end.",
        )
        # Without it S3 answers 403 to HeadObject for an artifact that is not there.
        allow(role, "TellMissingFromForbidden", ["s3:ListBucket"], [bucket.bucket_arn])
        allow(role, "StartActions", ["states:StartExecution"], [action_machine_arn(self)])
        allow(
            role,
            "FollowAndStopActions",
            ["states:DescribeExecution", "states:StopExecution"],
            [action_machine_arn(self, "execution", "*")],
            wildcard=ANY_EXECUTION,
        )
        allow(role, "WakeParents", ["states:SendTaskSuccess"], [action_machine_arn(self)])
        allow(role, "ReadTaskLogs", ["logs:GetLogEvents", "logs:FilterLogEvents"], self._runner.log_group_arns)
        let_manage_secrets(role)
        self._schedules.let_manage(role)

    def _grant_pruning(self, role: iam.Role) -> None:
        """Deleting old versions, and artifacts that none of what the whole registry holds names."""
        registry, bucket = self._storage.registry, self._storage.bucket
        allow(role, "PruneVersions", ["dynamodb:DeleteItem", "dynamodb:Scan"], [registry.table_arn])
        allow(
            role,
            "PruneArtifacts",
            ["s3:DeleteObject"],
            [bucket.arn_for_objects(f"{prefix}/*") for prefix in PRUNED_PREFIXES],
            wildcard="Artifacts are named by their content.",
        )

    def _http_api(self, parameters: Parameters) -> apigatewayv2.HttpApi:
        api = apigatewayv2.HttpApi(
            self,
            "HttpApi",
            description="Flyte on AWS Lambda",
            create_default_stage=False,
            default_authorizer=authorizers.HttpIamAuthorizer(),
        )
        api.add_routes(
            path="/{proxy+}",
            methods=[apigatewayv2.HttpMethod.ANY],
            integration=integrations.HttpLambdaIntegration("Integration", self.function),
        )
        resource = api.node.default_child
        assert isinstance(resource, CfnResource)  # noqa: S101 - tells the type checker what the CDK made
        resource.override_logical_id(HTTP_API)  # moving the code must not change the URL
        stage = apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(rate_limit=THROTTLE_RATE_PER_S, burst_limit=THROTTLE_BURST),
            detailed_metrics_enabled=True,
        )
        access_log = LogGroup(self, "AccessLogs", parameters, f"/aws/vendedlogs/apis/{stack_resource_name('api')}")
        stage_resource = stage.node.default_child
        assert isinstance(stage_resource, apigatewayv2.CfnStage)  # noqa: S101 - tells the type checker what the CDK made
        stage_resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=access_log.log_group_arn, format=json.dumps(ACCESS_LOG_FIELDS)
        )
        return api

    def _client_policy(self) -> iam.ManagedPolicy:
        arn = Stack.of(self).format_arn(service="execute-api", resource=self.http_api.api_id, resource_name="*/*")
        policy = iam.ManagedPolicy(
            self,
            "ClientPolicy",
            description="All that the flyte command and SDK need",
            statements=[iam.PolicyStatement(sid="CallTheApi", actions=["execute-api:Invoke"], resources=[arn])],
        )
        any_route = f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<{HTTP_API}>/*/*"
        acknowledge(
            policy,
            {f"AwsSolutions-IAM5[Resource::{any_route}]": "All routes of this API: their paths name runs yet unknown."},
        )
        return policy
