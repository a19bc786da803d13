"""What a task on the backend passes on lies in the bucket, under the action's own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from flyte._context import entered
from flyte.io import DataFrame, Dir, File
from flyte.types import codec_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flyte._context import TaskContext


@pytest.fixture(autouse=True)
def data(task_context: TaskContext) -> Iterator[str]:
    """The action's own place."""
    with entered(task_context):
        yield task_context.raw_data_path.path


@dataclass
class Result:
    files: list[File[str]]
    folder: Dir[str]


def test_new_and_local_files_go_to_the_actions_data(data: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")

    assert File.new_remote("x.bin").path.startswith(f"{data}/")
    made: File[str] = File.from_local_sync(tmp_path / "a.txt")
    assert made.path.startswith(f"{data}/")
    assert (made.name, made.exists_sync()) == ("a.txt", True)
    assert Dir.new_remote("d").path.startswith(f"{data}/")
    assert File.named_remote("x.bin").path.startswith(f"{data}/")


def test_local_paths_in_results_are_uploaded(data: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    there = File[str](path="s3://else/where")
    made = Result([File(path=str(tmp_path / "a.txt")), there], Dir(path=str(tmp_path)))
    codec = codec_for(Result)

    wire: Any = codec.encode(made)
    assert wire["files"][0]["path"].startswith(f"{data}/")
    assert wire["files"][1]["path"] == "s3://else/where"
    assert [file.name for file in codec.decode(wire).folder.walk_sync()] == ["a.txt"]


def test_frames_are_written_to_the_actions_data(data: str) -> None:
    frame = pd.DataFrame({"n": [1, 2]})

    frames = (frame, pa.table(frame), pl.from_pandas(frame))
    hints = [(hint, each) for each in frames for hint in (type(each), Annotated[type(each), "csv"])]
    for hint, value in (*hints, (DataFrame, DataFrame.wrap_df(frame))):
        wire = codec_for(hint).encode(value)
        assert wire["uri"].startswith(f"{data}/")
        assert list(codec_for(pd.DataFrame).decode(wire)["n"]) == [1, 2]


def test_a_file_that_cannot_be_brought_is_told_as_such(tmp_path: Path) -> None:
    """Not as a value of the wrong type, for which nothing is tried again."""
    with pytest.raises(FileNotFoundError, match="gone does not exist"):
        codec_for(list[File]).encode([File(path=f"{tmp_path}/gone")])
    with pytest.raises(FileNotFoundError, match="no such bucket"):
        codec_for(DataFrame).encode(DataFrame.wrap_df(pd.DataFrame({"n": [1]}), "s3://nobody/f.parquet"))
