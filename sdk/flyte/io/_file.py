"""A file as a value: tasks pass it on by its path or URI, and read and write its content when they want to."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Generic, Self

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypeVar

from flyte.protocol.marks import IO_MARK

from . import _local
from ._hashing_io import HashMethod, hash_of, method_and_value
from ._paths import absolute, base_name, download_target, is_on_backend, is_remote, named_path, new_path
from ._store import Transfer, store_to_read, store_to_write
from ._streams import Opening, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T", default=Any)


class File(BaseModel, Generic[T]):
    """A file, here or in S3. Make one with `from_local`, `new_remote` or `from_existing_remote`.

    `T` says what the content is, for readers of the code: `File[pandas.DataFrame]`. Nothing is checked.

    Args:
        path: Where it is: a local path or an `s3://` URI.
        name: Its name; the last part of the path if not given.
        format: What the content is, such as `csv`.
        hash: Stands for the content where results are cached; without one the path does.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        json_schema_extra={"description": "A file: a path, or an s3:// URI.", IO_MARK: "file"},
    )

    path: str
    name: str | None = None
    format: str = ""
    hash: str | None = None
    hash_method: Annotated[HashMethod | None, SkipJsonSchema()] = Field(default=None, exclude=True, repr=False)

    if not TYPE_CHECKING:

        def __class_getitem__(cls, _content: Any) -> type[Self]:
            return cls  # what `T` stands for is nothing that a value could be checked for

    @model_validator(mode="before")
    @classmethod
    def pre_init(cls, data: Any) -> Any:
        """Takes a bare path as well, and names the file after its path."""
        return named_by_path(data)

    @model_serializer(mode="wrap")
    def _referred(self, reference: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The reference. On the backend, a file that is still on this machine is uploaded first."""
        if is_on_backend() and not is_remote(self.path):
            self.path = self.from_local_sync(self.path).path
        referred: dict[str, Any] = reference(self)
        return referred

    @classmethod
    def schema_match(cls, incoming: dict[str, Any]) -> bool:
        """Whether a JSON schema is this class's."""
        return incoming.get(IO_MARK) == "file"

    # -- making one ------------------------------------------------------------------------------------------------

    @classmethod
    def new_remote(cls, file_name: str | None = None, hash_method: HashMethod | str | None = None) -> Self:
        """A file that is about to be written, in the running task's own place.

        Args:
            file_name: Its name; a random one if not given.
            hash_method: How the content is hashed while it is written; text is the hash itself.
        """
        method, value = method_and_value(hash_method)
        return cls(path=new_path(file_name), hash=value, hash_method=method)

    @classmethod
    def named_remote(cls, name: str) -> Self:
        """The file of that name in the running action's own place: every attempt, and every call, means the same one.

        An attempt finds there what an earlier one wrote.

        Raises:
            ValueError: No task runs here, or the name leads out of the place.
        """
        return cls(path=named_path(name))

    @classmethod
    def from_existing_remote(cls, remote_path: str, file_cache_key: str | None = None) -> Self:
        """A file that is in S3 already. Nothing is read or checked now.

        Args:
            remote_path: Its `s3://` URI.
            file_cache_key: Stands for the content where results are cached.
        """
        return cls(path=remote_path, hash=file_cache_key)

    @classmethod
    def from_local_sync(
        cls,
        local_path: str | Path,
        remote_destination: str | None = None,
        hash_method: HashMethod | str | None = None,
        chunk_size: int | None = None,
        max_concurrency: int | None = None,
    ) -> Self:
        """A file of this machine. On the backend it is uploaded; elsewhere it stays where it is.

        Args:
            local_path: The file.
            remote_destination: Where it is put; a place of the task's own if not given.
            hash_method: How the content is hashed; text is the hash itself.
            chunk_size: Bytes in a part of an upload in parts.
            max_concurrency: Parts that are uploaded at a time.

        Raises:
            FileNotFoundError: There is no such file.
        """
        source = _local.existing_file(absolute(local_path))
        method, value = method_and_value(hash_method)
        if method is not None:
            with source.open("rb") as file:
                value = hash_of(file, method)
        target = remote_destination or new_path(source.name)
        if remote_destination is None and not is_remote(target):
            return cls(path=str(source), name=source.name, hash=value)
        store_to_write(target).upload(source, target, Transfer(chunk_size, max_concurrency))
        return cls(path=absolute(target), name=source.name, hash=value)

    @classmethod
    async def from_local(
        cls,
        local_path: str | Path,
        remote_destination: str | None = None,
        hash_method: HashMethod | str | None = None,
        chunk_size: int | None = None,
        max_concurrency: int | None = None,
    ) -> Self:
        """See `from_local_sync`."""
        return await asyncio.to_thread(
            cls.from_local_sync, local_path, remote_destination, hash_method, chunk_size, max_concurrency
        )

    # -- using it --------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def open_sync(
        self,
        mode: str = "rb",
        block_size: int | None = None,
        cache_type: str = "readahead",
        cache_options: dict[str, Any] | None = None,
        compression: str | None = None,
        **kwargs: Any,
    ) -> Iterator[IO[Any]]:
        """Opens the file for a `with` block. A remote one is read as it is needed, and written in parts as they come.

        Args:
            mode: `rb`, `wb`, `r` or `w`; a local file may be opened in any mode.
            block_size: Taken for compatibility: reading needs no tuning.
            cache_type: Taken for compatibility.
            cache_options: Taken for compatibility.
            compression: `gzip`, `bz2`, `xz`, or `infer` to go by the name.
            kwargs: `encoding`, `errors` and `newline` of text.

        Raises:
            FileNotFoundError: It is to be read and does not exist.
            PermissionError: It may not be read or written.
        """
        del block_size, cache_type, cache_options
        method = self.hash_method if "r" not in mode else None
        if method is not None:
            method.reset()
        with opened(self.path, mode, compression=compression, hash_method=method, **kwargs) as file:
            yield file
        if method is not None:
            self.hash = method.result()

    def open(
        self,
        mode: str = "rb",
        block_size: int | None = None,
        cache_type: str = "readahead",
        cache_options: dict[str, Any] | None = None,
        compression: str | None = None,
        **kwargs: Any,
    ) -> Opening:
        """Opens the file for an `async with` block: `read`, `write` and so on are awaited. See `open_sync`."""
        return Opening(self.open_sync(mode, block_size, cache_type, cache_options, compression, **kwargs))

    def exists_sync(self) -> bool:
        """Whether the file is there."""
        return store_to_read(self.path).kind(self.path) == "file"

    async def exists(self) -> bool:
        """See `exists_sync`."""
        return await asyncio.to_thread(self.exists_sync)

    def download_sync(self, local_path: str | Path | None = None) -> str:
        """Path of the content on this machine. A file that is here already is copied only to a path that is given.

        Args:
            local_path: Where to put it: a path, or a folder. A fresh temporary folder if not given.

        Raises:
            FileNotFoundError: It does not exist.
            PermissionError: It may not be read.
        """
        if local_path is None and not is_remote(self.path):
            return str(_local.existing_file(absolute(self.path)))
        target = download_target(local_path, base_name(self.path))
        store_to_read(self.path).download(self.path, target, Transfer())
        return str(target)

    async def download(self, local_path: str | Path | None = None) -> str:
        """See `download_sync`."""
        return await asyncio.to_thread(self.download_sync, local_path)


def named_by_path(data: Any) -> Any:
    """A bare path as the fields that it stands for, with the name that the path's last part gives."""
    if isinstance(data, str | Path):
        data = {"path": absolute(data)}
    if isinstance(data, dict) and data.get("path") and data.get("name") is None:
        return {**data, "name": base_name(str(data["path"]))}
    return data
