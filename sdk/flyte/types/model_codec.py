"""The codec of every hint that is no scalar: pydantic's TypeAdapter, strict on the way out, lenient on the way in."""

from __future__ import annotations

import math
from typing import Any

from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError, core_schema

from .codec import Codec, ValueMismatch, number_text
from .hints import display, pickled, prepare

Json = Any


class _Schema(GenerateJsonSchema):
    """JSON schemas that also name the members of enums, which is what a command line and a form show."""

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        made = super().enum_schema(schema)
        made["x-flyte-enum-names"] = [member.name for member in schema["members"]]
        return made


class ModelCodec(Codec[Any]):
    """A codec over a TypeAdapter. A type that pydantic cannot describe travels pickled."""

    def __init__(self, hint: Any) -> None:
        self.hint = hint
        try:
            self._adapter: TypeAdapter[Any] = TypeAdapter(prepare(hint))
        except (PydanticSchemaGenerationError, PydanticUserError):
            self._adapter = TypeAdapter(pickled(hint))

    def encode(self, value: Any) -> Json:
        try:
            checked = self._adapter.validate_python(value, strict=True)
            made = self._adapter.dump_python(checked, mode="json", warnings="error")
        except ValidationError as error:
            raise mismatch(error, value, self.hint) from None
        except PydanticSerializationError as error:
            if isinstance(error.__cause__, OSError | ImportError):  # of a file that is written, not of the value
                raise error.__cause__ from None
            raise ValueMismatch("", f"{display(self.hint)}: {_first_line(error)}") from None
        except (RecursionError, ValueError) as error:  # pydantic's own words for a cycle
            raise ValueMismatch("", f"{display(self.hint)}: nested too deeply, or a cycle: {error}") from None
        return without_nan(made)

    def decode(self, json: Json) -> Any:
        try:
            return self._adapter.validate_python(json)
        except ValidationError as error:
            raise mismatch(error, json, self.hint) from None
        except RecursionError:
            raise ValueMismatch("", f"{display(self.hint)}: the value is nested too deeply") from None

    def schema(self) -> dict[str, Json]:
        try:
            return self._adapter.json_schema(schema_generator=_Schema)
        except PydanticInvalidForJsonSchema as error:
            return {"description": f"{display(self.hint)}: {error}"}


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def mismatch(error: ValidationError, value: Any, hint: Any) -> ValueMismatch:
    """The first finding of pydantic, with its place in the value."""
    first = error.errors(include_url=False, include_context=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    given = first.get("input", value)
    reason = f"{first['msg']}, got {given!r:.200} of type {type(given).__name__}, wanted {display(hint)}"
    return ValueMismatch(path, reason)


def without_nan(value: Json) -> Json:
    """The same JSON with NaN and the infinities as the strings that decoding understands: JSON has no such numbers."""
    if isinstance(value, float):
        return value if math.isfinite(value) else number_text(value)
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()} if _has_nan(value.values()) else value
    if isinstance(value, list):
        return [without_nan(item) for item in value] if _has_nan(value) else value
    return value


def _has_nan(items: Any) -> bool:
    return any(
        not math.isfinite(item) if type(item) is float else _has_nan(item.values() if type(item) is dict else item)
        for item in items
        if type(item) in {float, dict, list}
    )
