"""Secrets as the API speaks of them. Values go in and never come out: tasks receive them where they run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from . import limits
from .model import Model, Scope

SecretKey = Annotated[str, StringConstraints(pattern=limits.SECRET_KEY_PATTERN)]


class SecretId(Model):
    """A secret and where it counts: without a domain in all of the project's, without a project in all projects."""

    key: SecretKey
    group: SecretKey | None = None
    project: Scope | None = None
    domain: Scope | None = None

    @property
    def name(self) -> str:
        """`key`, or `group/key`: what commands call it."""
        return f"{self.group}/{self.key}" if self.group else self.key


class PutSecretRequest(Model):
    """Makes a secret, or gives it another value. `value` is text, or the Base64 of bytes."""

    id: SecretId
    value: str = Field(repr=False, min_length=1)
    is_base64: bool = False


class SecretDetails(Model):
    """What is known of a secret, without its value."""

    id: SecretId
    created_at: datetime
    updated_at: datetime


class SecretPage(Model):
    """The secrets that tasks of a project and domain can receive."""

    secrets: tuple[SecretDetails, ...]
    cursor: str | None = None
