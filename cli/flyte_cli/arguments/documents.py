"""Values with structure: JSON text, or the path of a .json or .yaml file, merged over the parameter's default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema = Mapping[str, Any]

_YAML_SUFFIXES = frozenset({".yaml", ".yml"})


class Document(Shape):
    """A list, a mapping or a record.

    Args:
        check: Gives the value that is passed on for the JSON value; raises ValueError.
        complete: Fills what a record leaves out, from the parameter's default.
    """

    name = "json"

    def __init__(self, check: Callable[[Any], Any], complete: Callable[[Any], Any] | None = None) -> None:
        self._check = check
        self._complete = complete

    def parse(self, text: str) -> Any:
        """The checked value of the text or of the file that it names."""
        value = read_document(text)
        return self._check(self._complete(value) if self._complete else value)

    def parse_variant(self, text: str) -> Any:
        """Where other shapes are tried too, a JSON scalar is none of ours."""
        value = read_document(text)
        if not isinstance(value, dict | list):
            raise ValueError(f"{text!r} is no JSON list or object.")  # noqa: TRY004 - the text is wrong, not a type
        return self._check(self._complete(value) if self._complete else value)


def read_document(text: str) -> Any:
    """The JSON value that the text is, or that stands in the .json or .yaml file of that path."""
    path = Path(text) if len(text) < 4096 and "\0" not in text else None  # longer than any path that opens
    if path and path.suffix.lower() in {".json", *_YAML_SUFFIXES}:
        return _read_file(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg}, column {error.colno}" if error.lineno == 1 else f"{error.msg}, line {error.lineno}"
        raise ValueError(f"{text!r} is not valid JSON ({reason}), nor the path of a .json or .yaml file.") from None


def merge_records(default: Any, given: Any, schema: Schema, definitions: Schema) -> Any:
    """`given`, with what it leaves out of a record taken from `default`. Mappings and lists are replaced whole."""
    properties = _resolved(schema, definitions).get("properties")
    if not properties or not isinstance(default, dict) or not isinstance(given, dict):
        return given
    merged = default | given
    for field in default.keys() & given.keys() & properties.keys():
        merged[field] = merge_records(default[field], given[field], properties[field], definitions)
    return merged


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    """The schema that a reference, or the only record of an optional one, leads to."""
    if reference := schema.get("$ref"):
        return _resolved(definitions.get(str(reference).rpartition("/")[2], {}), definitions)
    variants = [_resolved(each, definitions) for each in (*schema.get("anyOf", ()), *schema.get("allOf", ()))]
    records = [each for each in variants if "properties" in each]
    return records[0] if len(records) == 1 else schema


def _read_file(path: Path) -> Any:
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{str(path)!r} is not UTF-8 text.") from None
    if path.suffix.lower() in _YAML_SUFFIXES:
        return _read_yaml(path, content)
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise ValueError(f"{str(path)!r} is not valid JSON: {error}.") from None


def _read_yaml(path: Path, content: str) -> Any:
    import yaml
    from pydantic_core import to_jsonable_python

    try:
        return to_jsonable_python(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise ValueError(f"{str(path)!r} is not valid YAML: {error}.") from None
