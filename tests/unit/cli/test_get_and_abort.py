from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.api import LogPage
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionIo, ErrorRecord, LogLine
from tests.fakes.api import NOW, FakeApi, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Response


@pytest.fixture
def api(flyte: Flyte, api: FakeApi, menu: Path) -> FakeApi:
    """With a run of `coffee` named `mine`, and both environments deployed."""
    api.io = ActionIo(inputs={"milk": False}, outputs={"o0": "black"})
    assert flyte("run", "--name", "mine", "--label", "team=blue", "menu.py", "coffee").code == 0
    assert flyte("deploy", "--version", "v1", "menu.py", "dishes").code == 0
    api.calls.clear()
    api.requests.clear()
    return api


class TestGetRun:
    def test_runs_are_listed(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("get", "run")
        header, row = ended.stdout.splitlines()
        assert header.split()[:4] == ["run", "task", "phase", "started"]
        assert row.split()[:2] == ["mine", "cafe-drinks.coffee"]
        assert "succeeded" in row

    def test_filters_reach_the_backend(self, flyte: Flyte, api: FakeApi) -> None:
        options = ["--in-phase", "succeeded", "--task-name", "a.b", "--with-label", "x=1", "--limit", "5"]
        assert flyte("get", "run", *options, "--created-after", "2026-01-01", "--only-mine").code == 0
        url = api.requests[-1].url
        for part in (
            "phase=succeeded",
            "task=a.b",
            "label=x%3D1",
            "limit=5",
            "created_after=2026-01-01",
            "created_by=",
        ):
            assert part in url

    def test_one_is_shown_in_full(self, flyte: Flyte, api: FakeApi) -> None:
        text = flyte("get", "run", "mine").stdout
        for part in ("mine", "cafe-drinks.coffee", "succeeded", "team=blue", "flytesnacks"):
            assert part in text

    def test_the_error_of_a_failed_one_is_shown(self, flyte: Flyte, api: FakeApi) -> None:
        api.phases = [ActionPhase.FAILED]
        api.error = ErrorRecord(code="ValueError", kind="user", message="egg went off")
        assert "ValueError: egg went off" in flyte("get", "run", "mine").stdout

    def test_json_is_a_list_or_an_object(self, flyte: Flyte, api: FakeApi) -> None:
        assert document(flyte("-of", "json", "get", "run"))[0]["id"]["run"] == "mine"
        assert document(flyte("-of", "json", "get", "run", "mine"))["phase"] == "succeeded"

    def test_none_is_said(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("get", "run", "--in-phase", "paused").stdout == "There are no such runs.\n"

    def test_an_unknown_one_ends_with_2(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("get", "run", "nothing")
        assert (ended.code, "there is no run nothing" in ended.stderr) == (2, True)


class TestGetAction:
    def test_actions_are_listed(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("get", "action", "mine").stdout.splitlines()[1].split()[0] == "a0"

    def test_one_is_shown(self, flyte: Flyte, api: FakeApi) -> None:
        assert "cafe-drinks.coffee" in flyte("get", "action", "mine", "a0").stdout


class TestGetTask:
    def test_tasks_are_listed(self, flyte: Flyte, api: FakeApi) -> None:
        text = flyte("get", "task").stdout
        assert "cafe-drinks.tea" in text
        assert "cafe-dishes.soup" in text

    def test_a_version_is_shown_with_its_interface(self, flyte: Flyte, api: FakeApi) -> None:
        text = flyte("get", "task", "cafe-drinks.tea", "latest").stdout
        for part in ("kind: string", "cups: integer = 2", "Brew a pot of tea", "v1", " MB"):
            assert part in text

    def test_versions_are_listed(self, flyte: Flyte, api: FakeApi) -> None:
        from flyte.protocol.api import TaskPage

        api.intercept = lambda request: respond(TaskPage(tasks=())) if request.url.endswith("limit=100") else None
        assert flyte("get", "task", "cafe-drinks.tea").stdout == "No version of cafe-drinks.tea is deployed.\n"


class TestGetIo:
    def test_both_sides_are_shown(self, flyte: Flyte, api: FakeApi) -> None:
        lines = flyte("get", "io", "mine").stdout.splitlines()
        assert lines == ["inputs", "  milk  false", "outputs", "  o0  black"]

    @pytest.mark.parametrize(("option", "side"), [("-i", "inputs"), ("-o", "outputs")])
    def test_one_side_alone(self, flyte: Flyte, api: FakeApi, option: str, side: str) -> None:
        assert list(document(flyte("-of", "json", "get", "io", "mine", option))) == [side]

    def test_a_run_that_has_not_succeeded_has_no_outputs(self, flyte: Flyte, api: FakeApi) -> None:
        api.phases = [ActionPhase.RUNNING]
        assert list(document(flyte("-of", "json", "get", "io", "mine"))) == ["inputs"]


class TestGetLogs:
    @pytest.fixture(autouse=True)
    def lines(self, api: FakeApi) -> None:
        api.logs = [LogLine(at=NOW, message=f"line {n}") for n in range(4)]
        api.logs.append(LogLine(at=NOW, message="unpacked", source="system"))

    def test_the_last_lines_are_shown(self, flyte: Flyte) -> None:
        assert flyte("get", "logs", "mine", "--lines", "2").stdout == "line 3\nunpacked\n"

    def test_the_systems_are_left_out_on_demand(self, flyte: Flyte) -> None:
        assert flyte("get", "logs", "mine", "--lines", "2", "--filter-system").stdout == "line 2\nline 3\n"

    def test_times_and_marks_are_shown_on_demand(self, flyte: Flyte) -> None:
        line = flyte("get", "logs", "mine", "-l", "1", "--show-ts", "--pretty").stdout
        assert line == "system [2026-01-02T03:04:05.000+00:00] unpacked\n"

    def test_all_are_followed_to_the_end(self, flyte: Flyte) -> None:
        assert len(flyte("get", "logs", "mine", "--follow").stdout.splitlines()) == 5

    def test_json_has_every_field(self, flyte: Flyte) -> None:
        assert document(flyte("-of", "json", "get", "logs", "mine"))[-1]["source"] == "system"

    def test_of_an_ended_run_lines_are_waited_for_that_have_not_arrived(self, flyte: Flyte, api: FakeApi) -> None:
        api.runs["mine"] = api.runs["mine"].model_copy(update={"phase": ActionPhase.SUCCEEDED})
        not_yet = [LogPage(lines=(), cursor="0")]
        api.intercept = lambda asked: respond(not_yet.pop()) if "/logs" in asked.url and not_yet else None
        assert len(flyte("get", "logs", "mine").stdout.splitlines()) == 5

    @pytest.mark.parametrize(("options", "said"), [(("--follow",), True), ((), False)])
    def test_ctrl_c_says_what_becomes_of_a_run_that_is_followed(
        self, flyte: Flyte, monkeypatch: pytest.MonkeyPatch, *, options: tuple[str, ...], said: bool
    ) -> None:
        def interrupted(coroutine: Any) -> None:
            coroutine.close()
            raise KeyboardInterrupt

        monkeypatch.setattr("asyncio.run", interrupted)
        ended = flyte("get", "logs", "mine", *options, "-p", "shop")
        assert ended.code == 130
        assert ("The run mine goes on." in ended.stderr) is said
        assert ("flyte abort run mine -p shop" in ended.stderr) is said


class TestAbort:
    def test_a_run_is_stopped_with_a_reason(self, flyte: Flyte, api: FakeApi) -> None:
        api.runs["mine"] = api.runs["mine"].model_copy(update={"phase": ActionPhase.RUNNING})
        api.phases = [ActionPhase.RUNNING]
        ended = flyte("abort", "run", "mine", "--reason", "enough")
        assert (ended.code, "aborted" in ended.stdout) == (0, True)
        assert api.runs["mine"].abort_reason == "enough"

    def test_one_that_has_ended_stays_as_it_is(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("abort", "run", "mine")
        assert (ended.code, "succeeded" in ended.stdout) == (0, True)
        assert not [path for method, path in api.calls if method == "POST"]

    def test_an_action_is_stopped(self, flyte: Flyte, api: FakeApi) -> None:
        api.phases = [ActionPhase.RUNNING]
        aborted = api.runs["mine"].model_copy(update={"phase": ActionPhase.ABORTED})

        def intercept(request: object) -> Response | None:
            url: str = getattr(request, "url", "")
            return respond(aborted) if url.endswith("/actions/a0/abort") else None

        api.intercept = intercept
        ended = flyte("-of", "json", "abort", "action", "mine", "a0")
        assert document(ended) == {"run": "mine", "action": "a0", "phase": "aborted"}


def test_every_list_needs_a_backend(flyte: Flyte, monkeypatch: pytest.MonkeyPatch) -> None:
    for args in (["get", "run"], ["get", "task"], ["get", "project"], ["abort", "run", "x"]):
        ended = flyte(*args)
        assert (ended.code, "no backend is configured" in ended.stderr) == (3, True), args


def test_help_of_deployed_tasks_needs_no_backend(flyte: Flyte) -> None:
    ended = flyte("run", "deployed-task", "--help")
    assert (ended.code, "ENV.TASK" in ended.stdout) == (0, True)
    ended = flyte("run", "deployed-task", "a.b")
    assert (ended.code, "no backend is configured" in ended.stderr) == (3, True)
