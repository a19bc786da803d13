from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol.tasks import ArtifactKind, ArtifactRef
from flyte.protocol.versions import EnvironmentVersion, PrunedArtifacts, PrunedVersions
from tests.fakes.api import NOW, FakeApi
from tests.unit.cli.conftest import Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

TEA = "cafe-drinks.tea"


@pytest.fixture
def api(flyte: Flyte, api: FakeApi, menu: Path) -> FakeApi:
    """`drinks` in the versions v1 and v2."""
    menu.write_text(menu.read_text().replace('"cafe-drinks")', '"cafe-drinks", secrets=flyte.Secret("key", "team"))'))
    for version in ("v1", "v2"):
        assert flyte("deploy", "--version", version, "menu.py", "drinks").code == 0
    api.bodies.clear()
    return api


class TestGetTask:
    def test_versions_are_listed_newest_first_with_what_tells_them_apart(self, flyte: Flyte, api: FakeApi) -> None:
        header, newest, oldest = flyte("get", "task", TEA).stdout.splitlines()
        assert header.split() == ["task", "version", "latest", "deployed", "by", "code", "source"]
        assert newest.split()[:3] == [TEA, "v2", "yes"]
        assert oldest.split()[:2] == [TEA, "v1"]
        assert "someone" in newest
        assert " B" in newest or " kB" in newest

    def test_details_name_secrets_and_sizes(self, flyte: Flyte, api: FakeApi) -> None:
        text = flyte("get", "task", TEA, "v1").stdout
        assert "team/key as TEAM_KEY" in text
        assert "code  " in text


class TestRollback:
    def test_a_version_is_the_latest_again(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("rollback", TEA, "v1")
        assert (ended.code, ended.stdout) == (0, f"The latest version of {TEA} is v1.\n")
        assert [line.split()[1:3] for line in flyte("get", "task", TEA).stdout.splitlines()[2:]] == [["v1", "yes"]]

    def test_a_whole_environment_goes_back_on_demand(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("rollback", TEA, "v1", "--environment")
        assert "left as they are: cafe-drinks.new." in ended.stdout
        assert api.bodies[-1] == {"version": "v1", "whole_environment": True}

    def test_json_is_what_the_api_says(self, flyte: Flyte, api: FakeApi) -> None:
        assert document(flyte("-of", "json", "rollback", TEA, "v1"))["tasks"][0]["version"] == "v1"

    def test_an_unknown_version_ends_with_2(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("rollback", TEA, "v9")
        assert (ended.code, "has no version 'v9'" in ended.stderr) == (2, True)

    def test_what_no_version_can_be_called_is_refused_before_the_backend_is_asked(
        self, flyte: Flyte, api: FakeApi
    ) -> None:
        asked = len(api.calls)
        ended = flyte("rollback", TEA, "no version")
        assert "'no version' cannot be the version's name" in ended.stderr
        assert (ended.code, len(api.calls)) == (2, asked)


class TestPrune:
    @pytest.fixture
    def pages(self, api: FakeApi) -> None:
        def page(version: str, cursor: str | None, *, in_use: bool = False) -> PrunedVersions:
            found = (EnvironmentVersion(environment="e", version=version, deployed_at=NOW, tasks=("e.t",)),)
            return PrunedVersions(deleted=() if in_use else found, in_use=found if in_use else (), cursor=cursor)

        api.prunes = [page("v1", "c"), page("v1", "d"), page("v2", "e", in_use=True), page("v2", None, in_use=True)]
        ref = ArtifactRef(kind=ArtifactKind.CODE, sha256="a" * 64, size_bytes=1500)
        api.sweeps = [PrunedArtifacts(deleted=(ref,), cursor="c"), PrunedArtifacts(deleted=())]

    def test_all_pages_are_asked_for_and_each_version_is_told_once(
        self, flyte: Flyte, api: FakeApi, pages: None
    ) -> None:
        ended = flyte("prune", "--keep", "3")
        header, *rows, last = ended.stdout.splitlines()
        assert header.split() == ["environment", "version", "deployed", "tasks", "kept"]
        assert [row.split()[:2] for row in rows] == [["e", "v1"], ["e", "v2"]]
        assert rows[1].endswith("in use")
        assert last == "Deleted 1 version and 1 artifact (1.5 kB)."
        assert [body.get("cursor") for body in api.bodies] == [None, "c", "d", "e", None, "c"]
        assert api.bodies[0]["keep"] == 3

    def test_a_dry_run_tells_what_would_be_deleted(self, flyte: Flyte, api: FakeApi, pages: None) -> None:
        assert "Would delete 1 version and 1 artifact" in flyte("prune", "--keep", "3", "--dry-run").stdout
        assert all(body["dry_run"] for body in api.bodies)
        (old,) = api.bodies[-1]["without"]
        assert (old["environment"], old["version"]) == ("e", "v1")

    def test_json_tells_all(self, flyte: Flyte, api: FakeApi, pages: None) -> None:
        told: Any = document(flyte("-of", "json", "prune", "--keep", "3"))
        assert [len(told[name]) for name in ("versions", "in_use", "artifacts")] == [1, 1, 1]
        assert json.dumps(told)

    def test_how_many_to_keep_must_be_said(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("prune").code == 2
        assert flyte("prune", "--keep", "0").code == 2
