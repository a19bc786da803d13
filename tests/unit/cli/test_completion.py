"""What a shell is offered, by click's own protocol: the words typed so far, and which of them is being typed."""

from __future__ import annotations

import pytest

from flyte_cli.entry import main
from tests.unit.cli.conftest import MENU


@pytest.fixture
def offered(folder, monkeypatch, capsys):
    """What is offered after these words."""

    def complete(*words):
        monkeypatch.setenv("_FLYTE_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["flyte", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit, match="0"):
            main([])
        printed = capsys.readouterr()
        assert printed.err == ""
        return [line.partition(",")[2] for line in printed.out.splitlines() if line]

    (folder / "menu.py").write_text("print('imported')\n" + MENU)
    (folder / "kitchen").mkdir(exist_ok=True)
    (folder / "kitchen" / "oven.py").write_text(MENU)
    return complete


def test_verbs_and_nouns_are_offered(offered):
    assert offered("r") == ["rerun", "rollback", "run"]
    assert offered("get", "r") == ["run"]


def test_files_and_folders_are_offered_without_being_imported(offered):
    assert offered("run", "") == ["deployed-task", "hello", "menu.py", "kitchen/"]
    assert offered("run", "kitchen/") == ["kitchen/oven.py"]
    assert offered("deploy", "m") == ["menu.py"]
    assert offered("run", "nowhere/") == []


def test_tasks_and_environments_of_a_file_are_offered(offered):
    assert offered("run", "menu.py", "s") == ["soup", "split", "spoil"]
    assert offered("run", "kitchen/oven.py", "t") == ["tea"]
    assert offered("deploy", "menu.py", "d") == ["dishes", "drinks"]


def test_options_of_a_task_are_offered_and_the_words_that_they_take(offered):
    assert offered("run", "menu.py", "tea", "--k") == ["--kind"]
    assert offered("run", "menu.py", "tea", "--size", "") == ["SMALL", "LARGE"]
    assert offered("-of", "j") == ["json", "json-raw"]


def test_a_file_that_cannot_be_imported_offers_nothing(offered, folder):
    (folder / "broken.py").write_text("print('x')\nraise SystemExit(3)")
    assert offered("run", "broken.py", "") == []


def test_deployed_tasks_are_offered_where_there_is_a_backend(offered, api, flyte):
    assert flyte("deploy", "menu.py", "drinks").code == 0
    assert offered("run", "deployed-task", "cafe-drinks.t") == ["cafe-drinks.tea"]
    assert offered("run", "deployed-task", "cafe-drinks", "c") == ["coffee"]


def test_without_a_backend_no_deployed_task_is_offered(offered):
    assert offered("run", "deployed-task", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_told_its_line_and_gets_its_script(shell, flyte, monkeypatch, capsys):
    assert f"_FLYTE_COMPLETE={shell}_source" in flyte("--show-completion", shell).stdout
    monkeypatch.setenv("_FLYTE_COMPLETE", f"{shell}_source")
    monkeypatch.setattr("click.shell_completion.BashComplete._check_version", staticmethod(lambda: None))
    with pytest.raises(SystemExit, match="0"):
        main([])
    assert f"{shell}_complete" in capsys.readouterr().out


def test_words_that_lead_nowhere_offer_nothing(offered, folder):
    (folder / "broken.py").write_text("raise ValueError('no')")
    assert offered("run", "broken.py", "greet", "--") == []
    assert offered("frobnicate", "") == []
