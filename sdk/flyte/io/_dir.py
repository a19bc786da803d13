"""A folder as a value: tasks pass it on by its path or URI, and read its files when they want to."""

from __future__ import annotations

import asyncio
import fnmatch
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer, model_validator
from typing_extensions import TypeVar

from flyte.protocol.marks import IO_MARK

from . import _local
from ._file import File, named_by_path
from ._paths import absolute, base_name, is_on_backend, is_remote, joined, new_local_path, new_path
from ._store import Transfer, store_to_read, store_to_write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

T = TypeVar("T", default=Any)


class Dir(BaseModel, Generic[T]):
    """A folder, here or in S3. Make one with `from_local`, `new_remote` or `from_existing_remote`.

    `T` says what the files are, for readers of the code. Nothing is checked.

    Args:
        path: Where it is: a local path or an `s3://` URI. Empty text is the folder without any files.
        name: Its name; the last part of the path if not given.
        format: What the files are, such as `csv`.
        hash: Stands for the content where results are cached; without one the path does.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        json_schema_extra={"description": "A folder: a path, or an s3:// URI.", IO_MARK: "dir"},
    )

    path: str
    name: str | None = None
    format: str = ""
    hash: str | None = None

    if not TYPE_CHECKING:

        def __class_getitem__(cls, _content: Any) -> type[Self]:
            return cls  # what `T` stands for is nothing that a value could be checked for

    @model_validator(mode="before")
    @classmethod
    def pre_init(cls, data: Any) -> Any:
        """Takes a bare path as well, and names the folder after its path."""
        return named_by_path(data)

    @model_serializer(mode="wrap")
    def _referred(self, reference: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The reference. On the backend, a folder that is still on this machine is uploaded first."""
        if is_on_backend() and not self.is_empty and not is_remote(self.path):
            self.path = self.from_local_sync(self.path).path
        referred: dict[str, Any] = reference(self)
        return referred

    @classmethod
    def schema_match(cls, incoming: dict[str, Any]) -> bool:
        """Whether a JSON schema is this class's."""
        return incoming.get(IO_MARK) == "dir"

    # -- making one ------------------------------------------------------------------------------------------------

    @classmethod
    def empty(cls) -> EmptyDir:
        """A folder without files, which takes no place anywhere."""
        return EmptyDir(path="")

    @classmethod
    def new_remote(cls, dir_name: str | None = None, hash: str | None = None) -> Self:  # noqa: A002 - Flyte's name
        """A folder that files are about to be written into, in the running task's own place.

        Args:
            dir_name: Its name; a random one if not given.
            hash: Stands for the content where results are cached.
        """
        path = new_path(dir_name)
        if not is_remote(path):
            Path(path).mkdir(parents=True)
        return cls(path=path, hash=hash)

    @classmethod
    def from_existing_remote(cls, remote_path: str, dir_cache_key: str | None = None) -> Self:
        """A folder that is in S3 already. Nothing is read or checked now.

        Args:
            remote_path: Its `s3://` URI.
            dir_cache_key: Stands for the content where results are cached.
        """
        return cls(path=remote_path, hash=dir_cache_key)

    @classmethod
    def from_local_sync(
        cls,
        local_path: str | Path,
        remote_destination: str | None = None,
        dir_cache_key: str | None = None,
        batch_size: int | None = None,
        chunk_size: int | None = None,
        max_concurrency: int | None = None,
    ) -> Self:
        """A folder of this machine. On the backend it is uploaded; elsewhere it stays where it is.

        Symbolic links are followed, empty folders are kept.

        Args:
            local_path: The folder.
            remote_destination: Where it is put; a place of the task's own if not given.
            dir_cache_key: Stands for the content where results are cached.
            batch_size: Taken for compatibility.
            chunk_size: Bytes in a part of an upload in parts.
            max_concurrency: Uploads at a time.

        Raises:
            FileNotFoundError: There is no such folder, or a link in it leads nowhere.
            NotADirectoryError: It is a file.
        """
        del batch_size
        source = _local.existing_folder(absolute(local_path))
        target = remote_destination or new_path(source.name)
        if remote_destination is None and not is_remote(target):
            return cls(path=str(source), name=source.name, hash=dir_cache_key)
        store_to_write(target).upload(source, target, Transfer(chunk_size, max_concurrency))
        return cls(path=absolute(target), name=source.name, hash=dir_cache_key)

    @classmethod
    async def from_local(
        cls,
        local_path: str | Path,
        remote_destination: str | None = None,
        dir_cache_key: str | None = None,
        batch_size: int | None = None,
        chunk_size: int | None = None,
        max_concurrency: int | None = None,
    ) -> Self:
        """See `from_local_sync`."""
        return await asyncio.to_thread(
            cls.from_local_sync,
            local_path,
            remote_destination,
            dir_cache_key,
            batch_size,
            chunk_size,
            max_concurrency,
        )

    # -- using it --------------------------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether it is the folder without any files, as `Dir.empty()` gives it."""
        return not self.path

    def walk_sync(
        self,
        recursive: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
        file_pattern: str = "*",
        max_depth: int | None = None,
    ) -> Iterator[File[T]]:
        """All files in it, in the order of their paths.

        Args:
            recursive: Whether files in folders below count.
            file_pattern: Which names count, such as `*.csv`.
            max_depth: How many levels count; 1 is the folder itself.

        Raises:
            FileNotFoundError: The folder does not exist.
        """
        if self.is_empty:
            return
        deepest = max_depth if recursive else 1
        for relative in store_to_read(self.path).files(self.path):
            parts = relative.split("/")
            if (deepest is None or len(parts) <= deepest) and fnmatch.fnmatchcase(parts[-1], file_pattern):
                yield File(path=joined(self.path, relative))

    async def walk(self, recursive: bool = True, max_depth: int | None = None) -> AsyncIterator[File[T]]:  # noqa: FBT001, FBT002 - as above
        """See `walk_sync`."""
        files = self.walk_sync(recursive, max_depth=max_depth)
        while (file := await asyncio.to_thread(next, files, None)) is not None:
            yield file

    def list_files_sync(self) -> list[File[T]]:
        """The files in the folder itself, not in those below."""
        return list(self.walk_sync(recursive=False))

    async def list_files(self) -> list[File[T]]:
        """See `list_files_sync`."""
        return await asyncio.to_thread(self.list_files_sync)

    def get_file_sync(self, file_name: str) -> File[T] | None:
        """The file of that name, or path below the folder; None if there is none."""
        if self.is_empty:
            return None
        file: File[T] = File(path=joined(self.path, file_name))
        return file if file.exists_sync() else None

    async def get_file(self, file_name: str) -> File[T] | None:
        """See `get_file_sync`."""
        return await asyncio.to_thread(self.get_file_sync, file_name)

    def exists_sync(self) -> bool:
        """Whether the folder is there. In S3 a folder is there when something is in it."""
        return self.is_empty or store_to_read(self.path).kind(self.path) == "folder"

    async def exists(self) -> bool:
        """See `exists_sync`."""
        return await asyncio.to_thread(self.exists_sync)

    def download_sync(self, local_path: str | Path | None = None) -> str:
        """Path of the folder on this machine. One that is here already is copied only to a path that is given.

        Args:
            local_path: The folder that takes the content. A fresh temporary one if not given.

        Raises:
            FileNotFoundError: It does not exist.
            PermissionError: It may not be read.
        """
        if self.is_empty:
            target = Path(tempfile.mkdtemp()) if local_path is None else Path(absolute(local_path))
            target.mkdir(parents=True, exist_ok=True)
            return str(target)
        if local_path is None and not is_remote(self.path):
            return str(_local.existing_folder(absolute(self.path)))
        target = new_local_path(base_name(self.path)) if local_path is None else Path(absolute(local_path))
        store_to_read(self.path).download(self.path, target, Transfer())
        return str(target)

    async def download(self, local_path: str | Path | None = None) -> str:
        """See `download_sync`."""
        return await asyncio.to_thread(self.download_sync, local_path)


class EmptyDir(Dir[Any]):
    """The folder without any files, as `Dir.empty()` gives it."""
