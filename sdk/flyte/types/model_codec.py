"""The codec of every hint that is no scalar: pydantic's validators, strict on the way out, lenient on the way in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import PydanticSchemaGenerationError, PydanticUserError
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError, SchemaSerializer, SchemaValidator, ValidationError, core_schema

from flyte.protocol.marks import DICT_KEY, ENUM_NAMES_KEY, FIELDS_KEY

from .codec import Codec, ValueMismatch
from .finite import with_named_numbers
from .guessed import Guessed, GuessedEnum
from .hints import display
from .leaves import JSON_SCHEMA_KEY
from .mismatch import mismatch, place_of_cycle, too_deep
from .plain import taking_plain
from .wire import pickled_schemas, revalidating, wire_schemas

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any


class _Schema(GenerateJsonSchema):
    """JSON schemas of what is on the wire, which also name the members of enums for command lines and forms."""

    _of_default: core_schema.CoreSchema | None = None
    """What a default is written by."""

    def made(self, schema: core_schema.CoreSchema) -> JsonSchemaValue:
        """The JSON schema of a hint's."""
        self._defined = schema["definitions"] if schema["type"] == "definitions" else []
        return self.generate(schema, mode="validation")

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        outer, self._of_default = self._of_default, schema["schema"]
        try:
            return super().default_schema(schema)
        finally:
            self._of_default = outer

    def encode_default(self, dft: Any) -> Any:
        if self._of_default is None or dft is None or type(dft) in {str, int, bool}:
            return super().encode_default(dft)
        of_default = core_schema.definitions_schema(self._of_default, self._defined)
        written = _serializer(of_default).to_python(dft, mode="json", by_alias=True, round_trip=True, warnings="none")
        return with_named_numbers(written)

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        made = self._ours(schema)  # which may be empty: `Any`
        return super().function_plain_schema(schema) if made is None else made

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        return self._ours(schema) or super().bytes_schema(schema)

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        return self._ours(schema) or super().union_schema(schema)

    def named_tuple_schema(self, schema: core_schema.NamedTupleSchema) -> JsonSchemaValue:
        made = super().named_tuple_schema(schema)  # a list, as on the wire
        return {**made, FIELDS_KEY: [each["name"] for each in schema["fields"]]}

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        return {**super().typed_dict_schema(schema), DICT_KEY: True}

    def _ours(self, schema: Any) -> JsonSchemaValue | None:
        made = schema.get("metadata", {}).get(JSON_SCHEMA_KEY)
        return None if made is None else dict(made(self.generate_inner))

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {**super().decimal_schema(schema), "format": "decimal"}

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        made = super().enum_schema(schema)
        made[ENUM_NAMES_KEY] = [member.name for member in schema["members"]]
        return made


class ModelCodec(Codec[Any]):
    """A codec over pydantic's schema of the hint. A type that pydantic cannot describe travels pickled."""

    def __init__(self, hint: Any) -> None:
        self.hint = hint
        try:
            self._schemas = wire_schemas(hint)
        except (PydanticSchemaGenerationError, PydanticUserError):
            self._schemas = pickled_schemas(hint)
        self._values = SchemaValidator(self._schemas.values, _use_prebuilt=False)
        self._serializer = _serializer(self._schemas.values)

    @cached_property
    def _json(self) -> SchemaValidator:
        return SchemaValidator(self._schemas.json, _use_prebuilt=False)

    @property
    def read_by(self) -> core_schema.CoreSchema:
        """What reads the JSON of a value."""
        return self._schemas.json

    def encode(self, value: Any) -> Json:
        try:
            made = self._as_json(self._values.validate_python(value, strict=True))
        except (RecursionError, ValueError) as error:
            made = self._written_otherwise(value, self._as_json, error)
        return with_named_numbers(made) if self._schemas.floats else made

    def decode(self, json: Json) -> Any:
        try:
            return self._json.validate_python(json, by_alias=True, by_name=True)
        except ValidationError as error:
            raise mismatch(error, json, self.hint) from None
        except RecursionError:
            raise too_deep(self.hint) from None

    def to_text(self, value: Any) -> str:
        try:
            made = self._as_text(self._values.validate_python(value, strict=True))
        except (RecursionError, ValueError) as error:  # pydantic's own errors are ValueErrors
            made = self._written_otherwise(value, self._as_text, error)
        return str(made, "utf-8")

    def from_text(self, text: str) -> Any:
        try:
            return self._json.validate_json(text, by_alias=True, by_name=True)
        except ValidationError:
            return super().from_text(text)  # which knows the place, and reads what is deeper

    def schema(self) -> dict[str, Json]:
        try:
            return _Schema(by_alias=True).made(self._schemas.values)
        except PydanticInvalidForJsonSchema as error:
            return {"description": f"{display(self.hint)}: {error}"}

    def _as_json(self, checked: Any) -> Json:
        return self._serializer.to_python(checked, mode="json", by_alias=True, round_trip=True, warnings="error")

    def _as_text(self, checked: Any) -> bytes:
        return self._serializer.to_json(checked, by_alias=True, round_trip=True, warnings="error")

    def _written_otherwise(self, value: Any, dump: Callable[..., Any], error: Exception) -> Any:
        """What `dump` makes of a value in which something stands for something else, as dicts do for data classes.

        Raises:
            ValueMismatch: What is wrong with the value, and where.
        """
        try:
            if not isinstance(error, ValidationError):
                return self._with_default_texts(value, dump, error)
            checked = self._with_others(value, error)
            try:
                return dump(checked)
            except PydanticSerializationError as unwritten:
                return self._with_default_texts(checked, dump, unwritten)
        except ValidationError as invalid:
            raise mismatch(invalid, value, self.hint) from None
        except (RecursionError, ValueError) as unwritten:
            raise self._unwritable(value, unwritten) from None

    def _with_others(self, value: Any, error: ValidationError) -> Any:
        """The value with what stands for something else as that."""
        if _has_guessed(error):  # a result of a deployed task
            from .by_schema import encode_guessed

            return self.decode(encode_guessed(value))
        return self._taking_plain.validate_python(value, strict=True)

    def _with_default_texts(self, checked: Any, dump: Callable[..., Any], error: Exception) -> Any:
        may_be = isinstance(error, PydanticSerializationError) and self._schemas.texts
        if not may_be or not self._has_but_default_texts(checked):
            raise error
        return dump(revalidating(self._schemas.values).validate_python(checked))

    def _has_but_default_texts(self, value: Any) -> bool:
        """Whether nothing else is wrong with it."""
        try:
            revalidating(self._schemas.values).validate_python(value, strict=True)
        except ValidationError as error:
            found = [each["input"] for each in error.errors(include_url=False, include_context=False)]
            return all(type(each) is str and each in self._schemas.texts for each in found)
        return False

    @cached_property
    def _taking_plain(self) -> SchemaValidator:
        return taking_plain(self._schemas.values)

    def _unwritable(self, value: Any, error: Exception) -> Exception:
        """What is wrong with a value that passed for one of the hint, and is none when one looks inside."""
        cause = error.__cause__
        if isinstance(cause, OSError | ImportError):  # of a file that is written, not of the value
            return cause
        if (cycle := place_of_cycle(value)) is not None:
            return ValueMismatch(cycle, f"{display(self.hint)}: the value contains itself")
        if isinstance(error, RecursionError) or "RecursionError" in str(error) or "depth exceeded" in str(error):
            return too_deep(self.hint)
        try:
            revalidating(self._schemas.values).validate_python(value, strict=True)
        except ValidationError as found:
            return mismatch(found, value, self.hint)
        except Exception:  # noqa: BLE001 - a class that cannot be made twice; the first error says enough
            return ValueMismatch("", f"{display(self.hint)}: {_first_line(error)}")
        return ValueMismatch("", f"{display(self.hint)}: {_first_line(error)}")


def _serializer(schema: core_schema.CoreSchema) -> SchemaSerializer:
    return SchemaSerializer(schema, {"ser_json_inf_nan": "strings"}, _use_prebuilt=False)


def _has_guessed(error: ValidationError) -> bool:
    found = error.errors(include_url=False, include_context=False)
    return any(isinstance(each["input"], Guessed | GuessedEnum) for each in found)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
