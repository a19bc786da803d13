"""The state of the git repository around the current folder: links to the source of what is deployed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flyte.config import Config

TIMEOUT_S = 10
SCP_LIKE = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>(?!/).+)$")
URL_LIKE = re.compile(r"^(?:https?|ssh|git)://(?:[^@/]+@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>.+)$")
BLOB_PATH = {"github": "blob", "gitlab": "-/blob"}
"""How the two kinds of hosts name a file at a commit."""


@dataclass(frozen=True)
class GitStatus:
    """What git says of a repository. Without git or a repository, `is_valid` is false."""

    is_valid: bool = False
    is_tree_clean: bool = False
    remote_url: str = ""
    repo_dir: Path = Path()
    commit_sha: str = ""

    @classmethod
    def from_current_repo(cls) -> GitStatus:
        """The state of the repository that the current folder is in."""
        found = _git("rev-parse", "--show-toplevel", "HEAD")
        if found is None:
            return cls()
        repo_dir, commit_sha = found.splitlines()
        changes = _git("status", "--porcelain")
        return cls(
            is_valid=True,
            is_tree_clean=changes == "",
            remote_url=web_url(_git("remote", "get-url", "origin") or ""),
            repo_dir=Path(repo_dir),
            commit_sha=commit_sha,
        )

    def build_url(self, path: Path | str, line_number: int) -> str:
        """The page of a file at this commit, with its line if nothing was changed since; empty where there is none."""
        host, _, _ = self.remote_url.removeprefix("https://").partition("/")
        kind = next((word for name, word in BLOB_PATH.items() if name in host), None)
        try:
            relative = Path(path).resolve().relative_to(self.repo_dir.resolve())
        except ValueError:
            return ""
        if not self.is_valid or kind is None:
            return ""
        line = f"#L{line_number}" if self.is_tree_clean else ""
        return f"{self.remote_url}/{kind}/{self.commit_sha}/{relative.as_posix()}{line}"


def web_url(remote: str) -> str:
    """The `https` address of a remote, or an empty text where it has none."""
    found = URL_LIKE.match(remote) or SCP_LIKE.match(remote)
    return f"https://{found['host']}/{found['path'].removesuffix('.git').strip('/')}" if found else ""


def config_from_root(path: Path | str = ".flyte/config.yaml") -> Config | None:
    """The configuration in the repository's root folder, or None where there is none."""
    from flyte.config import auto

    root = _git("rev-parse", "--show-toplevel")
    if root is None or not (file := Path(root) / path).is_file():
        return None
    return auto(file)


def _git(*arguments: str) -> str | None:
    """What git prints, or None where it fails or does not exist."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - the git of the user's path
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip()
