"""Inputs and outputs of a task as one JSON text, in one pass each: what a worker gets and gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from .codec import ValueMismatch, codec_for
from .model_codec import ModelCodec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .codec import Codec


def joined(texts: Mapping[str, str]) -> str:
    """The text of an object whose values are given as texts. Its names are Python's: nothing in them is escaped."""
    return "{" + ",".join([f'"{name}":{text}' for name, text in texts.items()]) + "}"


class TextReader:
    """Reads the text of an object whose values have hints.

    Args:
        hints: The hints by name.
    """

    def __init__(self, hints: Mapping[str, Any]) -> None:
        self._codecs: dict[str, Codec[Any]] = {name: codec_for(hint) for name, hint in hints.items()}
        self._others = [name for name, codec in self._codecs.items() if not isinstance(codec, ModelCodec)]
        self._validator = self._made()

    def read(self, text: str) -> dict[str, Any] | None:
        """The values that are there. None if they are to be read one by one, which tells what is wrong and where."""
        if self._validator is None:
            return None
        try:
            values: dict[str, Any] = self._validator.validate_json(text, by_alias=True, by_name=True)
            for name in self._others:
                if name in values:
                    values[name] = self._codecs[name].decode(values[name])
        except (ValidationError, ValueMismatch):
            return None
        return values

    def _made(self) -> SchemaValidator | None:
        definitions: dict[str, Any] = {}
        fields = {
            name: core_schema.typed_dict_field(_without_definitions(codec, definitions), required=False)
            for name, codec in self._codecs.items()
        }
        schema: Any = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
        if definitions:
            schema = core_schema.definitions_schema(schema, list(definitions.values()))
        try:
            return SchemaValidator(schema, _use_prebuilt=False)
        except SchemaError:  # what cannot be one schema is read one by one
            return None


def _without_definitions(codec: Codec[Any], definitions: dict[str, Any]) -> core_schema.CoreSchema:
    """What reads a value's JSON. Definitions, of which several values may have the same, go where they are had once."""
    if not isinstance(codec, ModelCodec):
        return core_schema.any_schema()
    schema: Any = codec.read_by
    if schema["type"] != "definitions":
        return codec.read_by
    for each in schema["definitions"]:
        definitions.setdefault(each["ref"], each)
    inner: core_schema.CoreSchema = schema["schema"]
    return inner
