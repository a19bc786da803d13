from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from flyte.protocol.secrets import SecretId
from tests.unit.cli.conftest import Ended, Flyte, document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.api import FakeApi


@pytest.fixture(autouse=True)
def configuration(folder: Path) -> None:
    """Names a project and a domain."""
    (folder / "config.yaml").write_text("task: {project: shop, domain: development}\n")


def value(api: FakeApi, key: str, **where: str | None) -> str:
    return api.secrets[SecretId(key=key, **{"project": "shop", "domain": "development", **where})].value


class Teletype(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestCreate:
    def test_a_value_counts_for_the_configured_project_and_domain(self, flyte: Flyte, api: FakeApi) -> None:
        ended = flyte("create", "secret", "team/token", "--value", "s3cret")
        assert (ended.code, ended.stdout) == (0, "The secret team/token is set for shop/development.\n")
        assert value(api, "token", group="team") == "s3cret"

    @pytest.mark.parametrize(
        ("options", "project", "domain", "words"),
        [
            (["-p", "", "-d", ""], None, None, "all projects"),
            (["-d", ""], "shop", None, "all domains of shop"),
            (["-p", "", "-d", "staging"], None, "staging", "staging of all projects"),
            (["-p", "bar"], "bar", "development", "bar/development"),
        ],
    )
    def test_it_counts_where_it_is_asked_to(
        self, flyte: Flyte, api: FakeApi, options: list[str], project: str | None, domain: str | None, words: str
    ) -> None:
        assert f"is set for {words}." in flyte("create", "secret", "token", "--value", "v", *options).stdout
        assert value(api, "token", project=project, domain=domain) == "v"

    def test_a_file_is_taken_byte_by_byte(self, flyte: Flyte, api: FakeApi, folder: Path) -> None:
        (folder / "text").write_text("line\n")
        (folder / "bytes").write_bytes(b"\xff")
        assert flyte("create", "secret", "a", "--from-file", "text").code == 0
        assert flyte("create", "secret", "b", "--from-file", "bytes").code == 0
        assert (value(api, "a"), value(api, "b")) == ("line\n", "/w==")

    def test_standard_input_gives_the_value(self, flyte: Flyte, api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
        assert flyte("create", "secret", "token").code == 0
        assert value(api, "token") == "s3cret"

    def test_a_person_is_asked_and_nothing_is_shown(
        self, flyte: Flyte, api: FakeApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", Teletype())
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: "s3cret")
        ended = flyte("create", "secret", "token")
        assert value(api, "token") == "s3cret"
        assert "s3cret" not in ended.stdout + ended.stderr

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["a b", "--value", "v"], "group/key"),
            (["a/b/c", "--value", "v"], "group/key"),
            (["a", "--value", ""], "needs a value"),
            (["a", "--value", "v", "--from-file", "config.yaml"], "not both"),
            (["a", "--value", "v", "--type", "image_pull"], "no images to pull"),
            (["a", "--value", "v", "-p", "NO"], "project"),
        ],
    )
    def test_what_cannot_be_is_refused(self, flyte: Flyte, api: FakeApi, arguments: list[str], said: str) -> None:
        ended = flyte("create", "secret", *arguments)
        assert (ended.code, api.secrets) == (2, {})
        assert said in ended.stderr


class TestGetAndDelete:
    @pytest.fixture
    def listed(self, flyte: Flyte, api: FakeApi) -> Ended:
        for name, options in (("b", []), ("a", ["-d", ""]), ("g/c", ["-p", "", "-d", ""])):
            flyte("create", "secret", name, "--value", "s3cret", *options)
        return flyte("get", "secret")

    def test_all_are_listed_with_where_they_count_and_no_value(self, listed: Ended, flyte: Flyte) -> None:
        header, *rows = (line.split() for line in listed.stdout.splitlines())
        assert header == ["secret", "project", "domain", "updated"]
        assert [row[:3] for row in rows] == [
            ["a", "shop", "(all)"],
            ["b", "shop", "development"],
            ["g/c"] + ["(all)"] * 2,
        ]
        assert "s3cret" not in flyte("-of", "json", "get", "secret").stdout

    def test_one_is_shown(self, listed: Ended, flyte: Flyte) -> None:
        shown = document(flyte("-of", "json", "get", "secret", "b"))
        assert (shown["name"], shown["project"], shown["type"]) == ("b", "shop", "regular")

    def test_there_may_be_none(self, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("get", "secret").stdout == "There are no secrets here. To create one: flyte create secret NAME\n"

    def test_one_is_deleted(self, listed: Ended, flyte: Flyte, api: FakeApi) -> None:
        assert flyte("delete", "secret", "b").stdout == "Deleted the secret b.\n"
        assert [named.name for named in api.secrets] == ["a", "g/c"]
        ended = flyte("delete", "secret", "b")
        assert (ended.code, "There is no secret 'b'" in ended.stderr) == (2, True)


class TestPrograms:
    def test_bytes_and_text_are_given_and_found_again(self, api: FakeApi) -> None:
        import flyte
        from flyte.remote import Secret

        flyte.init_from_config()
        made = Secret.create("team/cert", b"\xff", domain="")
        assert (made.name, made.type, made.project, made.domain) == ("team/cert", "regular", "shop", None)
        assert Secret.get("team/cert", domain="").to_dict() == made.to_dict()
        assert "secret" not in made.to_json()
        with pytest.raises(ValueError, match="not from images"):
            Secret.create("registry", "x", type="image_pull")

    def test_a_list_has_as_many_as_asked_for(self, api: FakeApi) -> None:
        import asyncio

        import flyte
        from flyte.remote import Secret

        flyte.init_from_config()
        for key in "abcde":
            Secret.create(key, "x")
        assert [each.name for each in Secret.listall(limit=3)] == ["a", "b", "c"]

        async def names() -> list[str]:
            return [each.name async for each in Secret.listall.aio()]

        assert asyncio.run(names()) == list("abcde")
