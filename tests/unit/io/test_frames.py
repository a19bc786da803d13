"""Data frames as values: each library, each format, bare and wrapped."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from flyte.io import PARQUET, DataFrame, HashFunction
from flyte.types import ValueMismatch, codec_for

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {"n": [1, 2, 3], "name": ["a", "ü", ""], "x": [0.5, 1.5, -2.0]}
FRAMES = [pd.DataFrame(ROWS), pa.table(ROWS), pl.DataFrame(ROWS)]


def rows(frame: Any) -> dict[str, list[Any]]:
    if isinstance(frame, pd.DataFrame):
        return dict(frame.to_dict("list"))
    return dict(frame.to_pydict() if isinstance(frame, pa.Table) else frame.to_dict(as_series=False))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda f: type(f).__module__.split(".")[0])
@pytest.mark.parametrize("file_format", [None, "csv"])
def test_bare_frames_travel_by_reference(frame: Any, file_format: str | None) -> None:
    cls = type(frame)
    codec = codec_for(Annotated[cls, file_format] if file_format else cls)
    wire = codec.encode(frame)

    assert wire["format"] == (file_format or PARQUET)
    assert set(wire) == {"uri", "format", "hash"}
    assert codec.encode(frame)["hash"] == wire["hash"], "equal frames are equal where results are cached"
    assert codec.encode(frame)["uri"] != wire["uri"]
    decoded = codec.decode(wire)
    assert isinstance(decoded, cls)
    if file_format is None:
        assert rows(decoded) == ROWS
    assert rows(decoded)["n"] == [1, 2, 3]


def test_lazy_frames_are_collected_and_lazy_again() -> None:
    codec = codec_for(pl.LazyFrame)
    decoded = codec.decode(codec.encode(pl.LazyFrame(ROWS)))

    assert isinstance(decoded, pl.LazyFrame)
    assert rows(decoded.collect()) == ROWS


def test_frames_in_lists_and_optionals() -> None:
    codec = codec_for(list[pd.DataFrame | None])
    decoded = codec.decode(codec.encode([FRAMES[0], None]))

    assert rows(decoded[0]) == ROWS
    assert decoded[1] is None


def test_an_index_of_pandas_survives() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["x", "y"], name="key"))
    codec = codec_for(pd.DataFrame)

    assert list(codec.decode(codec.encode(frame)).index) == ["x", "y"]


@pytest.mark.parametrize("wanted", [pd.DataFrame, pa.Table, pl.DataFrame], ids=str)
@pytest.mark.parametrize("frame", FRAMES, ids=lambda f: type(f).__module__.split(".")[0])
def test_a_wrapped_frame_opens_as_any_class(frame: Any, wanted: Any) -> None:
    codec = codec_for(DataFrame)
    decoded = codec.decode(codec.encode(DataFrame.wrap_df(frame)))
    opened = asyncio.run(decoded.open(wanted).all())

    assert isinstance(opened, wanted)
    assert rows(opened) == ROWS


def test_a_wrapped_frame_is_at_hand_without_a_file() -> None:
    made = DataFrame.from_df(FRAMES[0])

    assert made.open(pd.DataFrame).all_sync() is FRAMES[0]
    assert made.val is FRAMES[0]
    assert made.uri is None
    assert made.all_sync() is FRAMES[0]


def test_from_local_writes_at_once_and_hashes(tmp_path: Path) -> None:
    async def use() -> DataFrame:
        method = HashFunction.from_fn(lambda frame: f"{len(frame)} rows")
        return await DataFrame.from_local(FRAMES[0], None, f"{tmp_path}/f.parquet", method)

    made = asyncio.run(use())
    assert (made.uri, made.hash) == (f"{tmp_path}/f.parquet", "3 rows")
    assert rows(pd.read_parquet(f"{tmp_path}/f.parquet")) == ROWS


@pytest.mark.parametrize("cls", [pd.DataFrame, DataFrame])
def test_a_hint_says_how_frames_are_hashed(cls: Any) -> None:
    codec = codec_for(Annotated[cls, HashFunction.from_fn(lambda frame: f"{len(frame)} rows")])

    assert codec.encode(FRAMES[0])["hash"] == "3 rows"
    assert codec.encode(FRAMES[0][:1])["hash"] == "1 rows"


def test_iter_gives_batches() -> None:
    async def use() -> list[int]:
        made = DataFrame.wrap_df(pd.DataFrame({"n": range(70_000)}))
        return [len(batch) async for batch in made.open(pl.DataFrame).iter()]

    assert asyncio.run(use()) == [65_536, 4_464]


def test_hints_say_format_and_columns() -> None:
    codec = codec_for(Annotated[DataFrame, "csv", OrderedDict(n=int)])
    wire = codec.encode(DataFrame.wrap_df(FRAMES[0]))

    assert wire["format"] == "csv"
    assert wire["uri"].endswith(".csv")
    assert rows(codec.decode(wire).open(pd.DataFrame).all_sync()) == {"n": [1, 2, 3]}
    only = codec_for(Annotated[pd.DataFrame, {"x": float}])
    assert list(only.decode(wire).columns) == ["x"]


def test_paths_of_files_and_folders_are_frames(tmp_path: Path) -> None:
    FRAMES[0].to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "many").mkdir()
    for number in range(2):
        FRAMES[0].to_parquet(tmp_path / "many" / f"0000{number}")

    assert rows(codec_for(pl.DataFrame).decode(f"{tmp_path}/a.csv"))["n"] == [1, 2, 3]
    assert codec_for(DataFrame).decode(f"{tmp_path}/a.csv").format == "csv"
    assert len(codec_for(pd.DataFrame).decode(f"{tmp_path}/many")) == 6


def test_a_bare_frame_fits_the_hint_of_a_wrapped_one_and_back() -> None:
    codec = codec_for(DataFrame)

    assert rows(codec.decode(codec.encode(FRAMES[2])).open(pd.DataFrame).all_sync()) == ROWS
    assert rows(codec_for(pa.Table).decode(codec.encode(FRAMES[0]))) == ROWS


def test_schemas_mark_frames() -> None:
    for hint in (pd.DataFrame, DataFrame, Annotated[pl.DataFrame, "csv"]):
        assert codec_for(hint).schema()["x-flyte-io"] == "dataframe"


def test_wrong_values_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueMismatch, match=r"not a pandas\.DataFrame"):
        codec_for(pd.DataFrame).encode([1])
    with pytest.raises(ValueError, match="neither a value nor a URI"):
        DataFrame().write()
    with pytest.raises(TypeError, match="no class of data frames"):
        DataFrame(uri="/x").open(dict)
    with pytest.raises(FileNotFoundError, match=r"x\.parquet does not exist"):
        DataFrame(uri=f"{tmp_path}/x.parquet").all_sync()
    with pytest.raises(ValueError, match="format 'orc' are not known"):
        DataFrame(uri=f"{tmp_path}/x", format="orc").all_sync()
