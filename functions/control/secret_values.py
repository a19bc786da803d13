"""Reads the values of secrets for a task that is about to run. Used by the runner alone, and kept in memory alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from flyte.protocol import limits
from flyte.protocol.identity import RunId
from flyte.protocol.secrets import SecretId
from flyte.protocol.tasks import SecretRef
from functions.control.errors import SecretNotFoundError
from functions.control.secrets import outwards, secret_name

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import BatchGetSecretValueRequestTypeDef

    from functions.control.clients import Clients
    from functions.control.settings import Settings

REMEMBERED_S = 60
"""How long a sandbox goes on using a value that it has read: a new value reaches all tasks within this time."""

_IDS_AT_ONCE = 20
"""Source: Secrets Manager, BatchGetSecretValue, `SecretIdList`."""
_ABSENT = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""What is said of a secret that is not there, or is deleted."""

Value = str | bytes


class SecretValues:
    """Values by reference, each found in the most specific place that has it.

    Args:
        settings: Names the prefix of the stack's secrets.
        clients: AWS.
        now_s: A monotonic clock.
    """

    def __init__(self, settings: Settings, clients: Clients, now_s: Callable[[], float] = time.monotonic) -> None:
        self._prefix = settings.secrets_prefix
        self._clients = clients
        self._now_s = now_s
        self._known: dict[str, tuple[float, Value | None]] = {}
        """By the name in Secrets Manager: until when it is trusted, and the value, if there is one."""

    def read(self, run: RunId, refs: Iterable[SecretRef]) -> Mapping[SecretRef, Value]:
        """The value of each secret for a task of `run`.

        Raises:
            SecretNotFoundError: Some are nowhere. The message names them, and the commands that create them.
        """
        places = {ref: _places(self._prefix, run, ref) for ref in refs}
        self._learn([name for names in places.values() for name in names])
        found = {ref: self._first(names) for ref, names in places.items()}
        missing = [ref for ref, value in found.items() if value is None]
        if missing:
            # What is missing is looked for again next time: somebody is about to create it.
            for name in (name for ref in missing for name in places[ref]):
                self._known.pop(name, None)
            raise _missing(run, missing)
        return {ref: value for ref, value in found.items() if value is not None}

    def _first(self, names: Iterable[str]) -> Value | None:
        return next((value for name in names if (value := self._known[name][1]) is not None), None)

    def _learn(self, names: list[str]) -> None:
        now_s = self._now_s()
        # What has aged is forgotten too: a value is kept no longer than it is used.
        self._known = {name: entry for name, entry in self._known.items() if entry[0] > now_s}
        unknown = [name for name in dict.fromkeys(names) if name not in self._known]
        for start in range(0, len(unknown), _IDS_AT_ONCE):
            wanted = unknown[start : start + _IDS_AT_ONCE]
            values = self._fetch(wanted)
            self._known |= {name: (now_s + REMEMBERED_S, values.get(name)) for name in wanted}

    def _fetch(self, names: list[str]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        request: BatchGetSecretValueRequestTypeDef = {"SecretIdList": names}
        while True:
            answer = self._clients.secrets_manager.batch_get_secret_value(**request)
            for error in answer.get("Errors", []):
                if error.get("ErrorCode") not in _ABSENT:
                    raise RuntimeError(f"Secrets Manager refuses {error.get('SecretId')}: {error.get('Message')}")
            for entry in answer.get("SecretValues", []):
                values[entry["Name"]] = entry["SecretString"] if "SecretString" in entry else entry["SecretBinary"]
            if "NextToken" not in answer:
                return values
            request["NextToken"] = answer["NextToken"]


def _places(prefix: str, run: RunId, ref: SecretRef) -> tuple[str, ...]:
    parts = [ref.key] if ref.group is None else [ref.group, ref.key]
    if not all(re.match(limits.SECRET_KEY_PATTERN, part) for part in parts):
        return ()  # such a secret cannot be made, so it is missing
    wanted = SecretId(key=ref.key, group=ref.group, project=run.project, domain=run.domain)
    return tuple(secret_name(prefix, candidate) for candidate in outwards(wanted))


def _missing(run: RunId, refs: list[SecretRef]) -> SecretNotFoundError:
    names = [f"{ref.group}/{ref.key}" if ref.group else ref.key for ref in refs]
    commands = "".join(f"\n  flyte create secret {name} -p {run.project} -d {run.domain}" for name in names)
    return SecretNotFoundError(
        f"it needs secrets that exist neither for {run.scope} nor more widely: {', '.join(names)}. "
        f"Create them:{commands}"
    )
