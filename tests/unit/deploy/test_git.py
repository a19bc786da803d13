from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flyte.git import GitStatus, config_from_root, web_url

if TYPE_CHECKING:
    from tests.fakes.programs import Program


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@github.com:team/app.git", "https://github.com/team/app"),
        ("https://github.com/team/app.git", "https://github.com/team/app"),
        ("https://user:token@gitlab.example.com/group/sub/app", "https://gitlab.example.com/group/sub/app"),
        ("ssh://git@gitlab.com:2222/team/app.git", "https://gitlab.com/team/app"),
        ("/somewhere/on/disk", ""),
        ("", ""),
    ],
)
def test_a_remote_has_a_page_without_any_secret(remote: str, url: str) -> None:
    assert web_url(remote) == url


def test_outside_of_a_repository_nothing_is_valid(program: Program) -> None:
    assert GitStatus.from_current_repo() == GitStatus()
    assert config_from_root() is None


def test_a_repository_links_to_its_files(program: Program) -> None:
    git("init", "-q")
    program.write("a.py", "x = 1")
    program.write(".flyte/config.yaml", "task: {project: rooted}")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    git("remote", "add", "origin", "git@github.com:team/app.git")
    clean = GitStatus.from_current_repo()
    assert clean.is_valid
    assert clean.is_tree_clean
    assert clean.build_url("a.py", 3) == f"https://github.com/team/app/blob/{clean.commit_sha}/a.py#L3"
    program.write("a.py", "x = 2")
    assert not GitStatus.from_current_repo().build_url("a.py", 3).endswith("#L3")
    config = config_from_root()
    assert config is not None
    assert config.task.project == "rooted"


def test_hosts_name_files_in_their_own_way() -> None:
    here = Path.cwd()
    gitlab = GitStatus(is_valid=True, remote_url="https://gitlab.com/t/a", repo_dir=here, commit_sha="c")
    other = GitStatus(is_valid=True, remote_url="https://git.example.com/t/a", repo_dir=here, commit_sha="c")
    assert gitlab.build_url(here / "x.py", 1) == "https://gitlab.com/t/a/-/blob/c/x.py"
    assert other.build_url(here / "x.py", 1) == ""
    assert gitlab.build_url("/elsewhere/x.py", 1) == ""
