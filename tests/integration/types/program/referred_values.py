"""One row a type whose values are files, folders or frames: what their matrix and its program share."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Optional, TypedDict

import pandas as pd
import polars as pl
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from flyte.io import DataFrame, Dir, File

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "naïve 日本\n".encode()
COLUMNS: dict[str, list[Any]] = {"n": [1, 2, 3], "name": ["a", "ü", "z"], "x": [0.5, 1.5, -2.0]}
FRAME = pd.DataFrame(COLUMNS)
CSV = FRAME.to_csv(index=False).encode()
TREE = {"a.txt": TEXT, "sub/ü #1.bin": bytes(1000), "sub/nothing": b""}


class Records(File):
    """A class of the user's."""

    def lines(self) -> list[bytes]:
        return Path(self.download_sync()).read_bytes().splitlines()


@dataclass
class Batch:
    """Of everything one, some of it deeper."""

    name: str
    file: File
    folder: Dir
    frame: pd.DataFrame
    frames: dict[str, list[DataFrame]]
    left_out: File | None = None


class Model(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    files: list[File]
    frame: pl.DataFrame
    batch: Batch | None = None
    folder: Dir | None = None


class Pair(NamedTuple):
    file: File
    number: int = 3


class Keyed(TypedDict):
    folder: Dir
    file: File


@dataclass(frozen=True)
class Row:
    """A type.

    Attributes:
        name: The row's, and the task's.
        hint: What the task's input and output are annotated with.
        made: Gives the value to send, of what lies in the folder `data`.
        plain: What the value holds, as `plain_of` has it.
        text: The value on a command line, in the folder above `data`.
    """

    name: str
    hint: Any
    made: Callable[[Path], Any]
    plain: Any
    text: str


def write_data(folder: Path) -> Path:
    """Lays the folder `data` into a folder."""
    data = folder / "data"
    for name, content in TREE.items():
        (data / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (data / "tree" / name).write_bytes(content)
    (data / "ä b+%20.txt").write_bytes(TEXT)
    (data / "nothing.txt").write_bytes(b"")
    (data / "none").mkdir()
    frame = pd.DataFrame(COLUMNS)
    frame.to_csv(data / "rows.csv", index=False)
    frame.to_parquet(data / "rows.parquet")
    (data / "parts").mkdir()
    for number in range(3):
        frame[number : number + 1].to_parquet(data / "parts" / f"{number}.parquet")
    return data


def plain_of(value: Any) -> Any:  # noqa: PLR0911 - one kind of value a return
    """What a value holds, wherever it lies: bytes of files, files of folders, columns of frames."""
    if isinstance(value, Records):
        return b"".join(line + b"\n" for line in value.lines())
    if isinstance(value, File):
        return Path(value.download_sync()).read_bytes()
    if isinstance(value, Dir):
        root = Path(value.download_sync())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    if isinstance(value, DataFrame):
        return plain_of(value.open(pa.Table).all_sync())
    if isinstance(value, pd.DataFrame):
        return dict(value.to_dict("list"))
    if isinstance(value, pa.Table):
        return value.to_pydict()
    if isinstance(value, pl.DataFrame | pl.LazyFrame):
        return value.lazy().collect().to_dict(as_series=False)
    if is_dataclass(value) or isinstance(value, BaseModel):
        return {name: plain_of(each) for name, each in vars(value).items()}
    if isinstance(value, dict):
        return {key: plain_of(each) for key, each in value.items()}
    return [plain_of(each) for each in value] if isinstance(value, list | tuple) else value


def file_of(name: str) -> Callable[[Path], File]:
    return lambda data: File.from_local_sync(data / name)


def folder_of(name: str) -> Callable[[Path], Dir]:
    return lambda data: Dir.from_local_sync(data / name)


def value_of(value: Any) -> Callable[[Path], Any]:
    return lambda _: value


def batch_of(data: Path) -> Batch:
    frames = {"k": [DataFrame.wrap_df(pl.DataFrame(COLUMNS)), DataFrame.from_existing_remote(str(data / "rows.csv"))]}
    return Batch("b", file_of("nothing.txt")(data), folder_of("tree")(data), pd.DataFrame(COLUMNS), frames)


BATCH = {
    "name": "b",
    "file": b"",
    "folder": TREE,
    "frame": COLUMNS,
    "frames": {"k": [COLUMNS, COLUMNS]},
    "left_out": None,
}
BATCH_TEXT = json.dumps(
    {
        "name": "b",
        "file": "data/nothing.txt",
        "folder": "data/tree",
        "frame": "data/rows.csv",
        "frames": {"k": ["data/rows.parquet", {"uri": "data/parts"}]},
    }
)
PARTS_TEXT = '{"uri": "data/parts", "format": "parquet"}'

ROWS = [
    Row("file", File, file_of("ä b+%20.txt"), TEXT, "data/ä b+%20.txt"),
    Row("file_typed", File[str], file_of("nothing.txt"), b"", "data/nothing.txt"),
    Row("file_optional", Optional[File], file_of("nothing.txt"), b"", "data/nothing.txt"),
    Row("file_none", File | None, value_of(None), None, "None"),
    Row("file_list", list[File], lambda data: [file_of("ä b+%20.txt")(data)], [TEXT], '["data/ä b+%20.txt"]'),
    Row(
        "file_dict",
        dict[str, File],
        lambda data: {"f": file_of("rows.csv")(data)},
        {"f": CSV},
        '{"f": "data/rows.csv"}',
    ),
    Row(
        "file_tuple",
        tuple[File, int],
        lambda data: (file_of("nothing.txt")(data), 3),
        [b"", 3],
        '["data/nothing.txt", 3]',
    ),
    Row("file_or_number", File | int, file_of("nothing.txt"), b"", "data/nothing.txt"),
    Row(
        "file_named_tuple",
        Pair,
        lambda data: Pair(file_of("nothing.txt")(data), 3),
        [b"", 3],
        '{"file": "data/nothing.txt"}',
    ),
    Row("file_of_own_class", Records, lambda data: Records.from_local_sync(data / "rows.csv"), CSV, "data/rows.csv"),
    Row("dir", Dir, folder_of("tree"), TREE, "data/tree"),
    Row("dir_empty", Dir, folder_of("none"), {}, "data/none"),
    Row("dir_optional", Dir | None, folder_of("tree"), TREE, "data/tree"),
    Row("dir_list", list[Dir], lambda data: [folder_of("tree")(data)], [TREE], '["data/tree"]'),
    Row(
        "dir_typed_dict",
        Keyed,
        lambda data: {"folder": folder_of("tree")(data), "file": file_of("nothing.txt")(data)},
        {"folder": TREE, "file": b""},
        '{"folder": "data/tree", "file": "data/nothing.txt"}',
    ),
    Row("pandas", pd.DataFrame, value_of(FRAME), COLUMNS, "data/rows.parquet"),
    Row("pandas_csv", Annotated[pd.DataFrame, "csv"], value_of(FRAME), COLUMNS, "data/rows.csv"),
    Row(
        "pandas_columns",
        Annotated[pd.DataFrame, OrderedDict(n=int, x=float)],
        value_of(FRAME),
        {"n": COLUMNS["n"], "x": COLUMNS["x"]},
        "data/rows.parquet",
    ),
    Row("pandas_parts", pd.DataFrame, value_of(FRAME), COLUMNS, "data/parts"),
    Row("pandas_optional", pd.DataFrame | None, value_of(FRAME), COLUMNS, "data/rows.csv"),
    Row("pandas_none", Optional[pd.DataFrame], value_of(None), None, "None"),
    Row("pandas_list", list[pd.DataFrame], value_of([FRAME]), [COLUMNS], '["data/rows.parquet"]'),
    Row("arrow", pa.Table, value_of(pa.table(COLUMNS)), COLUMNS, "data/rows.parquet"),
    Row("arrow_csv", Annotated[pa.Table, "csv"], value_of(pa.table(COLUMNS)), COLUMNS, "data/rows.csv"),
    Row("polars", pl.DataFrame, value_of(pl.DataFrame(COLUMNS)), COLUMNS, "data/rows.parquet"),
    Row("polars_lazy", pl.LazyFrame, value_of(pl.LazyFrame(COLUMNS)), COLUMNS, "data/rows.csv"),
    Row(
        "polars_dict",
        dict[str, pl.DataFrame],
        value_of({"k": pl.DataFrame(COLUMNS)}),
        {"k": COLUMNS},
        '{"k": "data/rows.csv"}',
    ),
    Row("frame", DataFrame, value_of(DataFrame.wrap_df(FRAME)), COLUMNS, "data/rows.parquet"),
    Row("frame_bare", DataFrame, value_of(pl.DataFrame(COLUMNS)), COLUMNS, PARTS_TEXT),
    Row("frame_csv", Annotated[DataFrame, "csv"], value_of(DataFrame.from_df(FRAME)), COLUMNS, "data/rows.csv"),
    Row("frame_optional", DataFrame | None, value_of(DataFrame.from_df(FRAME)), COLUMNS, "data/rows.csv"),
    Row("frame_list", list[DataFrame], value_of([DataFrame.from_df(FRAME)]), [COLUMNS], '["data/rows.csv"]'),
    Row("dataclass", Batch, batch_of, BATCH, BATCH_TEXT),
    Row("dataclass_dict", dict[str, Batch], lambda data: {"k": batch_of(data)}, {"k": BATCH}, f'{{"k": {BATCH_TEXT}}}'),
    Row(
        "model",
        Model,
        lambda data: Model(
            files=[file_of("nothing.txt")(data)], frame=pl.DataFrame(COLUMNS), batch=batch_of(data), folder=None
        ),
        {"files": [b""], "frame": COLUMNS, "batch": BATCH, "folder": None},
        f'{{"files": ["data/nothing.txt"], "frame": "data/rows.parquet", "batch": {BATCH_TEXT}}}',
    ),
    Row(
        "model_list",
        list[Model],
        value_of([Model(files=[], frame=pl.DataFrame(COLUMNS))]),
        [{"files": [], "frame": COLUMNS, "batch": None, "folder": None}],
        '[{"files": [], "frame": "data/rows.csv"}]',
    ),
]


def is_as_sent(row: Row, value: Any) -> bool:
    """Whether a value holds what its row says."""
    return bool(plain_of(value) == row.plain)
