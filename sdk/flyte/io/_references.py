"""Finds files, folders and data frames in encoded values by their JSON schema, which marks them with `x-flyte-io`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte.protocol.marks import IO_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Schema = Mapping[str, Any]

_PATH_KEY = {"file": "path", "dir": "path", "dataframe": "uri"}
_FIELDS = frozenset({"path", "uri", "name", "format", "hash"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One file, folder or data frame in a value.

    Attributes:
        where: Keys and indexes that lead to it.
        kind: `file`, `dir` or `dataframe`.
        value: Its JSON.
        shown: Where it is, as people write it: `config.layers[3].weights`.
    """

    where: tuple[str | int, ...]
    kind: str
    value: dict[str, Any]
    shown: str

    @property
    def key(self) -> str:
        """Under which key of its JSON the path is."""
        return _PATH_KEY[self.kind]

    @property
    def path(self) -> str:
        """The path or URI."""
        return str(self.value[self.key])


def references(value: Any, schema: Schema, name: str) -> list[Reference]:
    """All in an encoded value.

    Args:
        value: The JSON.
        schema: Its schema, with its own `$defs`.
        name: What the value is called.
    """
    found = {each.where: each for each in _found(value, schema, schema.get("$defs", {}), (), name)}
    return list(found.values())


def _found(
    value: Any, schema: Any, definitions: Schema, where: tuple[str | int, ...], shown: str
) -> Iterator[Reference]:
    if not isinstance(value, dict | list) or not isinstance(schema, dict):
        return
    if reference := schema.get("$ref"):
        schema = definitions.get(str(reference).rpartition("/")[2], {})
    kind = schema.get(IO_MARK)
    if kind in _PATH_KEY:
        if isinstance(value, dict) and value.get(_PATH_KEY[kind]) and value.keys() <= _FIELDS:
            yield Reference(where, kind, value, shown)
        return
    for variant in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _found(value, variant, definitions, where, shown)
    if isinstance(value, dict):
        others = schema.get("additionalProperties")
        for key, item in value.items():
            below = schema.get("properties", {}).get(key, others)
            yield from _found(item, below, definitions, (*where, key), f"{shown}.{key}")
        return
    places = schema.get("prefixItems", ())
    for index, item in enumerate(value):
        below = places[index] if index < len(places) else schema.get("items")
        yield from _found(item, below, definitions, (*where, index), f"{shown}[{index}]")
