"""Deletes artifacts that no version and no run in progress names.

What is named is read after the candidates were listed. Artifacts younger than a day are never candidates, and a
deployment renews older ones that it is about to name, so that neither can be deleted under the other's hands.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from flyte.protocol.tasks import ArtifactKind, ArtifactRef
from flyte.protocol.versions import PRUNE_AFTER_HOURS, PruneArtifactsRequest, PrunedArtifacts
from functions.control import cursors
from functions.control.artifacts import artifact_key
from functions.control.attributes import from_attributes
from functions.control.clock import Clock, utc_now
from functions.control.open_actions import OpenActions, artifacts_of
from functions.control.registry_items import task_key, version_key

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

_logger = logging.getLogger(__name__)

_PAGE = 1000
"""Source: S3, DeleteObjects, which takes as many keys as ListObjectsV2 gives."""


class ArtifactPruning:
    """Goes through the artifacts of the whole stack, some of them in each request: projects share them."""

    def __init__(self, settings: Settings, clients: Clients, open_actions: OpenActions, now: Clock = utc_now) -> None:
        self._settings = settings
        self._clients = clients
        self._open = open_actions
        self._now = now

    def prune(self, asked: PruneArtifactsRequest) -> PrunedArtifacts:
        """Deletes what nothing names, or, in a dry run, says what that is."""
        position = cursors.decode(asked.cursor, kind=str, after=str)
        kind = ArtifactKind(str(position["kind"])) if position else ArtifactKind.CODE
        objects, more = self._list(kind, str(position["after"]) if position else "")
        before = self._now() - timedelta(hours=PRUNE_AFTER_HOURS)
        candidates = [found for found in objects if found["LastModified"] < before]
        deleted: list[ArtifactRef] = []
        if candidates:
            named = self._named(asked) | self._open.artifacts()
            refs = (ArtifactRef(kind=kind, sha256=_digest(found), size_bytes=found["Size"]) for found in candidates)
            deleted = [ref for ref in refs if ref.sha256 not in named]
        if deleted and not asked.dry_run:
            deleted = self._delete(deleted)
        return PrunedArtifacts(deleted=tuple(deleted), cursor=_following(kind, objects, more=more))

    def _list(self, kind: ArtifactKind, after: str) -> tuple[list[ObjectTypeDef], bool]:
        answer = self._clients.s3.list_objects_v2(
            Bucket=self._settings.bucket, Prefix=f"{kind.value}/", StartAfter=after, MaxKeys=_PAGE
        )
        return answer.get("Contents", []), answer["IsTruncated"]

    def _delete(self, refs: list[ArtifactRef]) -> list[ArtifactRef]:
        """Deletes artifacts; those that S3 did not delete are left out of the answer, and found again next time."""
        keys = {artifact_key(ref, ephemeral=False): ref for ref in refs}
        answer = self._clients.s3.delete_objects(
            Bucket=self._settings.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        for error in answer.get("Errors", []):
            _logger.warning("could not delete %s: %s", error.get("Key"), error.get("Message"))
            keys.pop(error.get("Key", ""), None)
        return list(keys.values())

    def _named(self, asked: PruneArtifactsRequest) -> set[str]:
        """Digests of what the versions of all projects name, as of now."""
        without = {(f"{old.project}/{old.domain}", old.environment, old.version) for old in asked.without}
        pages = self._clients.dynamodb.get_paginator("scan").paginate(
            TableName=self._settings.registry_table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :tasks) AND begins_with(sk, :versions)",
            ExpressionAttributeValues={":tasks": {"S": task_key("", "")[:2]}, ":versions": {"S": version_key("")}},
            ProjectionExpression="pk, environment, version, spec",
        )
        named: set[str] = set()
        for page in pages:
            for item in map(from_attributes, page["Items"]):
                scope = item["pk"].split("#")[1]
                if (scope, item["environment"], item["version"]) not in without or not asked.dry_run:
                    named |= artifacts_of(json.loads(item["spec"]))
        return named


def _digest(found: ObjectTypeDef) -> str:
    return found["Key"].rpartition("/")[2].removesuffix(".zip")


def _following(kind: ArtifactKind, objects: list[ObjectTypeDef], *, more: bool) -> str | None:
    if more:
        return cursors.encode({"kind": kind.value, "after": objects[-1]["Key"]})
    if kind is ArtifactKind.CODE:
        return cursors.encode({"kind": ArtifactKind.DEPENDENCIES.value, "after": ""})
    return None
