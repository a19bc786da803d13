"""Reads and writes frames of pandas, pyarrow and polars as parquet or csv. A library loads with its first frame."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._hashing_io import HashingFile, HashlibAccumulator
from ._paths import joined
from ._store import store_to_read, store_to_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PARQUET = "parquet"
CSV = "csv"

_BATCH_ROWS = 64 * 1024


@dataclass(frozen=True, slots=True)
class FrameLibrary:
    """How frames of one class are read and written. Functions get the imported library first.

    Attributes:
        name: What to import, and what to install.
        cls: The class's name in it.
        read: By format, from an open file, with the columns to read or None for all.
        write: By format, to an open file.
        concat: Makes one frame of several.
        from_arrow: A frame of a pyarrow table.
    """

    name: str
    cls: str
    read: dict[str, Callable[[Any, Any, list[str] | None], Any]]
    write: dict[str, Callable[[Any, Any, Any], None]]
    concat: Callable[[Any, list[Any]], Any]
    from_arrow: Callable[[Any, Any], Any]

    def load(self) -> Any:
        """The library.

        Raises:
            ModuleNotFoundError: It is not installed.
        """
        return _imported(self.name, self.name)


def _imported(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"a data frame needs {package}, which is not installed: pip install {package} here, and "
            f"Image…with_pip_packages({package!r}) in the task's environment",
            name=error.name,
        ) from None


def _read_pandas_parquet(pandas: Any, file: Any, columns: list[str] | None) -> Any:
    _imported("pyarrow", "pyarrow")
    return pandas.read_parquet(file, columns=columns, engine="pyarrow")


def _write_pandas_parquet(_pandas: Any, frame: Any, file: Any) -> None:
    _imported("pyarrow", "pyarrow")
    frame.to_parquet(file, engine="pyarrow")


def _read_arrow_csv(_pyarrow: Any, file: Any, columns: list[str] | None) -> Any:
    csv = import_module("pyarrow.csv")
    return csv.read_csv(file, convert_options=csv.ConvertOptions(include_columns=columns or []))


PANDAS = FrameLibrary(
    "pandas",
    "DataFrame",
    read={
        PARQUET: _read_pandas_parquet,
        CSV: lambda pandas, file, columns: pandas.read_csv(file, usecols=columns),
    },
    write={
        PARQUET: _write_pandas_parquet,
        CSV: lambda _, frame, file: frame.to_csv(file, index=False),
    },
    concat=lambda pandas, frames: pandas.concat(frames, ignore_index=True),
    from_arrow=lambda _, table: table.to_pandas(),
)
_PYARROW = FrameLibrary(
    "pyarrow",
    "Table",
    read={
        PARQUET: lambda _, file, columns: import_module("pyarrow.parquet").read_table(file, columns=columns),
        CSV: _read_arrow_csv,
    },
    write={
        PARQUET: lambda _, table, file: import_module("pyarrow.parquet").write_table(table, file),
        CSV: lambda _, table, file: import_module("pyarrow.csv").write_csv(table, file),
    },
    concat=lambda pyarrow, tables: pyarrow.concat_tables(tables),
    from_arrow=lambda _, table: table,
)
_POLARS = FrameLibrary(
    "polars",
    "DataFrame",
    read={
        PARQUET: lambda polars, file, columns: polars.read_parquet(file, columns=columns),
        CSV: lambda polars, file, columns: polars.read_csv(file, columns=columns),
    },
    write={
        PARQUET: lambda _, frame, file: frame.write_parquet(file),
        CSV: lambda _, frame, file: frame.write_csv(file),
    },
    concat=lambda polars, frames: polars.concat(frames),
    from_arrow=lambda polars, table: polars.from_arrow(table),
)
_POLARS_LAZY = FrameLibrary(
    "polars",
    "LazyFrame",
    read={
        PARQUET: lambda polars, file, columns: polars.read_parquet(file, columns=columns).lazy(),
        CSV: lambda polars, file, columns: polars.read_csv(file, columns=columns).lazy(),
    },
    write={
        PARQUET: lambda _, frame, file: frame.collect().write_parquet(file),
        CSV: lambda _, frame, file: frame.collect().write_csv(file),
    },
    concat=_POLARS.concat,
    from_arrow=lambda polars, table: polars.from_arrow(table).lazy(),
)
LIBRARIES = (PANDAS, _PYARROW, _POLARS, _POLARS_LAZY)


def library_of(cls: Any) -> FrameLibrary | None:
    """The library whose frame this class is; None for any other class."""
    if not isinstance(cls, type):
        return None
    root = cls.__module__.partition(".")[0]
    return next((each for each in LIBRARIES if each.name == root and each.cls == cls.__name__), None)


def library_of_value(value: Any) -> FrameLibrary | None:
    """The library of a frame, or of a frame of a class derived from its; None for anything else."""
    return next(filter(None, map(library_of, type(value).__mro__)), None)


def write_frame(frame: Any, uri: str, file_format: str) -> str:
    """Writes a frame to a path or URI, and gives the sha256 of what it wrote.

    Raises:
        TypeError: It is no frame that we know.
        ValueError: The format is unknown.
    """
    library = library_of_value(frame)
    if library is None:
        known = ", ".join(f"{each.name}.{each.cls}" for each in LIBRARIES)
        raise TypeError(f"a {type(frame).__name__} is no data frame; known are {known}")
    write = _of_format(library.write, file_format)
    with store_to_write(uri).open_write(uri) as file:
        content = HashlibAccumulator.from_hash_name("sha256")
        write(library.load(), frame, HashingFile(file, content))
    return content.result()


def read_frame(uri: str, file_format: str, library: FrameLibrary, columns: Sequence[str] | None = None) -> Any:
    """Reads a frame from a file, or from all files of a folder.

    Raises:
        FileNotFoundError: Nothing is there.
        ValueError: The format is unknown.
    """
    read, module = _of_format(library.read, file_format), library.load()
    wanted = list(columns) if columns else None
    frames = []
    for path in _files(uri, file_format):
        with store_to_read(path).open_read(path) as file:
            frames.append(read(module, file, wanted))
    return frames[0] if len(frames) == 1 else library.concat(module, frames)


def iterate_frame(
    uri: str, file_format: str, library: FrameLibrary, columns: Sequence[str] | None = None
) -> Iterator[Any]:
    """Reads a frame piece by piece: parquet in batches of rows, csv file by file."""
    if file_format != PARQUET:
        for path in _files(uri, file_format):
            yield read_frame(path, file_format, library, columns)
        return
    pyarrow, parquet = _imported("pyarrow", "pyarrow"), _imported("pyarrow.parquet", "pyarrow")
    module, wanted = library.load(), list(columns) if columns else None
    for path in _files(uri, file_format):
        with store_to_read(path).open_read(path) as file:
            for batch in parquet.ParquetFile(file).iter_batches(_BATCH_ROWS, columns=wanted):
                yield library.from_arrow(module, pyarrow.Table.from_batches([batch]))


def format_of(path: str) -> str:
    """The format that a path's suffix tells; parquet if it tells none."""
    return CSV if path.lower().endswith(".csv") else PARQUET


def _files(uri: str, file_format: str) -> list[str]:
    if store_to_read(uri).kind(uri) != "folder":
        return [uri]
    names = [name for name in store_to_read(uri).files(uri) if not name.rpartition("/")[2].startswith(("_", "."))]
    chosen = fnmatch.filter(names, f"*.{file_format}") or names
    if not chosen:
        raise FileNotFoundError(f"{uri} holds no {file_format} files")
    return [joined(uri, name) for name in chosen]


def _of_format(by_format: dict[str, Any], file_format: str) -> Any:
    if file_format not in by_format:
        raise ValueError(f"data frames of format {file_format!r} are not known; use {' or '.join(by_format)}")
    return by_format[file_format]
