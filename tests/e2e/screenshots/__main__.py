"""Takes the screenshots: each page of the console as the examples fill it, light and dark, into docs/images."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import sync_playwright

from flyte_cli.devbox import lifecycle
from tests.devbox_fixture import running_devbox
from tests.devbox_programs import command
from tests.e2e.screenshots.sources import IMAGES, MADE_FROM, ROOT, digest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.devbox_fixture import Devbox

PAGES = "/p/flytesnacks/development"
Look = Literal["light", "dark"]
LOOKS: tuple[Look, ...] = ("light", "dark")
TIMEOUT_MS = 60_000


@dataclass(frozen=True)
class Shot:
    """One page, and a text that it shows when it is complete."""

    name: str
    path: str
    text: str


def fill(devbox: Devbox) -> list[Shot]:
    """Deploys and runs examples, and says what is to be seen then."""
    with tempfile.TemporaryDirectory() as folder:

        def flyte(*words: str) -> None:
            done = command(devbox, Path(folder), *words)
            if done.returncode != 0:
                raise RuntimeError(f"{' '.join(words)}: {done.stderr}")

        for example in ("greeting", "failures", "recursion", "schedule", "approval"):
            flyte("deploy", str(ROOT / "examples" / f"{example}.py"), "env")
        flyte("run", "--name", "good-morning", "deployed-task", "greeting_env.greet", "--message", "Good morning")
        broken = '["shop.example", "broken", "blog.example"]'
        flyte(
            "run",
            "--name",
            "check-sites",
            "--label",
            "team=web",
            str(ROOT / "examples/failures.py"),
            "check",
            "--urls",
            broken,
        )
        flyte(
            "run",
            "--name",
            "sort-6",
            str(ROOT / "examples/recursion.py"),
            "merge_sort",
            "--values",
            "[5, 3, 8, 1, 9, 2]",
            "--leaf",
            "2",
        )
        flyte(
            "run", "--name", "release-12", "--detach", str(ROOT / "examples/approval.py"), "release", "--version", "1.2"
        )
    return [
        Shot("runs", "/runs", "good-morning"),
        Shot("run", "/runs/sort-6", "Outputs"),
        Shot("waiting", "/runs/release-12", "approve"),
        Shot("tasks", "/tasks", "greeting_env.greet"),
        Shot("task", "/tasks/greeting_env.greet", "Latest version"),
        Shot("launch", "/tasks/greeting_env.greet/launch", "The same as a command"),
    ]


def take(browser: Browser, console: str, shot: Shot, look: Look) -> None:
    """Takes one screenshot."""
    size = {"width": 1360, "height": 850}
    context = browser.new_context(base_url=console, color_scheme=look, reduced_motion="reduce", viewport=size)  # type: ignore[arg-type]
    context.set_default_timeout(TIMEOUT_MS)
    page: Page = context.new_page()
    page.goto(f"{PAGES}{shot.path}")
    page.get_by_text(shot.text).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{shot.name}-{look}.png", animations="disabled")
    context.close()


def main() -> None:
    """Takes all of them, and keeps what they were taken from."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium is installed: apt-get install chromium")
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    with running_devbox() as devbox, sync_playwright() as playwright:
        os.environ["FLYTE_HOME"] = str(devbox.home)
        console = lifecycle.status().console
        if console is None:
            sys.exit("the devbox has no console: make console")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shots = fill(devbox)
        for look in LOOKS:
            for shot in shots:
                take(browser, console, shot, look)
        browser.close()
    MADE_FROM.write_text(f"{digest()}\n")


if __name__ == "__main__":
    main()
