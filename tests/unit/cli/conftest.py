"""The command line in this process, in an empty folder, with or without a backend in memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from flyte import _initialize
from flyte.remote import _http
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._signing import SigV4Signer
from flyte_cli import entry
from tests.fakes.api import FakeApi

if TYPE_CHECKING:
    from pathlib import Path

MENU = '''
"""Two environments in one file."""
from enum import Enum

import flyte

drinks = flyte.TaskEnvironment("cafe-drinks")
dishes = flyte.TaskEnvironment("cafe-dishes", depends_on=[drinks])


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@drinks.task
async def tea(kind: str, cups: int = 2, size: Size = Size.SMALL) -> str:
    """Brew a pot of tea.

    Args:
        kind: which leaves to take
        cups: how many cups to fill
    """
    return f"{cups} {size.name} cups of {kind}"


@drinks.task
def coffee(milk: bool = False) -> str:
    print("grinding")
    return "white" if milk else "black"


@dishes.task
def soup(bowls: int, toppings: list[str] = []) -> float:
    return bowls * 1.5 + len(toppings)


@dishes.task
def split(n: int) -> tuple[int, str]:
    return n, str(n)


@dishes.task
def spoil(what: str) -> str:
    raise ValueError(f"{what} went off")
'''


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    stdout: str
    stderr: str


Flyte = Callable[..., Ended]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder and home; what the command does to the process is undone."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("FLYTECTL_CONFIG", "UCTL_CONFIG", "FLYTE_ADMIN_ENDPOINT", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FLYTE_HOME", str(home / ".flyte"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, state = set(sys.modules), _initialize.get_init_state()
    yield work
    _initialize.set_init_state(state)
    for name in sorted(set(sys.modules) - before, reverse=True):  # a namespace package's path needs what it lies in
        module = sys.modules[name]
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        if any(place.startswith(str(tmp_path)) for place in places):
            del sys.modules[name]


@pytest.fixture
def menu(folder: Path) -> Path:
    """A file with tasks, in the current folder."""
    path = folder / "menu.py"
    path.write_text(MENU)
    return path


@pytest.fixture
def flyte(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Flyte:
    """Runs one command line."""

    def run(*args: str) -> Ended:
        capsys.readouterr()
        stdout = sys.stdout
        try:
            code = entry.run(args)
        finally:
            sys.stdout = stdout
        printed = capsys.readouterr()
        return Ended(int(code), printed.out, printed.err)

    return run


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    """A backend in memory that the configuration leads to."""
    fake = FakeApi()
    endpoint = parse_endpoint("http://127.0.0.1:1")
    client = _http.ApiClient(endpoint, fake, SigV4Signer(endpoint), first_retry_delay_s=0.0)
    monkeypatch.setattr(_http, "client_for", lambda _platform: client)
    monkeypatch.setenv("FLYTE_ADMIN_ENDPOINT", endpoint.url)
    return fake


def document(ended: Ended) -> Any:
    """The JSON document that stdout must be."""
    import json

    return json.loads(ended.stdout)
