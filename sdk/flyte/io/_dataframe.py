"""A data frame as a value, of whichever library: written when it is passed on, read as the frame that is wanted."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_serializer, model_validator

from flyte.protocol.marks import IO_MARK

from ._frames import (
    PANDAS,
    PARQUET,
    FrameLibrary,
    format_of,
    iterate_frame,
    library_of,
    library_of_value,
    read_frame,
    write_frame,
)
from ._hashing_io import HashMethod, method_and_value
from ._paths import absolute, staging_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

DF = TypeVar("DF")


class DataFrame(BaseModel):
    """Rows and columns, here or in S3. Make one with `wrap_df`, `from_local` or `from_existing_remote`.

    Args:
        uri: Where it is: a local path or an `s3://` URI of a file or a folder of files.
        format: `parquet` or `csv`.
        hash: Stands for the content where results are cached: of a frame that was written here, its sha256 if none was
            given. Without one the URI does.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        json_schema_extra={
            "description": "A data frame: the path or s3:// URI of a parquet or csv file.",
            IO_MARK: "dataframe",
        },
    )

    uri: str | None = None
    format: str | None = ""
    hash: str | None = None

    _value: Any = PrivateAttr(default=None)
    _wanted: FrameLibrary | None = PrivateAttr(default=None)
    _columns: tuple[str, ...] | None = PrivateAttr(default=None)
    _is_written: bool = PrivateAttr(default=True)
    _hash_method: HashMethod | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def deserialize_dataframe(cls, data: Any, handler: Any) -> Any:
        """Takes a frame of a library or a bare path as well."""
        if not isinstance(data, cls) and library_of_value(data) is not None:
            return cls.wrap_df(data)
        if isinstance(data, str | Path):
            data = {"uri": absolute(data)}
        if isinstance(data, dict) and data.get("uri") and not data.get("format"):
            data = {**data, "format": format_of(data["uri"])}
        return handler(data)

    @model_serializer
    def serialize_dataframe(self) -> dict[str, str | None]:
        """Writes the frame if that is still to be done, and gives its reference."""
        self.write()
        known = {"uri": self.uri, "format": self.format or PARQUET, "hash": self.hash}
        return {name: value for name, value in known.items() if value is not None}

    @classmethod
    def schema_match(cls, incoming: dict[str, Any]) -> bool:
        """Whether a JSON schema is this class's."""
        return incoming.get(IO_MARK) == "dataframe"

    # -- making one ------------------------------------------------------------------------------------------------

    @classmethod
    def wrap_df(cls, val: Any = None, uri: str | None = None) -> Self:
        """A frame of pandas, pyarrow or polars as a value that tasks pass on. It is written when it is.

        Args:
            val: The frame.
            uri: Where it is written; a place of the task's own if not given.
        """
        made = cls(uri=uri, format=format_of(uri) if uri else "")
        made._value = val
        made._is_written = val is None
        return made

    @classmethod
    def from_df(cls, val: Any = None, uri: str | None = None) -> Self:
        """See `wrap_df`."""
        return cls.wrap_df(val, uri)

    @classmethod
    def from_existing_remote(cls, remote_path: str, format: str | None = None, **kwargs: Any) -> Self:  # noqa: A002 - Flyte's name
        """A frame that is in S3 already. Nothing is read or checked now.

        Args:
            remote_path: The `s3://` URI of a file, or of a folder of files.
            format: `parquet` or `csv`; by the suffix if not given.
            kwargs: `hash`.
        """
        return cls(uri=remote_path, format=format or format_of(remote_path), **kwargs)

    @classmethod
    def from_local_sync(
        cls,
        df: Any,
        columns: Mapping[str, Any] | None = None,
        remote_destination: str | None = None,
        hash_method: HashMethod | str | None = None,
    ) -> Self:
        """Writes a frame now, so that its rows need not be kept in memory until it is passed on.

        Args:
            df: The frame.
            columns: Columns that readers get; all if not given.
            remote_destination: Where it is written; a place of the task's own if not given.
            hash_method: Takes the frame and gives its hash; text is the hash itself.

        Raises:
            TypeError: It is no frame that we know.
        """
        method, value = method_and_value(hash_method)
        if method is not None:
            method.update(df)
            value = method.result()
        made = cls.wrap_df(df, remote_destination)
        made.hash = value
        made.as_hinted(None, tuple(columns or ()))
        made.write()
        return made

    @classmethod
    async def from_local(
        cls,
        df: Any,
        columns: Mapping[str, Any] | None = None,
        remote_destination: str | None = None,
        hash_method: HashMethod | str | None = None,
    ) -> Self:
        """See `from_local_sync`."""
        return await asyncio.to_thread(cls.from_local_sync, df, columns, remote_destination, hash_method)

    # -- using it --------------------------------------------------------------------------------------------------

    @property
    def val(self) -> Any:
        """The frame that was wrapped; None if it is only known by reference."""
        return self._value

    def open(self, dataframe_type: type[DF]) -> OpenedDataFrame[DF]:
        """The frame as another class: `frame.open(pandas.DataFrame)`, then `all` or `iter`.

        Args:
            dataframe_type: The class; as `Annotated[pandas.DataFrame, {"column": type}]` only those columns are read.

        Raises:
            TypeError: The class is none of pandas, pyarrow or polars.
        """
        cls, _, columns, _ = hint_parts(dataframe_type)
        library = library_of(cls)
        if library is None:
            raise TypeError(
                f"{cls!r} is no class of data frames; open it as pandas.DataFrame, pyarrow.Table or polars.DataFrame"
            )
        return OpenedDataFrame(self, library, columns or self._columns)

    def all_sync(self) -> Any:
        """All rows, as the class that was wrapped; as pandas if there is none."""
        return self._opened().all_sync()

    async def all(self) -> Any:
        """See `all_sync`."""
        return await asyncio.to_thread(self.all_sync)

    async def iter(self) -> AsyncIterator[Any]:
        """Rows in batches, as `all` gives them."""
        async for batch in self._opened().iter():
            yield batch

    def _opened(self) -> OpenedDataFrame[Any]:
        return OpenedDataFrame(self, library_of_value(self._value) or PANDAS, self._columns)

    def write(self) -> None:
        """Writes the wrapped frame to its place, once. It happens by itself when the value is passed on.

        Raises:
            ValueError: There is neither a frame nor a reference.
        """
        if self._is_written:
            if self.uri is None:
                raise ValueError("the data frame has neither a value nor a URI: make it with DataFrame.wrap_df(frame)")
            return
        self.format = self.format or PARQUET
        self.uri = absolute(self.uri or staging_path(f"data.{self.format}"))
        content = write_frame(self._value, self.uri, self.format)
        self.hash = self.hash or self._hash() or content
        self._is_written = True

    def _hash(self) -> str | None:
        """What the hint's hash method gives for the frame."""
        if self._hash_method is None:
            return None
        method = copy.deepcopy(self._hash_method)  # the hint's own may serve several frames at a time
        method.reset()
        method.update(self._value)
        return method.result()

    def as_hinted(
        self, file_format: str | None, columns: Sequence[str] | None, hash_method: HashMethod | None = None
    ) -> None:
        """Takes over what a hint such as `Annotated[DataFrame, "csv"]` says, as far as it is still open."""
        if file_format and not self._is_written and not self.format:
            self.format = file_format
        if columns:
            self._columns = tuple(columns)
        self._hash_method = hash_method or self._hash_method


class OpenedDataFrame(Generic[DF]):
    """A data frame to be read as one class."""

    def __init__(self, source: DataFrame, library: FrameLibrary, columns: Sequence[str] | None) -> None:
        self._source = source
        self._library = library
        self._columns = columns

    def all_sync(self) -> DF:
        """All rows.

        Raises:
            FileNotFoundError: Nothing is at its URI.
        """
        frame: Any = self._source.val
        if frame is not None and library_of_value(frame) is self._library and not self._columns:
            return frame  # type: ignore[no-any-return] # the library's own class
        uri, file_format = self._place()
        found: DF = read_frame(uri, file_format, self._library, self._columns)
        return found

    async def all(self) -> DF:
        """See `all_sync`."""
        return await asyncio.to_thread(self.all_sync)

    async def iter(self) -> AsyncIterator[DF]:
        """Rows in batches: never all of them in memory."""
        uri, file_format = await asyncio.to_thread(self._place)
        batches = iterate_frame(uri, file_format, self._library, self._columns)
        with contextlib.closing(batches):  # type: ignore[type-var] # a generator has `close`
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                yield batch

    def _place(self) -> tuple[str, str]:
        self._source.write()
        assert self._source.uri is not None  # noqa: S101 - it is written
        return self._source.uri, self._source.format or format_of(self._source.uri)


def hint_parts(hint: Any) -> tuple[Any, str | None, tuple[str, ...] | None, HashMethod | None]:
    """Class, format, columns and hash method of `Annotated[DataFrame, "csv", {"n": int}, HashFunction.from_fn(f)]`."""
    if not hasattr(hint, "__metadata__"):
        return (get_origin(hint) or hint), None, None, None
    file_format = next((each for each in hint.__metadata__ if isinstance(each, str)), None)
    columns = next((tuple(each) for each in hint.__metadata__ if isinstance(each, dict)), None)
    hash_method = next((each for each in hint.__metadata__ if isinstance(each, HashMethod)), None)
    return get_args(hint)[0], file_format, columns, hash_method
