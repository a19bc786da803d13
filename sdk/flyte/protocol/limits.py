"""Every limit that the system keeps, with where its number comes from. Checked by us, before AWS would."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

INLINE_IO_BYTES = 100_000
"""Inputs or outputs up to this many UTF-8 bytes sit in the action's DynamoDB item; larger ones in S3.
Ours: an item holds 400 KB, and both sides plus the spec must fit."""

DEFAULT_MAX_INLINE_IO_BYTES = 10 * MIB
"""Default of a task's `max_inline_io_bytes`: all inputs or outputs of one action. Source: Flyte 2.12."""

TASK_SPEC_BYTES = 150_000
"""One task's specification as JSON. Ours: see `INLINE_IO_BYTES`."""

TASKS_PER_ENVIRONMENT = 48
"""Tasks in one environment: a DynamoDB transaction holds 100 items, and each task takes two (version and latest)."""

ERROR_TEXT_BYTES = 8_000
"""Text of a user's error kept in a record; the whole is in S3."""

RUN_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
"""Run names. Ours: with the scope's hash and the action's name they stay within an execution name's 80 characters."""

ACTION_NAME_MAX_CHARS = 26
EXECUTION_NAME_MAX_CHARS = 80
"""Source: Step Functions, StartExecution, `name`."""

SCOPE_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
"""Projects and domains."""

VERSION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$"
"""Versions of a task. Ours: a version is part of a key and of `task:version` on the command line."""

TRIGGER_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""Names of triggers. Ours: they are part of paths and of keys."""

TRIGGERS_PER_TASK = 20
"""Triggers that a task declares. Ours: with what they replace, they change in one DynamoDB transaction."""

NOTIFICATIONS_BYTES = 10_000
"""All notifications of a run or a trigger as JSON. Ours: they are in the action's item, and one is a message to SQS."""

NOTIFICATION_ATTEMPTS = 7
"""How often it is tried to deliver one. Ours: with the pauses between, 30 s and each time four times more, 11 hours; a
pause is at most 12. Source: SQS, ChangeMessageVisibility."""

EMAIL_PATTERN = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
"""E-mail addresses. Source: WHATWG HTML, "valid email address"; with a domain of two parts at least."""

HEADER_NAME_PATTERN = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
"""Names of HTTP headers. Source: RFC 9110, `token`."""

STATE_PAYLOAD_BYTES = 262_144
"""Input or output of a Step Functions state. Source: Step Functions quotas."""

HTTP_BODY_BYTES = 6 * MIB
"""Source: Lambda quotas, synchronous invocation payload."""

LAMBDA_TIMEOUT_S = 900
"""One invocation. Source: Lambda quotas."""

LAMBDA_MAX_MEMORY_MB = 10_240
"""Source: Lambda quotas."""

LAMBDA_STORAGE_BYTES = 10_240 * MIB
"""Temporary storage of a function. Source: Lambda quotas."""

ROLE_PATTERN = r"^(arn:aws[a-z-]*:iam::\d{12}:role/[\x21-\x7e]{1,511}|[A-Za-z0-9_+=,.@-]{1,64})$"
"""An IAM role by ARN or by name. Source: IAM API, CreateRole, `RoleName`, `Path`."""

MEMORY_TIERS_MB = (512, 1024, 2048, 4096, 8192, 10_240)
"""Memory sizes for which the stack has a runner function each. Lambda gives one vCPU per 1,769 MB."""

DEFAULT_MEMORY_MB = 1024

LAMBDA_MB_PER_VCPU = 1769
"""Source: AWS Lambda developer guide, "Configure Lambda function memory"."""

PRESIGNED_URL_EXPIRY_S = 900

OBJECT_BYTES = 5 * 1024 * GIB
UPLOAD_PARTS = 10_000
UPLOAD_PART_MIN_BYTES = 5 * MIB
"""One object, how many parts it may be uploaded in, and the least size of all but the last. Source: S3, multipart
upload limits."""

UPLOAD_IN_PARTS_BYTES = 64 * MIB
"""From this size on a client uploads a file in parts, several at a time. Ours: below it one request is as fast."""

UPLOAD_PART_BYTES = 16 * MIB
"""A part of an upload, as long as `UPLOAD_PARTS` of them hold the file. Ours: one is sent again if it fails."""

CODE_ARTIFACT_BYTES = 1 * GIB
CODE_ARTIFACT_UNPACKED_BYTES = 4 * GIB
CODE_ARTIFACT_FILES = 200_000
CODE_ARTIFACT_NAME_BYTES = 3_500
"""A file's path in an artifact. Ours: with the runner's folders before it, it stays within PATH_MAX, 4,096."""

DEPENDENCY_ARTIFACT_UNPACKED_BYTES = 2 * GIB
"""A dependency artifact, unpacked. Ours: it must fit beside the code in the runner's temporary storage."""

LOG_LINE_BYTES = 32 * KIB
"""A longer line of a task's output is split into several log events. CloudWatch takes 256 KiB per event."""

LOG_STREAMS_KEPT = 200
"""Changes of the log stream that an attempt's record keeps, the latest. Ours: they share the action's item."""

SECRET_KEY_PATTERN = r"^[A-Za-z0-9_+=@-][A-Za-z0-9_+=.@-]{0,99}$"  # noqa: S105 - no password
"""Keys and groups of secrets: parts of a name in Secrets Manager, and of a file's path, hence no dot to begin with.
Source for the characters: Secrets Manager, CreateSecret, `Name`; with the longest stack, project and domain it stays
within 512 of them."""

SECRET_VALUE_BYTES = 65_536
"""Source: Secrets Manager quotas."""
