from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from flyte.protocol.api import Project, ProjectList
from flyte_cli.devbox.lifecycle import DevboxStatus
from tests.fakes.api import FakeApi, respond
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from flyte.remote._transport import Request, Response


class TestCreateConfig:
    def test_it_writes_what_was_given(self, flyte: Flyte, folder: Path) -> None:
        ended = flyte("create", "config", "--endpoint", "https://api.test", "-p", "shop", "--region", "eu-west-1")
        assert (ended.code, ended.stdout) == (0, "Wrote .flyte/config.yaml.\n")
        written = yaml.safe_load((folder / ".flyte" / "config.yaml").read_text())
        assert written["admin"]["endpoint"] == "https://api.test"
        assert written["admin"]["region"] == "eu-west-1"
        assert written["task"] == {"project": "shop"}

    def test_a_file_is_replaced_on_demand_only(self, flyte: Flyte, folder: Path) -> None:
        assert flyte("create", "config", "--endpoint", "https://one.test", "-o", "c.yaml").code == 0
        refused = flyte("create", "config", "--endpoint", "https://two.test", "-o", "c.yaml")
        assert (refused.code, "--force" in refused.stderr) == (2, True)
        assert "one.test" in (folder / "c.yaml").read_text()
        assert flyte("create", "config", "--endpoint", "https://two.test", "-o", "c.yaml", "--force").code == 0
        assert "two.test" in (folder / "c.yaml").read_text()

    def test_what_it_writes_is_found_again(self, flyte: Flyte) -> None:
        flyte("create", "config", "--endpoint", "https://api.test", "-d", "staging")
        found = document(flyte("-of", "json", "get", "config"))
        assert found["platform.endpoint"] == "https://api.test"
        assert found["task.domain"] == "staging"
        assert found["file"] == ".flyte/config.yaml"


class TestCreateConfigOfTheDevbox:
    @pytest.fixture(autouse=True)
    def status(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = DevboxStatus("running", "http://127.0.0.1:30080/_aws/execute-api/devbox", "http://127.0.0.1:30090")
        monkeypatch.setattr("flyte_cli.devbox.lifecycle.status", lambda probes: found)

    def test_it_is_what_starting_it_writes(self, flyte: Flyte, folder: Path) -> None:
        assert flyte("create", "config", "--devbox").code == 0
        written = yaml.safe_load((folder / ".flyte" / "config.yaml").read_text())
        assert written["admin"]["endpoint"] == "http://127.0.0.1:30080/_aws/execute-api/devbox"
        assert written["console"] == {"endpoint": "http://127.0.0.1:30090"}
        assert written["task"] == {"project": "flytesnacks", "domain": "development"}
        assert flyte("create", "config", "--devbox").code == 0, "the same file is as good as a new one"

    def test_other_settings_are_taken(self, flyte: Flyte, folder: Path) -> None:
        assert flyte("create", "config", "--devbox", "-d", "staging", "-o", "c.yaml").code == 0
        assert yaml.safe_load((folder / "c.yaml").read_text())["task"] == {
            "project": "flytesnacks",
            "domain": "staging",
        }
        refused = flyte("create", "config", "--devbox", "-o", "c.yaml")
        assert (refused.code, "--force" in refused.stderr) == (2, True)
        assert flyte("create", "config", "--devbox", "--endpoint", "https://api.test").code == 2

    def test_without_one_it_says_how_to_start_it(self, flyte: Flyte, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flyte_cli.devbox.lifecycle.status", lambda probes: DevboxStatus("stopped"))
        ended = flyte("create", "config", "--devbox")
        assert (ended.code, "flyte start devbox" in ended.stderr) == (2, True)


class TestGetConfig:
    def test_no_file_is_said(self, flyte: Flyte) -> None:
        assert "none found" in flyte("get", "config").stdout

    def test_a_named_file_and_the_global_options_win(self, flyte: Flyte, folder: Path) -> None:
        (folder / "other.yaml").write_text("admin: {endpoint: https://file.test}\ntask: {project: shop}\n")
        found = document(flyte("-of", "json", "-c", "other.yaml", "--endpoint", "https://option.test", "get", "config"))
        assert (found["platform.endpoint"], found["task.project"]) == ("https://option.test", "shop")

    def test_a_broken_file_is_named(self, flyte: Flyte, folder: Path) -> None:
        (folder / "other.yaml").write_text("admin: [")
        ended = flyte("-c", "other.yaml", "get", "config")
        assert ended.code == 2
        assert "other.yaml" in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_a_missing_file_ends_with_2(self, flyte: Flyte) -> None:
        assert flyte("-c", "nowhere.yaml", "get", "config").code == 2


@pytest.fixture
def projects(api: FakeApi) -> list[Project]:
    known = [Project(id="shop", name="Shop"), Project(id="old", name="Old", archived=True)]

    def intercept(request: Request) -> Response | None:
        if not request.url.endswith("/v1/projects"):
            return None
        if request.method == "POST":
            assert isinstance(request.body, bytes)
            known.append(Project.model_validate_json(request.body))
            return respond(known[-1], 201)
        return respond(ProjectList(projects=tuple(known)))

    api.intercept = intercept
    return known


class TestProjects:
    def test_they_are_listed(self, flyte: Flyte, projects: list[Project]) -> None:
        text = flyte("get", "project").stdout
        assert "shop" in text
        assert "old" not in text
        assert "old" in flyte("get", "project", "--archived").stdout

    def test_one_is_shown(self, flyte: Flyte, projects: list[Project]) -> None:
        assert document(flyte("-of", "json", "get", "project", "shop"))["name"] == "Shop"

    def test_an_unknown_one_ends_with_2(self, flyte: Flyte, projects: list[Project]) -> None:
        ended = flyte("get", "project", "shopp")
        assert (ended.code, "shop" in ended.stderr) == (2, True)

    def test_one_is_created(self, flyte: Flyte, projects: list[Project]) -> None:
        ended = flyte("create", "project", "--id", "lab", "--name", "Laboratory", "-l", "team=blue")
        assert (ended.code, ended.stdout) == (0, "Created the project lab.\n")
        assert projects[-1] == Project(id="lab", name="Laboratory", labels={"team": "blue"})

    def test_an_impossible_id_ends_with_2(self, flyte: Flyte, projects: list[Project]) -> None:
        ended = flyte("create", "project", "--id", "No Way", "--name", "x")
        assert (ended.code, "PROJECT_ID" in ended.stderr) == (2, True)

    @pytest.mark.parametrize("args", [[], ["lab", "--id", "lab"]])
    def test_the_id_is_given_once(self, flyte: Flyte, projects: list[Project], args: list[str]) -> None:
        ended = flyte("create", "project", *args)
        assert (ended.code, "flyte create project PROJECT_ID" in ended.stderr) == (2, True)

    def test_an_id_is_enough(self, flyte: Flyte, projects: list[Project]) -> None:
        assert flyte("create", "project", "lab").code == 0
        assert projects[-1].name == "lab"
