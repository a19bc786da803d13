"""Files that an action finds by their name in each of its attempts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flyte
from flyte.io import File

env = flyte.TaskEnvironment("named_files")
FOUND: list[bytes | None] = []


def _found(file: File[Any]) -> bytes | None:
    if not file.exists_sync():
        return None
    with file.open_sync("rb") as stream:
        return bytes(stream.read())


@env.task(retries=flyte.RetryStrategy(1, backoff=flyte.Backoff(timedelta(0))))
def written_once(text: str) -> str:
    file: File[Any] = File.named_remote("model.bin")
    FOUND.append(_found(file))
    if FOUND[-1] is None:
        with file.open_sync("wb") as stream:
            stream.write(text.encode())
        raise ConnectionError("after the file was written")
    return f"{file.name} {file.path == File.named_remote('model.bin').path}"


@env.task
def both() -> list[str]:
    return [written_once("a"), written_once("b")]


def test_an_attempt_finds_what_an_earlier_one_of_the_same_action_wrote() -> None:
    FOUND.clear()
    assert flyte.with_runcontext(mode="local").run(both).outputs().o0 == ["model.bin True"] * 2
    assert FOUND == [None, b"a", None, b"b"]


def test_actions_and_runs_with_one_raw_data_path_have_places_of_their_own(tmp_path: Any) -> None:
    @env.task
    def place() -> str:
        return File.named_remote("x").path

    @env.task
    def places() -> list[str]:
        return [place(), File.named_remote("x").path, File.named_remote("y").path]

    runs = [flyte.with_runcontext(mode="local", raw_data_path=str(tmp_path)).run(places) for _ in range(2)]
    assert len({path for run in runs for path in run.outputs().o0}) == 6


def test_outside_of_a_task_there_is_no_such_place() -> None:
    with pytest.raises(ValueError, match="running task"):
        File.named_remote("x")


@pytest.mark.parametrize("name", ["", "/x", "../x", "a/../../x", ".", "a/."])
def test_names_that_lead_out_of_it_are_refused(name: str) -> None:
    @env.task
    def task() -> str:
        return File.named_remote(name).path

    with pytest.raises(flyte.errors.RuntimeUserError, match="a plain name"):
        flyte.with_runcontext(mode="local").run(task)
