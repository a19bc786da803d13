"""Secrets in AWS Secrets Manager: made, listed and deleted here, by name. Nothing here can read a value."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from flyte.protocol import limits
from flyte.protocol.secrets import PutSecretRequest, SecretDetails, SecretId, SecretPage
from functions.control import cursors
from functions.control.attributes import error_code
from functions.control.errors import InvalidRequestError, SecretNotFoundError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import (
        DescribeSecretResponseTypeDef,
        ListSecretsRequestTypeDef,
        SecretListEntryTypeDef,
    )

    from functions.control.clients import Clients
    from functions.control.settings import Settings

ANY = "_"
"""Stands in a name for any project, or any domain; neither can be called so."""

RECOVERY_DAYS = 7
"""How long a deleted secret can still be restored with AWS's own tools: the least that Secrets Manager offers."""

_PAGE = 100
"""Source: Secrets Manager, ListSecrets, `MaxResults`."""
_DESCRIPTION = "Given to tasks by Flyte on AWS Lambda; see `flyte get secret`."
_NOT_FOUND = "ResourceNotFoundException"
_EXISTS = "ResourceExistsException"
_IS_DELETED = "InvalidRequestException"


class Secrets:
    """The secrets of this stack, named `flyte/{stack}/{project or _}/{domain or _}/[group/]key`."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._prefix = settings.secrets_prefix
        self._clients = clients

    def put(self, asked: PutSecretRequest) -> SecretDetails:
        """Makes a secret, or gives the one that is there another value.

        Raises:
            InvalidRequestError: The value is too large, or not the Base64 that it should be.
        """
        name, value = secret_name(self._prefix, asked.id), _value(asked)
        content: Any = {"SecretBinary" if isinstance(value, bytes) else "SecretString": value}
        try:
            self._clients.secrets_manager.create_secret(Name=name, Description=_DESCRIPTION, **content)
        except ClientError as error:
            if error_code(error) not in {_EXISTS, _IS_DELETED}:
                raise
            self._replace(name, content)
        return _to_details(asked.id, self._clients.secrets_manager.describe_secret(SecretId=name))

    def find(self, wanted: SecretId) -> SecretDetails:
        """The secret that a task of that project and domain receives under this name.

        Raises:
            SecretNotFoundError: There is none, for all that such a task can see.
        """
        for candidate in outwards(wanted):
            found = self._describe(candidate)
            if found is not None:
                return found
        raise _not_found(wanted)

    def list_all(self, project: str | None, domain: str | None, limit: int, cursor: str | None) -> SecretPage:
        """What tasks of a project and domain can receive. A secret made a moment ago may be missing for a while."""
        position = cursors.decode(cursor, token=str)
        prefixes = [f"{secret_name(self._prefix, at)}/" for at in _scopes(project, domain)]
        request: ListSecretsRequestTypeDef = {
            "Filters": [{"Key": "name", "Values": prefixes}],
            "MaxResults": min(limit, _PAGE),
        }
        if position:
            request["NextToken"] = str(position["token"])
        answer = self._clients.secrets_manager.list_secrets(**request)
        # Names are compared again: the filter finds prefixes of words too.
        listed = [entry for entry in answer["SecretList"] if entry["Name"].startswith(tuple(prefixes))]
        following = answer.get("NextToken")
        return SecretPage(
            secrets=tuple(_to_details(_id_of(entry["Name"], self._prefix), entry) for entry in listed),
            cursor=cursors.encode({"token": following}) if following else None,
        )

    def delete(self, wanted: SecretId) -> SecretDetails:
        """Deletes the secret of exactly that project and domain. AWS can restore it for `RECOVERY_DAYS`.

        Raises:
            SecretNotFoundError: There is none. One that counts more widely is named.
        """
        found = self._describe(wanted)
        if found is None:
            raise _not_found(wanted, self._wider(wanted))
        self._clients.secrets_manager.delete_secret(
            SecretId=secret_name(self._prefix, wanted), RecoveryWindowInDays=RECOVERY_DAYS
        )
        return found

    def _replace(self, name: str, content: Any) -> None:
        client = self._clients.secrets_manager
        if "DeletedDate" in client.describe_secret(SecretId=name):
            client.restore_secret(SecretId=name)
        client.put_secret_value(SecretId=name, **content)

    def _describe(self, wanted: SecretId) -> SecretDetails | None:
        try:
            found = self._clients.secrets_manager.describe_secret(SecretId=secret_name(self._prefix, wanted))
        except ClientError as error:
            if error_code(error) == _NOT_FOUND:
                return None
            raise
        return None if "DeletedDate" in found else _to_details(wanted, found)

    def _wider(self, wanted: SecretId) -> SecretId | None:
        others = (candidate for candidate in outwards(wanted) if candidate != wanted)
        return next((candidate for candidate in others if self._describe(candidate)), None)


def secret_name(prefix: str, wanted: SecretId | tuple[str, str]) -> str:
    """The name in Secrets Manager of a secret, or what the names of a scope begin with."""
    if isinstance(wanted, tuple):
        return "/".join((prefix, *wanted))
    return "/".join((prefix, wanted.project or ANY, wanted.domain or ANY, wanted.name))


def outwards(wanted: SecretId) -> Iterator[SecretId]:
    """The secret in all places where it may count, the most specific first."""
    for project, domain in _scopes(wanted.project, wanted.domain):
        yield wanted.model_copy(
            update={"project": None if project == ANY else project, "domain": None if domain == ANY else domain}
        )


def scope_text(project: str | None, domain: str | None) -> str:
    """A project and domain in words."""
    if project and domain:
        return f"{project}/{domain}"
    if project:
        return f"all domains of {project}"
    return f"{domain} of all projects" if domain else "all projects"


def _scopes(project: str | None, domain: str | None) -> tuple[tuple[str, str], ...]:
    """Project and domain in names, the most specific first."""
    exact, any_project, any_domain = (project or ANY, domain or ANY), (ANY, domain or ANY), (project or ANY, ANY)
    return tuple(dict.fromkeys((exact, any_domain, any_project, (ANY, ANY))))


def _value(asked: PutSecretRequest) -> str | bytes:
    value: str | bytes = asked.value
    if asked.is_base64:
        try:
            value = base64.b64decode(asked.value, validate=True)
        except ValueError:
            raise InvalidRequestError("body.value: it is not Base64, as is_base64 says.") from None
    size_bytes = len(value if isinstance(value, bytes) else value.encode())
    if not 0 < size_bytes <= limits.SECRET_VALUE_BYTES:
        raise InvalidRequestError(
            f"body.value: it has {size_bytes:,} bytes; from 1 to {limits.SECRET_VALUE_BYTES:,} are allowed."
        )
    return value


def _to_details(named: SecretId, found: DescribeSecretResponseTypeDef | SecretListEntryTypeDef) -> SecretDetails:
    created = found["CreatedDate"]
    return SecretDetails(id=named, created_at=created, updated_at=found.get("LastChangedDate") or created)


def _id_of(name: str, prefix: str) -> SecretId:
    project, domain, *group, key = name.removeprefix(f"{prefix}/").split("/")
    return SecretId(
        key=key,
        group="/".join(group) or None,
        project=None if project == ANY else project,
        domain=None if domain == ANY else domain,
    )


def _not_found(wanted: SecretId, wider: SecretId | None = None) -> SecretNotFoundError:
    where = scope_text(wanted.project, wanted.domain)
    if wider is None:
        return SecretNotFoundError(
            f"There is no secret {wanted.name!r} for {where}. Create it with: flyte create secret {wanted.name}"
        )
    options = f"-p '{wider.project or ''}' -d '{wider.domain or ''}'"
    return SecretNotFoundError(
        f"There is no secret {wanted.name!r} for {where} alone, but one for {scope_text(wider.project, wider.domain)}. "
        f"Name it with: {options}"
    )
