"""Tasks that do what they should, in real worker processes: what they see, what is shared and what is not."""

from __future__ import annotations

import json
import os
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from flyte.packages._wheels import COMMAND
from flyte.protocol.tasks import PICKLE_FILE, PICKLE_MANIFEST, SOURCE_LAYERS_FOLDER, ArtifactKind
from flyte.runtime.pickled_program import PYTHON
from functions.runner.task_role import ServiceAccountError
from tests.integration.runner.conftest import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.protocol.identity import RunId


def test_a_task_runs_from_its_artifact(runner: Runner) -> None:
    code = runner.program("""
        @env.task
        async def t(message: str) -> str:
            print("hello from the task")
            return f"{message}!"
    """)
    result = runner.invoke(code, message="Good morning!")
    assert result.value == "Good morning!!"
    assert result.outcome.model_dump(mode="json") == {
        "status": "succeeded",
        "attempt": 1,
        "wait_s": 0,
        "error": "",
        "cause": "",
    }
    assert result.printed == ["hello from the task"]


def test_every_line_says_whose_it_is(runner: Runner) -> None:
    code = runner.program("""
        @env.task
        def t() -> None:
            print("out")
            print("err", file=sys.stderr)
    """)
    lines = [line for line in runner.invoke(code).lines if line["source"] == "user"]
    common = {"project": "p", "domain": "development", "run": "r1", "action": "a0", "attempt": 1}
    task = {"task": "e.t", "version": "v1", "level": "INFO", "source": "user"}
    stamps = [line.pop("timestamp") for line in lines]
    assert sorted(lines, key=lambda line: line["stream"]) == [
        {**common, **task, "stream": "stderr", "message": "err"},
        {**common, **task, "stream": "stdout", "message": "out"},
    ]
    assert all(stamp.endswith("Z") for stamp in stamps)


def test_lines_of_flytes_logger_are_printed_from_info_on_and_once(runner: Runner) -> None:
    body = """
        import logging
        @env.task
        def t() -> None:
            flyte.logger.debug("not this")
            flyte.logger.info("this")
    """
    [line] = runner.invoke(runner.program(body)).printed
    assert line.endswith(" INFO flyte.user: this")
    [line] = runner.invoke(
        runner.program(f"import logging\nlogging.basicConfig(level=20)\n{textwrap.dedent(body)}")
    ).printed
    assert line == "INFO:flyte.user:this"


CERTIFICATES = {"SSL_CERT_FILE", "SSL_CERT_DIR"}

WHO = """
calls = []

@env.task
def t() -> tuple[int, int]:
    calls.append(1)
    return os.getpid(), len(calls)
"""


def test_the_next_action_of_a_program_finds_it_imported(runner: Runner) -> None:
    code = runner.program(WHO)
    (first, calls), (second, more_calls) = (_both(runner, code) for _ in range(2))
    assert first == second
    assert (calls, more_calls) == (1, 2)
    assert runner.source.fetched == [code.sha256]


def _both(runner: Runner, code: object, **options: object) -> tuple[int, int]:
    result = runner.invoke(code, **options)  # type: ignore[arg-type]
    import json

    outputs = json.loads(result.action.outputs or "{}")
    return outputs["o0"], outputs["o1"]


@pytest.mark.parametrize("options", [{"domain": "production"}, {"env_vars": {"MODE": "other"}}])
def test_another_domain_or_other_variables_get_a_process_of_their_own(
    runner: Runner, options: dict[str, object]
) -> None:
    code = runner.program(WHO)
    first, _ = _both(runner, code)
    second, calls = _both(runner, code, **options)
    assert (first != second, calls) == (True, 1)


def test_a_program_knows_its_project_and_domain_when_it_is_imported(runner: Runner) -> None:
    code = runner.program("""
        HERE = [flyte.current_project(), flyte.current_domain()]

        @env.task
        def t() -> list[str]:
            return [*HERE, flyte.current_domain()]
    """)
    assert runner.invoke(code, domain="production").value == ["p", "production", "production"]


def test_programs_that_alternate_never_see_each_other(runner: Runner) -> None:
    one = runner.program(
        """
        import part
        @env.task
        def t() -> list[str]:
            return [part.NAME, Path("data/x.txt").read_text(), *sorted(m for m in sys.modules if m.startswith("only_"))]
        import only_one
        """,
        **{"part.py": "NAME = 'one'", "only_one.py": "", "data/x.txt": "data of one"},
    )
    two = runner.program(
        """
        import part
        @env.task
        def t() -> list[str]:
            foreign = [m for m in sys.modules if m.startswith("only_")]
            return [part.NAME, str(Path("data/x.txt").exists()), *foreign]
        """,
        **{"part.py": "NAME = 'two'"},
    )
    for _ in range(3):
        assert runner.invoke(one).value == ["one", "data of one", "only_one"]
        assert runner.invoke(two).value == ["two", "False"]
    assert sorted(runner.source.fetched) == sorted([one.sha256, two.sha256])


def test_a_task_may_write_beside_its_code_without_changing_the_artifact(runner: Runner) -> None:
    code = runner.program(
        """
        @env.task
        def t() -> str:
            before = Path("data/x.txt").read_text()
            Path("data/x.txt").write_text("spoiled")
            Path("data/new.txt").touch()
            return before
        """,
        **{"data/x.txt": "fresh"},
    )
    assert [runner.invoke(code).value for _ in range(2)] == ["fresh", "fresh"]


def test_dependencies_come_after_the_code_and_before_our_own_packages(runner: Runner) -> None:
    dependencies = runner.artifact(
        {"both.py": "NAME = 'dependencies'", "click/__init__.py": "NAME = 'click of the task'"},
        ArtifactKind.DEPENDENCIES,
    )
    code = runner.program(
        """
        import both, click
        @env.task
        def t() -> list[str]:
            return [both.NAME, click.NAME]
        """,
        **{"both.py": "NAME = 'code'"},
    )
    assert runner.invoke(code, dependencies=dependencies).value == ["code", "click of the task"]
    bare = runner.program("""
        import both
        @env.task
        def t() -> str:
            return both.NAME
    """)
    assert runner.invoke(bare, dependencies=dependencies).value == "dependencies"


def test_files_of_source_layers_lie_in_the_working_directory_below_the_code(runner: Runner) -> None:
    dependencies = runner.artifact(
        {f"{SOURCE_LAYERS_FOLDER}/data/a.txt": "of the layer", f"{SOURCE_LAYERS_FOLDER}/both.txt": "of the layer"},
        ArtifactKind.DEPENDENCIES,
    )
    code = runner.program(
        """
        from pathlib import Path
        @env.task
        def t() -> list[str]:
            return [Path("data/a.txt").read_text(), Path("both.txt").read_text()]
        """,
        **{"both.txt": "of the code"},
    )
    assert runner.invoke(code, dependencies=dependencies).value == ["of the layer", "of the code"]


def test_a_python_that_a_task_starts_imports_what_the_task_can(runner: Runner) -> None:
    dependencies = runner.artifact({"packaged.py": "NAME = 'packaged'"}, ArtifactKind.DEPENDENCIES)
    code = runner.program(
        """
        @env.task
        def t() -> list[str]:
            command = [sys.executable, "-c", "import flyte, pydantic, packaged, beside; print(packaged.NAME)"]
            ended = subprocess.run(command, cwd="/", capture_output=True, text=True)
            return [ended.stdout + ended.stderr, os.environ["PYTHONPATH"].split(os.pathsep)[-1]]
        """,
        **{"beside.py": ""},
    )
    found = runner.invoke(code, dependencies=dependencies, env_vars={"PYTHONPATH": "/theirs"}).value
    assert found == ["packaged\n", "/theirs"]


@pytest.mark.parametrize("name", ["secrets", "queue", "pydantic", "flyte_program_queue"])
def test_a_program_may_be_called_like_another_module(runner: Runner, name: str) -> None:
    source = """
        import flyte
        env = flyte.TaskEnvironment(name="e")

        @env.task
        def t() -> list[str]:
            import pydantic, queue, secrets
            return [__name__, secrets.token_hex.__name__, queue.Queue.__name__, pydantic.BaseModel.__name__]
    """
    file = name.removeprefix("flyte_program_")
    found = runner.invoke(runner.artifact({f"{file}.py": source}), module=name).value
    assert found == [f"flyte_program_{file}", "token_hex", "Queue", "BaseModel"]


def test_commands_of_packages_are_on_the_path(runner: Runner) -> None:
    script = COMMAND.format(module="packaged", first="main", attribute="main")
    files: dict[str, str | bytes] = {
        "bin/weigh": script,
        "packaged.py": "import sys\ndef main():\n    print(sys.argv[1:])\n    return 3\n",
    }
    code = runner.program("""
        @env.task
        def t() -> list[str | int]:
            ended = subprocess.run(["weigh", "--all"], cwd="/", capture_output=True, text=True)
            return [ended.stdout + ended.stderr, ended.returncode]
    """)
    dependencies = runner.artifact(files, ArtifactKind.DEPENDENCIES, executable={"bin/weigh"})
    assert runner.invoke(code, dependencies=dependencies).value == ["['--all']\n", 3]


def test_a_task_sees_nothing_of_the_functions_environment(tmp_path: Path) -> None:
    secrets = {
        "AWS_ACCESS_KEY_ID": "role",
        "AWS_SECRET_ACCESS_KEY": "role",
        "AWS_SESSION_TOKEN": "role",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "FLYTE_RUNS_TABLE": "runs",
        "PYTHONPATH": "/nowhere",
        "AWS_REGION": "eu-west-1",
    }
    runner = Runner(tmp_path / "sandbox", environ={**os.environ, **secrets})
    code = runner.program("""
        @env.task
        def t() -> dict[str, str]:
            return dict(os.environ)
    """)
    try:
        found = runner.invoke(code, env_vars={"MINE": "yes"}).value
    finally:
        runner.workers.close()
    assert found["AWS_REGION"] == "eu-west-1"
    assert found["MINE"] == "yes"
    assert found["FLYTE_ATTEMPT_NUMBER"] == "0"
    assert "/nowhere" not in found["PYTHONPATH"]
    assert set(found) <= {
        "FLYTE_ATTEMPT_NUMBER",
        "AWS_REGION",
        "MINE",
        "PATH",
        "HOME",
        "TMPDIR",
        "LANG",
        "LC_CTYPE",
        "LC_ALL",
        "PYTHONPATH",
        "TZ",
        *CERTIFICATES,
    }


def test_each_run_has_its_own_credentials_in_a_warm_process(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "sandbox", credentials=lambda run: {"AWS_ACCESS_KEY_ID": f"key of {run.run}"})
    code = runner.program("""
        @env.task
        def t() -> list[str]:
            return [os.environ["AWS_ACCESS_KEY_ID"], str(os.getpid())]
    """)
    try:
        (first, pid), (second, same_pid) = (runner.invoke(code).value for _ in range(2))
    finally:
        runner.workers.close()
    assert (first, second, same_pid) == ("key of r1", "key of r2", pid)


ROLE_OF_TASK = """
    @env.task
    def t() -> str:
        return os.environ["AWS_ROLE"]
"""


def test_a_service_account_names_the_role_of_the_credentials(runner: Runner) -> None:
    assert runner.invoke(runner.program(ROLE_OF_TASK), service_account="analyst").value == "analyst"


def test_a_role_that_cannot_be_assumed_is_the_users_error(tmp_path: Path) -> None:
    def refuse(_run: RunId, service_account: str) -> dict[str, str]:
        raise ServiceAccountError(f"the role {service_account} cannot be assumed")

    runner = Runner(tmp_path / "sandbox", credentials_as=refuse)
    try:
        result = runner.invoke(runner.program(ROLE_OF_TASK), service_account="analyst", retries=3)
    finally:
        runner.workers.close()
    assert (result.error.code, result.error.kind) == ("ServiceAccountError", "user")
    assert result.error.message == "e.t: the role analyst cannot be assumed"
    assert result.outcome.status == "failed"


def test_a_task_knows_itself(runner: Runner) -> None:
    code = runner.program("""
        @env.task
        def t() -> list[str]:
            c = flyte.ctx()
            return [c.action.name, c.action.run_name, c.action.project, c.action.domain, c.version,
                    str(c.attempt_number), os.environ["FLYTE_ATTEMPT_NUMBER"], c.mode, str(c.is_in_cluster()),
                    str(c.raw_data_path)]
    """)
    assert runner.invoke(code, attempt=2, retries=1).value == [
        *("a0", "r1", "p", "development", "v1", "1", "1", "remote", "True"),
        "s3://bucket/runs/p/development/r1/a0/data",
    ]


def test_a_program_may_ask_for_its_project_and_domain_while_it_is_imported(runner: Runner) -> None:
    code = runner.program("""
        WHERE = [flyte.current_project(), flyte.current_domain()]

        @env.task
        def t() -> list[str]:
            return WHERE
    """)
    assert runner.invoke(code).value == ["p", "development"]


def test_a_task_that_calls_tasks_gets_their_results(runner: Runner) -> None:
    code = runner.program("""
        @env.task
        async def double(x: int) -> int:
            return 2 * x

        @env.task
        def plus(x: int, y: int) -> int:
            return x + y

        @env.task
        async def t(x: int) -> int:
            import asyncio
            return await plus.aio(*await asyncio.gather(double(x), double(x + 1)))
    """)
    started = []

    def run_child(request: Any) -> Any:
        """What the children do, done here: a supervisor only starts them."""
        started.append((request["name"], json.loads(request["spec"])["loader"]["attribute"], request["inputs"]))
        inputs = request["inputs"]
        value = 2 * inputs["x"] if len(inputs) == 1 else inputs["x"] + inputs["y"]
        return {"phase": "succeeded", "outputs": json.dumps({"o0": value}), "error": None}

    runner.methods["run_child"] = run_child
    assert runner.invoke(code, x=3).value == 14
    first = sorted(started, key=str)
    assert [(attribute, inputs) for _, attribute, inputs in started[2:]] == [("plus", {"x": 6, "y": 8})]
    started.clear()
    assert runner.invoke(code, x=3).value == 14
    assert sorted(started, key=str) == first, "the same calls have the same names in every attempt"


@pytest.mark.parametrize(
    ("files", "code", "fragment"),
    [
        ({"program.py": "import not_there"}, "ModuleNotFoundError", "not_there"),
        ({"program.py": "def broken(:"}, "SyntaxError", "program.py"),
        ({"program.py": "1 / 0"}, "ZeroDivisionError", "1 / 0"),
        ({"program.py": "import sys; sys.exit(4)"}, "SystemExit", "sys.exit(4)"),
        ({"program.py": "t = 5"}, "ModuleLoadError", "program.t is 5"),
        ({"other.py": ""}, "ModuleNotFoundError", "program"),
    ],
)
def test_a_program_that_cannot_be_imported_is_the_users_failure(
    runner: Runner, files: dict[str, str | bytes], code: str, fragment: str
) -> None:
    result = runner.invoke(runner.artifact(files))
    assert (result.outcome.status, result.error.code, result.error.kind) == ("failed", code, "user")
    assert fragment in result.error.message + result.error.traceback
    assert "flyte/runtime" not in result.error.traceback
    assert "importlib" not in result.error.traceback


def test_a_broken_program_is_imported_afresh_the_next_time(runner: Runner) -> None:
    code = runner.program("""
        if not os.path.exists("/proc/self/cwd/../home/seen"):
            Path("../home/seen").touch()
            raise RuntimeError("first time")
        @env.task
        def t() -> int:
            return 1
    """)
    assert runner.invoke(code).error.code == "RuntimeError"
    assert runner.invoke(code).error.code == "RuntimeError"


def test_a_pickled_task_runs(runner: Runner) -> None:
    import cloudpickle

    import flyte

    env = flyte.TaskEnvironment(name="e")

    @env.task
    def t(x: int) -> int:
        return x + 1

    code = runner.artifact(
        {
            PICKLE_FILE: cloudpickle.dumps({"t": t}),
            PICKLE_MANIFEST: json.dumps({"python": PYTHON, "tasks": ["t"]}),
        }
    )
    assert runner.invoke(code, module=None, x=4).value == 5


def test_inputs_and_outputs_of_megabytes_pass(runner: Runner) -> None:
    code = runner.program("""
        @env.task
        def t(text: str) -> str:
            return text[::-1]
    """)
    text = "äbc" * 1_000_000
    assert runner.invoke(code, text=text).value == text[::-1]
