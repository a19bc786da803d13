from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from flyte.protocol.api import TaskPage
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ErrorRecord, LogLine
from flyte.protocol.tasks import TaskVersion
from flyte.remote._transport import Request, Response
from flyte_cli.run import launch
from tests.fakes.api import NOW, FakeApi, problem, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

PHASES = [ActionPhase.QUEUED, ActionPhase.RUNNING, ActionPhase.SUCCEEDED]

PICKS = """
import flyte

env = flyte.TaskEnvironment(f"for_{flyte.current_domain()}")


@env.task
def t() -> str:
    return ""
"""


@pytest.fixture
def api(api: FakeApi) -> FakeApi:
    api.phases = list(PHASES)
    api.io = ActionIo(inputs={}, outputs={"o0": "black"})
    return api


@pytest.mark.usefixtures("menu")
class TestRun:
    def test_it_waits_and_shows_the_result(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("run", "--name", "mine", "menu.py", "coffee")
        assert (ended.code, ended.stdout) == (0, "black\n")
        assert "mine" in ended.stderr
        assert [line for line in ended.stderr.splitlines() if "succeeded" in line]

    @pytest.mark.parametrize(
        ("name", "command"), [(("--name", "mine"), "get run mine -p shop"), ((), "get run -p shop")]
    )
    def test_ctrl_c_while_it_is_started_says_how_to_find_it(
        self, flyte: Flyte, api: FakeApi, monkeypatch: pytest.MonkeyPatch, name: tuple[str, ...], command: str
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(launch, "_start", interrupted)
        ended = flyte("run", "-p", "shop", *name, "menu.py", "coffee")
        assert (ended.code, ended.stdout) == (130, "")
        assert ended.stderr.rstrip().endswith(f"The run may have been started. To see whether it was: flyte {command}")

    def test_json_is_one_document(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("-of", "json", "run", "--name", "mine", "menu.py", "coffee")
        found = document(ended)
        assert (found["run"], found["phase"], found["outputs"]) == ("mine", "succeeded", {"o0": "black"})
        assert found["url"].endswith("/runs/mine")

    def test_table_simple_is_flytes_line(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("-of", "table-simple", "run", "menu.py", "coffee").stdout == 'Outputs: ActionOutputs(o0="black")\n'

    def test_options_reach_the_backend(self, flyte: Flyte, api: FakeApi) -> None:
        options = [
            "-p",
            "shop",
            "-d",
            "staging",
            "--env",
            "A=1",
            "-e",
            "B=x=y",
            "--label",
            "team=blue",
            "--version",
            "v1",
        ]
        ended = flyte("run", *options, "--copy-style", "all", "--name", "mine", "menu.py", "coffee", "--milk")
        assert ended.code == 0
        asked = api.run_specs["mine"]
        assert (asked.env_vars, asked.labels) == ({"A": "1", "B": "x=y"}, {"team": "blue"})
        assert (asked.inputs, asked.spec.version if asked.spec else "") == ({"milk": True}, "v1")
        assert api.runs["mine"].id.scope == "shop/staging"

    def test_project_and_domain_may_stand_after_the_file(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("run", "--name", "mine", "-d", "staging", "menu.py", "-p", "shop", "coffee", "--milk")
        assert (ended.code, api.runs["mine"].id.scope) == (0, "shop/staging")

    def test_some_options_may_stand_after_the_task(self, flyte: Flyte, api: FakeApi) -> None:
        before, after = ["-e", "A=1", "--name", "mine"], ["-e", "B=2", "--label", "team=blue", "--detach"]
        ended = flyte("run", *before, "menu.py", "coffee", *after)
        assert (ended.code, "running" in ended.stderr) == (0, False)
        asked = api.run_specs["mine"]
        assert (asked.env_vars, asked.labels) == ({"A": "1", "B": "2"}, {"team": "blue"})
        assert flyte("run", "menu.py", "coffee", "--local", "--detach").code == 2

    def test_an_input_of_an_options_name_wins(self, flyte: Flyte, api: FakeApi, folder: Path) -> None:
        (folder / "named.py").write_text(PICKS.replace("t() -> str", "t(env: str, follow: bool = False) -> str"))
        assert flyte("run", "--name", "mine", "named.py", "t", "--env", "x", "--follow").code == 0
        assert api.run_specs["mine"].inputs == {"env": "x", "follow": True}

    @pytest.mark.parametrize(
        ("given", "name"), [([], "for_development"), (["--domain", "staging"], "for_staging")], ids=["default", "given"]
    )
    def test_a_program_can_ask_for_its_domain_when_it_is_imported(
        self, flyte: Flyte, api: FakeApi, folder: Path, given: list[str], name: str
    ) -> None:
        (folder / "picks.py").write_text(PICKS)
        assert flyte("run", *given, "--name", "mine", "picks.py", "t").code == 0
        assert flyte("deploy", *given, "picks.py", "env").code == 0
        assert (api.runs["mine"].task_name, list(api.tasks)) == (f"{name}.t", [f"{name}.t"])

    def test_progress_can_be_left_out(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("--no-progress", "run", "menu.py", "coffee").stderr == ""

    def test_detached_it_ends_at_once(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("run", "--detach", "--name", "mine", "menu.py", "coffee")
        assert ended.code == 0
        assert "mine" in ended.stdout
        found = document(flyte("-of", "json", "run", "--detach", "--name", "other", "menu.py", "coffee"))
        assert (found["run"], found["phase"]) == ("other", "queued")
        assert api.phases == PHASES

    def test_its_logs_can_be_followed(self, flyte: Flyte, api: FakeApi) -> None:
        api.logs = [LogLine(at=NOW, message=f"line {n}") for n in range(5)]
        ended = flyte("run", "--follow", "menu.py", "coffee")
        assert ended.stdout == "black\n"
        assert [line for line in ended.stderr.splitlines() if line.startswith("line")] == [
            f"line {n}" for n in range(5)
        ]

    def test_a_traceback_that_the_log_has_shown_is_not_shown_again(self, flyte: Flyte, api: FakeApi) -> None:
        api.phases = [ActionPhase.FAILED]
        api.error = ErrorRecord(code="ValueError", kind="user", message="egg", traceback="  File egg")
        api.logs = [LogLine(at=NOW, message=text, source="system") for text in ("  File egg", "a0 failed: egg")]
        ended = flyte("run", "--follow", "--name", "mine", "menu.py", "coffee")
        assert ended.stderr.count("File egg") == 1
        assert ended.stderr.endswith("Error: The run mine failed: ValueError: egg\n")

    @pytest.mark.parametrize("output_format", ["table", "json"])
    def test_a_failure_ends_with_1_and_the_users_traceback(
        self, flyte: Flyte, api: FakeApi, output_format: str
    ) -> None:
        api.phases = [ActionPhase.RUNNING, ActionPhase.FAILED]
        api.error = ErrorRecord(
            code="ValueError", kind="user", message="egg went off", traceback="  File egg\nValueError"
        )
        ended = flyte("-of", output_format, "run", "--name", "mine", "menu.py", "coffee")
        assert ended.code == 1
        assert "  File egg\nValueError\nError: The run mine failed: ValueError: egg went off" in ended.stderr
        if output_format == "json":
            assert document(ended)["error"]["message"] == "egg went off"

    @pytest.mark.parametrize(
        ("phase", "said"), [(ActionPhase.ABORTED, "was aborted"), (ActionPhase.TIMED_OUT, "timed out")]
    )
    def test_other_ends_are_no_success(self, flyte: Flyte, api: FakeApi, phase: ActionPhase, said: str) -> None:
        api.phases = [phase]
        ended = flyte("-of", "json", "run", "menu.py", "coffee")
        assert ended.code == 1
        assert said in ended.stderr
        assert document(ended)["phase"] == phase

    def test_ctrl_c_leaves_it_running_and_says_how_to_go_on(
        self, flyte: Flyte, api: FakeApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(coroutine: Any) -> None:
            coroutine.close()
            raise KeyboardInterrupt

        monkeypatch.setattr("flyte_cli.run.waiting.asyncio.run", interrupted)
        ended = flyte("run", "--name", "mine", "-p", "shop", "menu.py", "coffee")
        assert ended.code == 130
        for command in (
            "flyte get run mine -p shop",
            "flyte get logs mine -p shop --follow",
            "flyte abort run mine -p",
        ):
            assert command in ended.stderr
        assert api.runs["mine"].phase is ActionPhase.QUEUED

    @pytest.mark.parametrize(
        ("status", "code", "exit_code"),
        [
            (403, "Forbidden", 3),
            (409, "RunAlreadyExistsError", 2),
            (500, "Internal", 3),
            (400, "BadRequest", 2),
            (404, "ProjectNotFound", 2),
        ],
    )
    def test_a_refusal_is_told_by_its_exit_code(
        self, flyte: Flyte, api: FakeApi, status: int, code: str, exit_code: int
    ) -> None:
        api.intercept = lambda _request: problem(status, code, "this is why")
        ended = flyte("run", "--name", "mine", "menu.py", "coffee")
        assert (ended.code, ended.stdout) == (exit_code, "")
        assert "this is why" in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_something_else_that_answers_is_no_backend(self, flyte: Flyte, api: FakeApi) -> None:
        api.intercept = lambda _request: Response(200, b"<html>")
        assert flyte("run", "menu.py", "coffee").code == 3

    def test_no_code_needs_a_version(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("run", "--copy-style", "none", "menu.py", "coffee")
        assert ended.code == 2
        assert "version" in ended.stderr


def test_the_demonstration_is_bundled_like_a_users_file(flyte: Flyte, api: FakeApi) -> None:
    assert flyte("run", "--name", "mine", "hello").code == 0
    spec = api.run_specs["mine"].spec
    assert spec
    assert (spec.name, spec.loader.module) == ("hello_env.hello", "hello")


@pytest.fixture
def deployed(flyte: Flyte, api: FakeApi, menu: Path) -> FakeApi:
    for version in ("v1", "v2"):
        assert flyte("deploy", "--version", version, "menu.py", "dishes").code == 0
    menu.unlink()
    api.intercept = lambda request: _versions(api, request)
    return api


def _versions(api: FakeApi, request: Request) -> Response | None:
    """The answer to the list of a task's versions; None to other requests."""
    path = urlsplit(request.url).path
    if request.method != "GET" or not path.endswith("/versions"):
        return None
    task = path.split("/")[-2]
    listed = [
        TaskVersion(name=task, environment="cafe", version=version, deployed_at=NOW, deployed_by="someone")
        for version in reversed(api.tasks.get(task, {}))
    ]
    return respond(TaskPage(tasks=tuple(listed)))


class TestDeployedTask:
    def test_the_latest_version_is_run_without_its_file(self, flyte: Flyte, deployed: FakeApi) -> None:
        ended = flyte("run", "--name", "mine", "deployed-task", "cafe-drinks.tea", "--kind", "a", "--size", "LARGE")
        assert (ended.code, ended.stdout) == (0, "black\n")
        asked = deployed.run_specs["mine"]
        assert asked.task
        assert (asked.task.name, asked.task.version) == ("cafe-drinks.tea", "v2")
        assert asked.inputs == {"kind": "a", "cups": 2, "size": "l"}

    def test_a_version_can_be_pinned(self, flyte: Flyte, deployed: FakeApi) -> None:
        assert flyte("run", "--name", "mine", "deployed-task", "cafe-drinks.coffee:v1", "--milk").code == 0
        asked = deployed.run_specs["mine"]
        assert (asked.task.version if asked.task else "", asked.inputs) == ("v1", {"milk": True})

    def test_environments_and_their_tasks_are_listed(self, flyte: Flyte, deployed: FakeApi) -> None:
        for args in (["deployed-task"], ["deployed-task", "--help"]):
            text = flyte("run", *args).stdout
            assert "cafe-drinks" in text
            assert "cafe-dishes" in text
        for args in (["cafe-drinks"], ["cafe-drinks", "--help"]):
            text = flyte("run", "deployed-task", *args).stdout
            assert "tea" in text
            assert "coffee" in text

    def test_a_task_shows_its_inputs(self, flyte: Flyte, deployed: FakeApi) -> None:
        text = flyte("run", "deployed-task", "cafe-drinks.tea", "--help").stdout
        for part in (
            "Brew a pot",
            "--kind TEXT",
            "leaves",
            "[required]",
            "[SMALL|LARGE]",
            "[default: SMALL]",
            "default: 2",
        ):
            assert part in text

    def test_an_environment_leads_to_its_tasks(self, flyte: Flyte, deployed: FakeApi) -> None:
        assert flyte("run", "--name", "mine", "deployed-task", "cafe-drinks", "coffee").code == 0

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (["cafe-drinks.tea"], "--kind"),
            (["cafe-drinks.tea", "--kind", "a", "--cups", "x"], "'x' is not a valid integer"),
            (["cafe-drinks.tea", "--kind", "a", "--size", "HUGE"], "SMALL, LARGE"),
            (["cafe-drinks.tee"], "Did you mean 'cafe-drinks.tea'"),
            (["cafe-drinks.tea:v3"], "There are: v2, v1."),
            (["cafe-drinks.tee:v3"], "Did you mean 'cafe-drinks.tea'"),
            (["cafe-drink"], "Did you mean 'cafe-drinks'"),
            (["cafe-drinks", "tee"], "'cafe-drinks.tea'"),
            (["cafe-drinks.coffee", "--local"], "--local"),
        ],
        ids=str,
    )
    def test_a_mistake_ends_with_2(self, flyte: Flyte, deployed: FakeApi, args: list[str], said: str) -> None:
        ended = flyte("run", "deployed-task", *args)
        assert ended.code == 2, ended.stderr
        assert said in ended.stderr

    def test_it_does_not_run_locally(self, flyte: Flyte, deployed: FakeApi) -> None:
        ended = flyte("run", "--local", "deployed-task", "cafe-drinks.coffee")
        assert (ended.code, "on the backend only" in ended.stderr) == (2, True)


class TestDeploy:
    def test_environments_and_tasks_are_shown(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        ended = flyte("deploy", "--version", "v1", "menu.py", "dishes")
        assert ended.code == 0
        for part in ("cafe-dishes", "cafe-drinks", "cafe-dishes.soup", "cafe-drinks.tea", "v1"):
            assert part in ended.stdout
        assert "flyte run deployed-task cafe-" in ended.stderr

    def test_json_has_them_too(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        found = document(flyte("-of", "json", "deploy", "menu.py", "drinks"))
        assert [task["name"] for task in found["tasks"]] == ["cafe-drinks.coffee", "cafe-drinks.tea"]
        assert found["environments"] == [{"environment": "cafe-drinks", "image": "auto"}]

    def test_a_dry_run_asks_for_nothing(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        ended = flyte("deploy", "--dry-run", "menu.py", "drinks")
        assert "cafe-drinks.tea" in ended.stdout
        assert api.calls == []

    def test_project_and_domain_may_stand_after_the_file(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        assert flyte("deploy", "menu.py", "--project", "shop", "-d", "staging", "drinks").code == 0
        assert any("/projects/shop/domains/staging/" in path for _, path in api.calls)
        assert not any("/projects/default/" in path for _, path in api.calls)

    def test_all_of_a_file(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        assert flyte("deploy", "--all", "menu.py").code == 0
        assert {name.partition(".")[0] for name in api.tasks} == {"cafe-drinks", "cafe-dishes"}

    def test_all_files_below_a_folder(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        (menu.parent / "sub").mkdir()
        (menu.parent / "sub" / "more.py").write_text(
            "import flyte\nenv = flyte.TaskEnvironment('more')\n\n@env.task\ndef f() -> int:\n    return 1\n"
        )
        (menu.parent / ".venv").mkdir()
        (menu.parent / ".venv" / "torn.py").write_text("raise ImportError")
        assert flyte("deploy", "--recursive", ".").code == 0
        assert "more.f" in api.tasks
        spec = next(iter(api.tasks["more.f"].values()))
        assert spec.loader.module == "sub.more"

    def test_a_file_that_raises_stops_it_unless_it_may_be_left_out(
        self, flyte: Flyte, api: FakeApi, menu: Path
    ) -> None:
        (menu.parent / "torn.py").write_text("raise RuntimeError('torn apart')\n")
        stopped = flyte("deploy", "--recursive", ".")
        assert stopped.code == 1
        assert "torn apart" in stopped.stderr
        assert api.tasks == {}
        ended = flyte("deploy", "--recursive", "-i", ".")
        assert ended.code == 0
        assert "torn.py" in ended.stderr
        assert "cafe-drinks.tea" in api.tasks

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (
                ["menu.py", "cafe-drinks"],
                "the environment named `cafe-drinks` is the variable `drinks`: flyte deploy menu.py drinks",
            ),
            (["menu.py", "drink"], "Did you mean 'drinks'?"),
            (["menux.py", "drinks"], "Did you mean 'menu.py'?"),
            (["--copy-style", "none", "menu.py", "drinks"], "version"),
            (["--recursive", "empty"], "No file in empty or below has an environment"),
            (["--all", "bare.py"], "has no environment"),
        ],
        ids=str,
    )
    def test_a_mistake_ends_with_2(self, flyte: Flyte, api: FakeApi, menu: Path, args: list[str], said: str) -> None:
        (menu.parent / "empty").mkdir()
        (menu.parent / "bare.py").touch()
        ended = flyte("deploy", *args)
        assert ended.code == 2, ended.stderr
        assert said in ended.stderr

    def test_a_version_is_there_with_other_content(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        api.intercept = lambda _request: problem(409, "VersionConflict", "v1 is there with other content")
        ended = flyte("deploy", "--version", "v1", "menu.py", "drinks")
        assert (ended.code, "other content" in ended.stderr) == (2, True)


class TestRerun:
    def test_it_runs_the_same_again(self, flyte: Flyte, api: FakeApi, menu: Path) -> None:
        flyte("run", "--name", "first", "menu.py", "coffee")
        api.phases = list(PHASES)
        api.io = ActionIo(inputs={"milk": True}, outputs={"o0": "white"})
        ended = flyte("-of", "json", "rerun", "first", "--name", "second", "-e", "A=1")
        assert (ended.code, document(ended)["run"], document(ended)["outputs"]) == (0, "second", {"o0": "white"})
        assert api.run_specs["second"].inputs == {"milk": True}
        assert api.run_specs["second"].env_vars == {"A": "1"}

    def test_an_unknown_run_ends_with_2(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("rerun", "nothing").code == 2


def test_a_document_is_never_wrapped(flyte: Flyte, api: FakeApi, menu: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    api.io = ActionIo(outputs={"o0": "long " * 100})
    assert json.loads(flyte("-of", "json-raw", "run", "menu.py", "coffee").stdout)["outputs"]["o0"] == "long " * 100
