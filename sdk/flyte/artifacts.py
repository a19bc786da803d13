"""Artifacts: values that are kept under names. Tasks may mark theirs; this backend keeps them with their run alone."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ._unsupported import unsupported_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

__all__ = ["Artifact", "ArtifactKey", "ArtifactVersionId", "Card", "Metadata", "TimePartition", "new", "produces"]

T = TypeVar("T")
_NONE_KEPT = "this backend keeps no artifacts; find results by their runs with flyte.remote.Run.listall"

Artifact = unsupported_class("flyte.artifacts.Artifact", _NONE_KEPT)
ArtifactKey = unsupported_class("flyte.artifacts.ArtifactKey", _NONE_KEPT)
ArtifactVersionId = unsupported_class("flyte.artifacts.ArtifactVersionId", _NONE_KEPT)


@dataclass(frozen=True)
class Card:
    """A page about an artifact."""

    uri: str
    format: str = "html"
    card_type: str = "generic"


@dataclass(frozen=True)
class TimePartition:
    """The moment that an artifact is of."""

    value: date | datetime | str
    granularity: str = "day"


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What is said of an artifact."""

    name: str
    version: str | None = None
    description: str | None = None
    attrs: Mapping[str, str] | None = None
    card: Card | None = None
    kind: str | None = None
    partitions: Mapping[str, Any] | None = None
    parents: tuple[Any, ...] | None = None
    version_from_content: bool = False


def new(obj: T, metadata: Metadata) -> T:  # noqa: ARG001 - Flyte's signature
    """The value itself, with its run as the place that it is found by.

    Args:
        obj: What a task gives back.
        metadata: Accepted, without effect.
    """
    return obj


@contextlib.contextmanager
def produces(**outputs: Metadata) -> Iterator[None]:  # noqa: ARG001 - Flyte's signature
    """Accepted, without effect.

    Args:
        **outputs: What is said of the task's outputs, by their names.
    """
    yield
