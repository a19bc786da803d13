"""Bucket and tables are as docs/architecture.md says; what the emulator drops silently is looked at here."""

import pytest

RETAINED = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}


def test_the_bucket_is_private_encrypted_and_takes_no_plain_http(template):
    bucket = template.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    denied = [s for s in template.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in [statement["Condition"] for statement in denied]
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in [statement["Condition"] for statement in denied]


def test_ephemeral_code_uploads_and_aborted_uploads_expire_and_data_does_not(template):
    rules = {rule["Id"]: rule for rule in template.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]}
    assert set(rules) == {"ephemeral", "uploads", "aborted-uploads"}
    assert (rules["ephemeral"]["Prefix"], rules["ephemeral"]["ExpirationInDays"]) == ("ephemeral/", 30)
    assert (rules["uploads"]["Prefix"], rules["uploads"]["ExpirationInDays"]) == (
        "uploads/",
        {"Ref": "RunRetentionDays"},
    )
    assert rules["aborted-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert "ExpirationInDays" not in rules["aborted-uploads"]
    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}


@pytest.mark.parametrize(
    ("table", "indexes", "time_to_live"),
    [
        ("Registry", {"by_scope": ("scope", "listed_as", "ALL")}, None),
        (
            "Runs",
            {
                "by_created": ("scope", "created_sort", "ALL"),
                "by_task": ("scope_task", "created_sort", "ALL"),
                "by_phase": ("scope_phase", "created_sort", "ALL"),
                "open": ("open_shard", "updated_at", "KEYS_ONLY"),
            },
            {"AttributeName": "expires_at", "Enabled": True},
        ),
    ],
)
def test_a_table_has_its_keys_indexes_recovery_and_time_to_live(template, table, indexes, time_to_live):
    found = template.only("AWS::DynamoDB::Table", table)
    assert keys(found) == ("pk", "sk")
    assert {
        index["IndexName"]: (*keys(index), index["Projection"]["ProjectionType"])
        for index in found["GlobalSecondaryIndexes"]
    } == indexes
    assert found["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert found["BillingMode"] == "PAY_PER_REQUEST"
    assert found.get("TimeToLiveSpecification") == time_to_live
    assert {a["AttributeType"] for a in found["AttributeDefinitions"]} == {"S"}


@pytest.mark.parametrize("logical_id", ["DataBucket", "Registry", "Runs"])
def test_data_outlives_the_stack_under_an_id_that_no_refactoring_changes(template, logical_id):
    assert template.body["Resources"][logical_id].items() >= RETAINED.items()


def keys(described):
    by_type = {key["KeyType"]: key["AttributeName"] for key in described["KeySchema"]}
    return by_type["HASH"], by_type["RANGE"]
