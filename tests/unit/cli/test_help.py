from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Flyte


@pytest.fixture(params=["plain", "rich"])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Help as elsewhere, and as on a terminal."""
    if request.param == "rich":
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.usefixtures("page")
class TestPages:
    def test_all_verbs_are_listed(self, flyte: Flyte) -> None:
        ended = flyte("--help")
        assert ended.code == 0
        for verb in ("run", "deploy", "get", "create", "abort", "rerun", "start", "stop", "--output-format"):
            assert verb in ended.stdout

    @pytest.mark.parametrize("verb", ["get", "create", "abort", "start", "stop", "delete"])
    def test_a_verb_alone_lists_its_nouns(self, flyte: Flyte, verb: str) -> None:
        ended = flyte(verb)
        assert ended.code == 0
        assert "Commands" in ended.stdout

    def test_files_and_folders_are_listed(self, flyte: Flyte, menu: Path) -> None:
        (menu.parent / "sub").mkdir()
        (menu.parent / "sub" / "inner.py").touch()
        (menu.parent / ".hidden").mkdir()
        (menu.parent / "data").mkdir()
        ended = flyte("run")
        for name in ("menu.py", "sub", "deployed-task", "hello"):
            assert name in ended.stdout
        for name in (".hidden", "data"):
            assert f" {name} " not in ended.stdout
        assert "inner.py" in flyte("run", "sub").stdout

    @pytest.mark.parametrize("args", [["run", "menu.py"], ["run", "menu.py", "--help"]])
    def test_a_file_lists_its_tasks_in_order(self, flyte: Flyte, menu: Path, args: list[str]) -> None:
        ended = flyte(*args)
        listed = re.findall(r"(?m)^\W*(coffee|soup|spoil|split|tea) ", ended.stdout)
        assert (ended.code, listed) == (0, ["coffee", "soup", "split", "spoil", "tea"])

    def test_a_task_shows_its_inputs(self, flyte: Flyte, menu: Path) -> None:
        text = flyte("run", "menu.py", "tea", "--help").stdout
        for part in ("Brew a pot of tea", "--kind", "TEXT", "which leaves to take", "[required]"):
            assert part in text
        for part in ("--cups", "INTEGER", "how many cups to fill", "[default: 2]", "SMALL|LARGE", "[default: SMALL]"):
            assert part in text
        assert "Args:" not in text

    def test_a_file_lists_its_environments(self, flyte: Flyte, menu: Path) -> None:
        text = flyte("deploy", "menu.py", "--help").stdout
        for part in ("drinks", "cafe-drinks", "dishes", "cafe-dishes"):
            assert part in text


def test_the_version_is_shown(flyte: Flyte) -> None:
    from flyte._version import __version__

    assert flyte("--version").stdout == f"flyte {__version__}\n"
