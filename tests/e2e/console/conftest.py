"""A browser that looks at the devbox's console: Debian's Chromium, driven by Playwright.

Every page that a test opens must be free of script errors and of violations of the Content-Security-Policy.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from flyte_cli.console.static_files import BUILT
from flyte_cli.devbox import lifecycle
from tests.devbox_programs import command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.devbox_fixture import Devbox

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).resolve().parents[3] / "console/node_modules/axe-core/axe.min.js"
PROGRAMS = Path(__file__).parent / "programs"
SCOPE = "projects/flytesnacks/domains/development"
PAGES = "/p/flytesnacks/development"
TIMEOUT_MS = 60_000
"""A cold start of the devbox on a busy machine."""

_OF_OUR_OWN_MAKING = "Failed to load resource"
"""What Chromium says of an answer of status 4xx, which pages ask for in tests of just that."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the browser, and skips all where there is none."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("console"))
            item.add_marker(pytest.mark.devbox)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; the tests are skipped where it is not installed, or the console has not been built.

    Not for the session: as long as Playwright runs, no other test of this process can run an event loop.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    if not (BUILT / "index.html").exists() or not AXE.exists():
        pytest.skip("the console has not been built: make console")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def console(browser: Browser, devbox: Devbox) -> str:
    """The address of the devbox's console. Without a browser, no devbox is started for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLYTE_HOME", str(devbox.home))
        url = lifecycle.status().console
    assert url is not None
    return url


@pytest.fixture
def open_page(browser: Browser, console: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the console by its path; options are those of a browser's context."""
    from playwright.sync_api import expect

    expect.set_options(timeout=TIMEOUT_MS)
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_(path: str = "/", **options: Any) -> Page:
        size = {"width": 1400, "height": 900}
        context = browser.new_context(**{"base_url": console, "viewport": size, "reduced_motion": "reduce", **options})
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        opened.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in opened:
        context.close()
    assert [fault for fault in faults if _OF_OUR_OWN_MAKING not in fault] == []


@pytest.fixture
def deploy(devbox: Devbox, tmp_path: Path) -> Callable[..., None]:
    """Deploys an environment of one of the programs here."""

    def deploy_(program: str, *options: str) -> None:
        flyte(devbox, tmp_path, "deploy", *options, str(PROGRAMS / program), "env")

    return deploy_


@pytest.fixture(scope="module")
def observed(console: str, devbox: Devbox, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Starts a run of a task of `observed.py`, which is deployed; gives its name, at once."""
    flyte(devbox, tmp_path_factory.mktemp("observed"), "deploy", str(PROGRAMS / "observed.py"), "env")

    def start(task: str, labels: dict[str, str] | None = None, **inputs: Any) -> str:
        body = {"task": {"name": f"observed.{task}"}, "inputs": inputs, "labels": labels or {}}
        return str(post(console, f"/v1/{SCOPE}/runs", body)["id"]["run"])

    return start


def flyte(devbox: Devbox, folder: Path, *words: str) -> None:
    """Runs the command line against the devbox."""
    done = command(devbox, folder, *words)
    assert done.returncode == 0, done.stderr


def post(console: str, path: str, body: Any) -> Any:
    """Asks the backend through the console's server, as its pages do."""
    headers = {"content-type": "application/json", "origin": console}
    request = Request(f"{console}{path}", json.dumps(body).encode(), headers, method="POST")
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is shown that is serious or critical."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {fault['help']}: {[node['html'][:200] for node in fault['nodes'][:3]]}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
