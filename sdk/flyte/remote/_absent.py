"""What Flyte's backend has and this one lacks: importable, refused with the reason when used."""

from __future__ import annotations

from flyte._unsupported import unsupported, unsupported_class

_NO_ARTIFACTS = "this backend keeps no artifacts; find results by their runs with flyte.remote.Run.listall"

App = unsupported_class("flyte.remote.App", "Lambda runs tasks that end, and no servers that stay up")
Artifact = unsupported_class("flyte.remote.Artifact", _NO_ARTIFACTS)
PartitionSchema = unsupported_class("flyte.remote.PartitionSchema", _NO_ARTIFACTS)
Settings = unsupported_class(
    "flyte.remote.Settings", "this backend keeps no settings; say what a task needs in its environment"
)
auth_metadata = unsupported(
    "flyte.remote.auth_metadata",
    "requests are signed with the caller's AWS credentials; choose others with AWS_PROFILE",
)
