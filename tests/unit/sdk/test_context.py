"""What a running task may know of itself, under the names that programs use."""

from __future__ import annotations

from pathlib import Path

import pytest

import flyte
from flyte.models import NULL_TASK_CONTEXT, ActionID, PathRewrite, RawDataPath, TaskContext

env = flyte.TaskEnvironment(name="known_of_itself")


def seen_by_a_task(look):
    """What `look(flyte.ctx())` gives in a task."""

    @env.task
    async def task() -> object:
        return look(flyte.ctx())

    return flyte.with_runcontext(mode="local").run(task).outputs()[0]


def test_a_task_finds_the_names_that_flyte_gives_its_context():
    assert seen_by_a_task(lambda context: context.task_action == context.action)
    assert seen_by_a_task(lambda context: (context.restart_attempt, context.in_driver_literal_conversion)) == (0, False)


def test_a_launchers_variables_tell_which_worker_of_a_group_this_is(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    assert seen_by_a_task(lambda c: (c.rank, c.world_size, c.master_addr, c.local_rank)) == (1, 2, "127.0.0.1", None)


def test_outside_of_a_run_every_field_is_there_and_none():
    public = [name for name in dir(TaskContext) if not name.startswith("_")]
    assert [name for name in public if not hasattr(NULL_TASK_CONTEXT, name) and name != "replace"] == []
    assert not flyte.ctx()


def test_an_action_has_one_checkpoint_with_a_folder_to_work_in():
    def look(context):
        folder = context.checkpoint.path
        (folder / "weights").write_text("1")
        return context.checkpoint.path == folder and folder.is_dir()

    assert seen_by_a_task(look)


def test_what_was_loaded_lies_in_the_checkpoints_folder():
    attempts = []

    @env.task(retries=1)
    async def trains() -> list[str]:
        checkpoint = flyte.ctx().checkpoint
        await checkpoint.load()
        attempts.append(sorted(path.name for path in checkpoint.path.iterdir()))
        (checkpoint.path / "last.ckpt").write_text("1")
        await checkpoint.save(checkpoint.path)
        if len(attempts) == 1:
            raise RuntimeError("again")
        return attempts[-1]

    assert flyte.with_runcontext(mode="local").run(trains).outputs()[0] == ["last.ckpt"]


def test_raw_data_has_places_that_nobody_else_has(tmp_path):
    data = RawDataPath.from_local_folder(tmp_path / "data")
    assert Path(data.path).is_dir()
    first, second = (data.get_random_remote_path("x.csv") for _ in range(2))
    assert first != second
    assert first.startswith(data.path)
    assert first.endswith("/x.csv")


def test_a_path_rewrite_is_read_from_an_arrow():
    assert PathRewrite.from_str("s3://a->/mnt/a") == PathRewrite("s3://a", "/mnt/a")
    with pytest.raises(ValueError, match="old->new"):
        PathRewrite.from_str("s3://a")


def test_random_actions_differ():
    assert ActionID.create_random() != ActionID.create_random()


def test_each_attempt_loads_what_the_one_before_it_saved():
    @env.task(retries=3)
    async def counts() -> int:
        checkpoint = flyte.ctx().checkpoint
        previous = await checkpoint.load()
        done = 1 + (int(previous.read_text()) if previous else 0)
        await checkpoint.save(str(done).encode())
        if done < 3:
            raise RuntimeError("again")
        return done

    assert flyte.with_runcontext(mode="local").run(counts).outputs()[0] == 3
