from __future__ import annotations

import io
import json
import subprocess
import sys
import textwrap
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte._cache import Cache, VersionParameters
from flyte._deploy._interactive import is_pickled, pickled_code
from flyte.bundle._pickled import check_python
from flyte.errors import CodeBundleError
from flyte.protocol.tasks import PICKLE_FILE, PICKLE_MANIFEST, Loader
from flyte.remote._launch import DryRun
from flyte.runtime.action import TaskNotLoadedError, load
from flyte.types.pickled import PYTHON
from tests.fakes.api import HEALTH, PLATFORM, respond

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

SESSION = """
    from __future__ import annotations
    import dataclasses
    import flyte

    env = flyte.TaskEnvironment(name="session")
    FACTOR = 3


    @dataclasses.dataclass
    class Point:
        x: int
        tags: list[str] = dataclasses.field(default_factory=list)


    @env.task
    def scaled(point: Point) -> Point:
        return dataclasses.replace(point, x=point.x * FACTOR)


    @env.task
    def total(count: int) -> int:
        return sum(scaled(Point(n)).x for n in range(count))
"""
RUN_IN_A_WORKER = """
    from flyte.protocol.tasks import Loader
    from flyte.runtime.action import load
    task = load(Loader(attribute="session.total"))
    point = load(Loader(attribute="session.scaled"))
    print(task(count=4), point.interface.encode_outputs(point(**point.interface.decode_inputs({"point": {"x": 2}}))))
"""


def typed(text: str) -> dict[str, Any]:
    """What the REPL knows after that was typed."""
    known: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(textwrap.dedent(text), "<stdin>", "exec", dont_inherit=True), known)
    return known


def unpacked(known: dict[str, Any], folder: Path, task: str = "total") -> None:
    bundle, _ = pickled_code(known[task], [known["env"]], root_dir=None)
    with bundle.open_zip() as content, zipfile.ZipFile(content) as opened:
        opened.extractall(folder)


def test_a_worker_has_all_that_was_typed(program: Program, tmp_path: Path) -> None:
    unpacked(typed(SESSION), tmp_path / "code")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUN_IN_A_WORKER)],
        cwd=tmp_path / "code",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "18 {'o0': {'x': 6, 'tags': []}}\n"


def test_modules_that_it_imports_go_along(program: Program) -> None:
    program.write("own_module.py")
    program.write("sub/other_module.py")
    program.load("own_module")
    known = typed("import flyte, own_module\nenv = flyte.TaskEnvironment(name='e')\n@env.task\ndef t(): own_module.f()")
    bundle, loader = pickled_code(known["t"], [known["env"]], root_dir=None)
    assert [file.name for file in bundle.files] == ["own_module.py", PICKLE_FILE, PICKLE_MANIFEST]
    assert loader == Loader(module=None, attribute="e.t")
    alone, _ = pickled_code(known["t"], [known["env"]], root_dir=None, copy_style="none")
    assert [file.name for file in alone.files] == [PICKLE_FILE, PICKLE_MANIFEST]
    everything, _ = pickled_code(known["t"], [known["env"]], root_dir=None, copy_style="all")
    assert "sub/other_module.py" in [file.name for file in everything.files]


def test_a_pickle_is_sent_where_a_task_has_no_file_or_where_it_is_asked_for(program: Program) -> None:
    program.write("filed.py", SESSION)
    filed, repl = program.load("filed"), typed(SESSION)
    assert not is_pickled(filed.total, [filed.env], None)
    assert is_pickled(filed.total, [filed.env], asked=True)
    assert is_pickled(repl["total"], [repl["env"]], None)
    assert is_pickled(filed.total, [filed.env, repl["env"]], None)
    assert not is_pickled(repl["total"], [repl["env"]], asked=False)


def test_what_cannot_be_pickled_is_named(program: Program) -> None:
    known = typed(
        """
        import flyte, threading
        env = flyte.TaskEnvironment(name="e")
        guard = threading.Lock()
        @env.task
        def t() -> None:
            with guard: pass
        """
    )
    with pytest.raises(
        CodeBundleError, match=r"^guard, a lock that e\.t refers to, cannot be pickled .*: make it inside"
    ):
        pickled_code(known["t"], [known["env"]], root_dir=None)


def test_include_is_refused(program: Program) -> None:
    known = typed(SESSION.replace('name="session"', 'name="session", include=("data.csv",)'))
    with pytest.raises(CodeBundleError, match=r"environment session includes data\.csv: include is relative to a file"):
        pickled_code(known["total"], [known["env"]], root_dir=None)


def test_another_python_is_refused_naming_both() -> None:
    check_python(PYTHON)
    with pytest.raises(
        CodeBundleError, match=rf"a pickle of Python {PYTHON} cannot be read by the backend's Python 3\.9"
    ):
        check_python("3.9")


def test_another_python_is_refused_before_anything_is_sent(api: FakeApi, program: Program) -> None:
    other = PLATFORM.model_copy(update={"python": "3.9"})
    api.intercept = lambda _: respond(HEALTH.model_copy(update={"platform": other}))
    with pytest.raises(CodeBundleError, match=r"the backend's Python 3\.9"):
        flyte.run(typed(SESSION)["total"], count=1)
    assert api.calls == [("GET", "/v1/health")]


def test_a_worker_refuses_a_pickle_of_another_python(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(typed(SESSION), tmp_path / "code")
    (tmp_path / "code" / PICKLE_MANIFEST).write_text(json.dumps({"python": "3.9"}))
    monkeypatch.chdir(tmp_path / "code")
    with pytest.raises(TaskNotLoadedError, match=rf"pickled by Python 3\.9, and the backend runs Python {PYTHON}"):
        load(Loader(attribute="session.total"))


def test_a_pickled_bundle_can_be_looked_at(program: Program, tmp_path: Path) -> None:
    dry = flyte.with_runcontext(dry_run=True, copy_bundle_to=tmp_path / "out").run(typed(SESSION)["total"], count=1)
    assert isinstance(dry, DryRun)
    (copy,) = (tmp_path / "out").iterdir()
    with zipfile.ZipFile(io.BytesIO(copy.read_bytes())) as opened:
        assert json.loads(opened.read(PICKLE_MANIFEST)) == {
            "python": PYTHON,
            "tasks": ["session.scaled", "session.total"],
        }


def test_functions_without_source_that_differ_by_a_constant_have_different_cache_versions() -> None:
    def version(text: str) -> str:
        return Cache("auto").get_version(VersionParameters(func=typed(text)["f"]))

    versions = [
        version(f"def f(n):\n    return {body}")
        for body in (
            "n + 1",
            "n + 2",
            "len(n)",
            "sum(n)",
            "[x + 1 for x in n]",
            "[x + 2 for x in n]",
            "n in {'a', 'b'}",
        )
    ]
    assert len(set(versions)) == len(versions)


def test_a_worker_loads_cloudpickle_for_a_pickle_alone(program: Program, tmp_path: Path) -> None:
    code = (
        "import sys; from flyte.runtime.action import load; from flyte.protocol.tasks import Loader\n"
        "load(Loader(**{loader}))\n"
        "print('cloudpickle' in sys.modules)"
    )

    def loaded(loader: dict[str, Any], folder: Path) -> str:
        argv = [sys.executable, "-c", "import sys; sys.path.insert(0, '')\n" + code.format(loader=loader)]
        return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()

    program.write("filed.py", SESSION)
    unpacked(typed(SESSION), tmp_path / "code")
    assert loaded({"module": "filed", "attribute": "total"}, program.folder) == "False"
    assert loaded({"attribute": "session.total"}, tmp_path / "code") == "True"
