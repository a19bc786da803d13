"""Hints of data frames for the type engine: values of `pandas.DataFrame` and its like travel by reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import CoreSchema, core_schema

from ._dataframe import DataFrame, hint_parts
from ._frames import FrameLibrary, library_of

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

    from ._hashing_io import HashMethod


def prepare(hint: Any) -> Any | None:
    """The hint as pydantic should read it; None if it is no frame's, or needs nothing."""
    cls, file_format, columns, hash_method = hint_parts(hint)
    if cls is DataFrame:
        says = file_format or columns or hash_method
        return Annotated[DataFrame, _Hinted(file_format, columns, hash_method)] if says else None
    library = library_of(cls)
    return None if library is None else Annotated[Any, _Frame(cls, library, file_format, columns, hash_method)]


class _Frame:
    """Marks a library's class of frames."""

    def __init__(
        self,
        cls: type,
        library: FrameLibrary,
        file_format: str | None,
        columns: tuple[str, ...] | None,
        hash_method: HashMethod | None,
    ) -> None:
        self._cls = cls
        self._name = f"{library.name}.{library.cls}"
        self._format = file_format
        self._columns = columns
        self._hash_method = hash_method

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=core_schema.plain_serializer_function_ser_schema(self.encode)
        )

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del handler
        return DataFrame.model_json_schema()

    def check(self, value: Any) -> Any:
        """Takes a frame of the class, or what stands for a frame: a reference, or a path."""
        if isinstance(value, self._cls):
            return value
        if not isinstance(value, dict | str | DataFrame):
            raise ValueError(f"not a {self._name}")  # noqa: TRY004 - pydantic takes ValueError only
        wrapped = DataFrame.model_validate(value)
        wrapped.as_hinted(None, self._columns)
        return wrapped.open(self._cls).all_sync()

    def encode(self, value: Any) -> Any:
        """Writes the frame, and gives its reference."""
        wrapped = DataFrame.wrap_df(value)
        wrapped.as_hinted(self._format, None, self._hash_method)
        return wrapped.serialize_dataframe()


class _Hinted:
    """Marks `DataFrame` with a format, columns or a hash method."""

    def __init__(
        self, file_format: str | None, columns: tuple[str, ...] | None, hash_method: HashMethod | None
    ) -> None:
        self._format = file_format
        self._columns = columns
        self._hash_method = hash_method

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.apply, handler(source))

    def apply(self, value: DataFrame) -> DataFrame:
        """Tells the value what its hint says."""
        value.as_hinted(self._format, self._columns, self._hash_method)
        return value
