"""Files, folders, reports and code of real runs, as a client of a devbox sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.devbox_fixture import Devbox

pytestmark = pytest.mark.xdist_group("devbox")

PROGRAM = """
from dataclasses import dataclass

import flyte
import flyte.report
from flyte.io import Dir, File

env = flyte.TaskEnvironment(name="io_env")


@dataclass
class Seen:
    names: list[str]
    size: int


@env.task(report=True)
async def look(file: File, folder: Dir) -> tuple[Seen, File, Dir]:
    flyte.report.log("<h1>Gesehen: ü</h1>")
    async with file.open() as handle:
        content = await handle.read()
    names = [each.path.removeprefix(folder.path) async for each in folder.walk()]
    copy = File.new_remote("copy of " + file.name)
    async with copy.open("wb") as handle:
        await handle.write(content)
    local = await folder.download()
    return Seen(names, len(content)), copy, await Dir.from_local(local)
"""
CLIENT = """
import json, pathlib, sys
from dataclasses import dataclass
import flyte.remote
from flyte.io import Dir, File

@dataclass
class Result:
    names: list[str]
    size: int

flyte.init_from_config(sys.argv[1])
run = flyte.remote.Run.get(sys.argv[2])
found = run.typed_outputs({"o0": Result, "o1": File, "o2": Dir})
folder = pathlib.Path(found["o2"].download_sync())
print(json.dumps({
    "result": [type(found["o0"]).__name__, found["o0"].size, found["o0"].names],
    "copy": pathlib.Path(found["o1"].download_sync()).name,
    "folder": sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")),
    "report": "Gesehen: ü" in run.get_report(),
    "code": sorted(path.name for path in run.download_code().iterdir()),
    "version": len(run.code_bundle().computed_version),
}))
"""
FLYTE = str(Path(sys.executable).with_name("flyte"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with data and without the program."""
    folder = tmp_path / "else where"
    (folder / "data" / "sub %41+").mkdir(parents=True)
    (folder / "data" / "empty").mkdir()
    (folder / "data" / "sub %41+" / "ü #1.txt").write_text("1")
    (folder / "data" / "nothing").write_bytes(b"")
    (folder / "näme with spaces+%20.bin").write_bytes(bytes(1000))
    return folder


def call(devbox: Devbox, cwd: Path, *argv: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        argv, cwd=cwd, env=devbox.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def test_files_go_to_a_deployed_task_and_come_back(devbox: Devbox, tmp_path: Path, elsewhere: Path) -> None:
    (tmp_path / "looking.py").write_text(PROGRAM)
    call(devbox, tmp_path, FLYTE, "deploy", "looking.py", "env")
    given = ("--file", "näme with spaces+%20.bin", "--folder", "data")
    run: Any = json.loads(
        call(devbox, elsewhere, FLYTE, "-of", "json", "run", "deployed-task", "io_env.look", *given).stdout
    )
    client = (sys.executable, "-c", CLIENT, str(devbox.config), run["run"])
    seen = json.loads(call(devbox, elsewhere, *client).stdout)

    assert seen == {
        "result": ["Result", 1000, ["/nothing", "/sub %41+/ü #1.txt"]],
        "copy": "copy of näme with spaces+%20.bin",
        "folder": ["empty", "nothing", "sub %41+", "sub %41+/ü #1.txt"],
        "report": True,
        "code": ["looking.py"],
        "version": 16,
    }

    got = json.loads(
        call(devbox, elsewhere, FLYTE, "-of", "json", "get", "io", run["run"], "-o", "--download", "got").stdout
    )
    assert set(got["downloaded"]) == {"o1", "o2"}
    assert Path(elsewhere / got["downloaded"]["o1"]).read_bytes() == bytes(1000)
    assert (elsewhere / "got" / "o2" / "data" / "sub %41+" / "ü #1.txt").read_text() == "1"
    assert call(devbox, elsewhere, FLYTE, "get", "code", run["run"], "-o", "code").stdout.strip() == "code"
    assert (elsewhere / "code" / "looking.py").read_text() == PROGRAM


def test_what_cannot_be_given_is_told_before_anything_runs(devbox: Devbox, tmp_path: Path, elsewhere: Path) -> None:
    (tmp_path / "looking.py").write_text(PROGRAM)
    call(devbox, tmp_path, FLYTE, "deploy", "looking.py", "env")
    run = (FLYTE, "run", "deployed-task", "io_env.look", "--folder", "data", "--file")

    for path, said in (("gone.bin", "gone.bin"), ("data", "is a folder")):
        done = subprocess.run(
            [*run, path], cwd=elsewhere, env=devbox.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode != 0
        assert said in done.stderr
        assert "Traceback" not in done.stderr
