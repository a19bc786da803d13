"""The bucket and the two tables, as docs/architecture.md says. They outlive the stack: deleting it deletes no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.permissions import acknowledge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk.parameters import Parameters

EPHEMERAL_DAYS = 30
ABORTED_UPLOAD_DAYS = 7
PREFIXES = ("code", "ephemeral", "dependencies", "uploads", "runs")
"""The folders of the bucket."""
PRUNED_PREFIXES = ("code", "dependencies")
"""Those of artifacts that stay until nothing names them."""
REGISTRY_INDEXES = {"by_scope": ("scope", "listed_as")}
RUNS_INDEXES = {
    "by_created": ("scope", "created_sort"),
    "by_task": ("scope_task", "created_sort"),
    "by_phase": ("scope_phase", "created_sort"),
    "open": ("open_shard", "updated_at"),
}
"""Partition and sort key by index."""

_ALL, _KEYS_ONLY = dynamodb.ProjectionType.ALL, dynamodb.ProjectionType.KEYS_ONLY


class Storage(Construct):
    """Where artifacts, data, versions and records are."""

    def __init__(self, scope: Construct, parameters: Parameters) -> None:
        super().__init__(scope, "Storage")
        self.bucket = self._bucket(parameters)
        self.registry = self._table("Registry", REGISTRY_INDEXES)
        # Reading the stream costs nothing where Lambda does it, and what its filter drops is not read.
        self.runs = self._table(
            "Runs", RUNS_INDEXES, time_to_live="expires_at", stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
        )

    def index_arns(self, table: dynamodb.Table, names: Iterable[str]) -> list[str]:
        """The ARNs of the table's indexes of these names."""
        return [f"{table.table_arn}/index/{name}" for name in names]

    def _bucket(self, parameters: Parameters) -> s3.Bucket:
        # Not versioned: an object is either named by its content or written by the one attempt that owns its action, so
        # nothing is overwritten, and a version that nobody can name would only cost.
        bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[
                s3.LifecycleRule(id="ephemeral", prefix="ephemeral/", expiration=Duration.days(EPHEMERAL_DAYS)),
                s3.LifecycleRule(
                    id="uploads",
                    prefix="uploads/",
                    expiration=Duration.days(parameters.run_retention_days.value_as_number),
                ),
                s3.LifecycleRule(
                    id="aborted-uploads",
                    abort_incomplete_multipart_upload_after=Duration.days(ABORTED_UPLOAD_DAYS),
                ),
            ],
        )
        _fix_logical_id(bucket, "DataBucket")
        acknowledge(
            bucket,
            {
                "AwsSolutions-S1": "Access is by the stack's roles and by presigned URLs, which the API's access log "
                "tells of. An account that wants more turns on CloudTrail's data events."
            },
        )
        return bucket

    def _table(
        self,
        name: str,
        indexes: dict[str, tuple[str, str]],
        time_to_live: str | None = None,
        stream: dynamodb.StreamViewType | None = None,
    ) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            name,
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute=time_to_live,
            stream=stream,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        for index, (partition, sort) in indexes.items():
            table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(partition),
                sort_key=_text(sort),
                # Each change of an action writes `open` again: it holds no more than which action is open.
                projection_type=_KEYS_ONLY if index == "open" else _ALL,
            )
        _fix_logical_id(table, name)
        return table


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _fix_logical_id(construct: Construct, logical_id: str) -> None:
    # An id that depended on the construct's place in the tree would replace what holds data when the code is moved.
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - tells the type checker what the CDK made
    resource.override_logical_id(logical_id)
