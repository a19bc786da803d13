"""A task that runs again writes its data under other random paths: its calls have the same names all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import flyte
from flyte._context import entered
from flyte.io import DataFrame, Dir, File, _s3
from flyte.runtime.child_call import ChildCall
from flyte.runtime.controller import ActionState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flyte._context import TaskContext

env = flyte.TaskEnvironment(name="replays")


@dataclass
class Batch:
    files: list[File]
    frame: pd.DataFrame


@env.task
async def read(what: File | Dir | DataFrame | Batch | pd.DataFrame) -> int:
    return 1


@env.task
async def read_frame(what: pd.DataFrame) -> int:
    return 1


@env.task
async def read_batch(what: Batch) -> int:
    return 1


def streamed(text: bytes, _: Path) -> File:
    file = File.new_remote("a.txt")
    with file.open_sync("wb") as sink:
        sink.write(text)
    return file


def uploaded(text: bytes, folder: Path) -> File:
    (folder / "b.txt").write_bytes(text)
    return File.from_local_sync(folder / "b.txt")


def filled(text: bytes, _: Path) -> Dir:
    made = Dir.new_remote("d")
    for name in ("x", "sub/y"):
        with File(path=f"{made.path}/{name}").open_sync("wb") as sink:
            sink.write(text)
    return made


def uploaded_folder(text: bytes, folder: Path) -> Dir:
    (folder / "d").mkdir(exist_ok=True)
    (folder / "d" / "x").write_bytes(text)
    return Dir.from_local_sync(folder / "d")


def frame(text: bytes, _: Path) -> Any:
    return pd.DataFrame({"text": [text]})


def wrapped(text: bytes, folder: Path) -> DataFrame:
    return DataFrame.wrap_df(frame(text, folder))


def batch(text: bytes, folder: Path) -> Batch:
    return Batch([streamed(text, folder), uploaded(text, folder)], frame(text, folder))


CASES = [
    (read, streamed),
    (read, uploaded),
    (read, filled),
    (read, uploaded_folder),
    (read_frame, frame),
    (read, wrapped),
    (read_batch, batch),
]


@pytest.mark.parametrize(("task", "make"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_calls_are_named_by_what_was_written(
    task: Any, make: Callable[[bytes, Path], Any], task_context: TaskContext, tmp_path: Path
) -> None:
    def name(text: bytes) -> str:
        with entered(task_context.replace(state=ActionState())):
            return ChildCall.made(task, {"what": make(text, tmp_path)}).name

    assert name(b"one") == name(b"one")
    assert name(b"one") != name(b"two")


def test_files_that_go_in_parts_are_named_by_content_too(
    task_context: TaskContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_s3, "_IN_PARTS_BYTES", 6 * 1024 * 1024)

    def name(text: bytes) -> str:
        with entered(task_context.replace(state=ActionState())):
            return ChildCall.made(read, {"what": uploaded(text, tmp_path)}).name

    assert name(bytes(7_000_000)) == name(bytes(7_000_000))
    assert name(bytes(7_000_000)) != name(b"1" * 7_000_000)


def test_equal_data_in_two_places_are_two_calls(task_context: TaskContext, tmp_path: Path) -> None:
    with entered(task_context.replace(state=ActionState())):
        names = [ChildCall.made(read, {"what": streamed(b"one", tmp_path)}).name for _ in range(2)]
    assert len(set(names)) == 2
