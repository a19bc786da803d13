"""Secrets on the backend: made, listed and deleted by name. A value can be given to tasks, and never be read back."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any, Literal

from flyte._initialize import require_backend
from flyte._syncify import syncify

from ._http import get_client, path_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flyte.protocol.secrets import SecretDetails, SecretId

SecretTypes = Literal["regular", "image_pull"]
PAGE = 100


class Secret:
    """A secret without its value.

    Everywhere, `project` and `domain` are the configured ones if they are None; an empty text means all of them.
    """

    def __init__(self, record: SecretDetails) -> None:
        self.record = record

    @syncify
    @classmethod
    async def create(
        cls,
        name: str,
        value: str | bytes,
        type: SecretTypes = "regular",  # noqa: A002 - Flyte's signature
        cluster_pool: str | None = None,
        *,
        project: str | None = None,
        domain: str | None = None,
    ) -> Secret:
        """Makes a secret, or gives the one that is there another value.

        Args:
            name: `key`, or `group/key`.
            value: Up to 64 KiB. Bytes that are no text can be received as a file alone.
            type: `regular`; there are no images to pull.
            cluster_pool: Nothing on AWS Lambda.
            project: Whose tasks can receive it.
            domain: Likewise.

        Raises:
            ValueError: the name or the type is none that a secret can have here.
        """
        from flyte.protocol.secrets import PutSecretRequest, SecretDetails

        del cluster_pool
        if type != "regular":
            raise ValueError(f"type={type!r}: tasks run from zips, not from images, so that all secrets are 'regular'")
        is_text = isinstance(value, str)
        text = value if isinstance(value, str) else base64.b64encode(value).decode()
        named = _id_of(name, project, domain)
        if not text:
            raise ValueError(f"the secret {name} needs a value: the one given is empty")
        body = PutSecretRequest(id=named, value=text, is_base64=not is_text)
        return cls(await asyncio.to_thread(get_client().call, "PUT", path_of("secrets"), SecretDetails, body=body))

    @syncify
    @classmethod
    async def get(
        cls, name: str, cluster_pool: str | None = None, *, project: str | None = None, domain: str | None = None
    ) -> Secret:
        """The secret that tasks of the project and domain receive under this name, wherever it is set.

        Raises:
            RuntimeUserError: `SecretNotFound`: there is none.
        """
        del cluster_pool
        return cls(await _one("GET", _id_of(name, project, domain)))

    @syncify
    @classmethod
    async def listall(
        cls,
        limit: int = 10,
        cluster_pool: str | None = None,
        *,
        project: str | None = None,
        domain: str | None = None,
    ) -> AsyncIterator[Secret]:
        """Secrets that tasks of the project and domain can receive. One made a moment ago may be missing."""
        from flyte.protocol.secrets import SecretPage

        del cluster_pool
        of_project, of_domain = _scope(project, domain)
        query: dict[str, str | int | None] = {"project": of_project, "domain": of_domain, "limit": min(limit, PAGE)}
        left = limit
        while left > 0:
            page = await get_client().get(path_of("secrets"), SecretPage, query)
            for record in page.secrets[:left]:
                yield cls(record)
            left -= len(page.secrets)
            if page.cursor is None:
                return
            query["cursor"] = page.cursor

    @syncify
    @classmethod
    async def delete(
        cls, name: str, cluster_pool: str | None = None, *, project: str | None = None, domain: str | None = None
    ) -> None:
        """Deletes the secret of exactly that project and domain.

        Raises:
            RuntimeUserError: `SecretNotFound`: there is none.
        """
        del cluster_pool
        await _one("DELETE", _id_of(name, project, domain))

    @property
    def name(self) -> str:
        """`key`, or `group/key`."""
        return self.record.id.name

    @property
    def type(self) -> str:
        """Always `regular`."""
        return "regular"

    @property
    def project(self) -> str | None:
        """The project whose tasks can receive it; None for all."""
        return self.record.id.project

    @property
    def domain(self) -> str | None:
        """The domain, likewise."""
        return self.record.id.domain

    def to_dict(self) -> dict[str, Any]:
        """A dict of JSON values."""
        record = self.record.to_dict()
        return {"name": self.name, "type": self.type, "project": self.project, "domain": self.domain} | {
            moment: record[moment] for moment in ("created_at", "updated_at")
        }

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        return f"Secret(name={self.name!r}, project={self.project!r}, domain={self.domain!r})"


async def _one(method: str, named: SecretId) -> SecretDetails:
    from flyte.protocol.secrets import SecretDetails

    query = {"group": named.group, "project": named.project, "domain": named.domain}
    path = path_of("secrets", named.key)
    return await asyncio.to_thread(get_client().call, method, path, SecretDetails, query=query)


def _id_of(name: str, project: str | None, domain: str | None) -> SecretId:
    from pydantic import ValidationError

    from flyte.protocol.secrets import SecretId

    of_project, of_domain = _scope(project, domain)
    group, _, key = name.rpartition("/")
    try:
        return SecretId(key=key, group=group or None, project=of_project, domain=of_domain)
    except ValidationError as error:
        fields = {str(fault["loc"][0]) for fault in error.errors()}
        if fields & {"key", "group"}:
            raise ValueError(
                f"{name!r} is no name of a secret: key, or group/key, of letters, digits and _+=@.-"
            ) from None
        raise ValueError(f"there is no {' or '.join(sorted(fields))} of such a name: {project!r}, {domain!r}") from None


def _scope(project: str | None, domain: str | None) -> tuple[str | None, str | None]:
    state = require_backend()
    return (state.project if project is None else project) or None, (state.domain if domain is None else domain) or None
