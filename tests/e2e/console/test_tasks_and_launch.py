"""Someone without a terminal finds a task, starts it, starts it again with another input, and goes back a version."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .conftest import PAGES, PROGRAMS, accessibility_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, ViewportSize

    from tests.devbox_fixture import Devbox

LAUNCH = f"{PAGES}/tasks/greeting.greet/launch"


@dataclass(frozen=True)
class Terminal:
    """A shell beside the browser."""

    devbox: Devbox
    folder: Path

    def flyte(self, *words: str) -> str:
        """What a `flyte` command prints."""
        return self.run("flyte", *words)

    def run(self, *words: str) -> str:
        """What a program prints."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**self.devbox.environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def deploy(self, program: Path) -> str:
        """Deploys the environment of a program; gives its version."""
        printed = self.flyte("-of", "json", "deploy", str(program), "env")
        version: str = json.loads(printed)["tasks"][0]["version"]
        return version

    def inputs(self, run: str) -> dict[str, Any]:
        """A run's inputs, as JSON on the wire."""
        inputs: dict[str, Any] = json.loads(self.flyte("-of", "json", "get", "io", run, "--inputs-only"))["inputs"]
        return inputs


@pytest.fixture(scope="module")
def terminal(console: str, devbox: Devbox, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A shell in an empty folder."""
    return Terminal(devbox, tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="module")
def greeting(terminal: Terminal) -> str:
    """The version of the program's tasks, deployed."""
    return terminal.deploy(PROGRAMS / "greeting.py")


@pytest.fixture(scope="module")
def every_type(terminal: Terminal) -> str:
    """The version of the task that takes everything, deployed."""
    return terminal.deploy(PROGRAMS / "every_type.py")


def check_accessibility(page: Page) -> None:
    """No serious fault in light, in dark and at a phone's width, where nothing is wider than the screen."""
    wide = page.viewport_size
    assert wide
    assert accessibility_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert accessibility_faults(page) == []
    page.emulate_media(color_scheme="light")
    resize(page, {"width": 390, "height": 844})
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    resize(page, wide)


def resize(page: Page, size: ViewportSize) -> None:
    """Gives the page another size, and waits until it is laid out by it: what observes sizes draws a frame later."""
    page.set_viewport_size(size)
    page.evaluate(
        """async () => {
            for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
            await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
        }"""
    )


def run_shown(page: Page) -> str:
    """The name of the run whose page is shown."""
    page.wait_for_url(re.compile(r"/runs/[^/?]+"))
    found = re.search(r"/runs/([^/?]+)", page.url)
    assert found
    return found[1]


def command_shown(page: Page, tab: str) -> str:
    """The command or program under the form."""
    page.get_by_role("tab", name=tab).click()
    text = page.get_by_role("tabpanel", name=tab).locator("pre").text_content()
    assert text
    return text


def detached(terminal: Terminal, command: str) -> str:
    """Gives the command that the console shows to a shell, and does not wait for the run; gives its name."""
    words = re.sub(r"^flyte (\w+)", r"flyte -of json \1 --detach", command)
    return str(json.loads(terminal.run("sh", "-c", words))["run"])


@pytest.mark.usefixtures("greeting")
def test_a_task_is_found_and_launched_with_a_bad_and_then_a_good_value(
    open_page: Callable[..., Page], terminal: Terminal
) -> None:
    page = open_page(f"{PAGES}/tasks?environment=greeting")
    expect(page.get_by_role("link", name="greeting.nightly", exact=True)).to_be_visible()
    page.get_by_role("button", name="Entry points").click()
    expect(page.get_by_role("link", name="greeting.nightly", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_role("searchbox", name="Find tasks by name").fill("greeting.GR")
    expect(page.get_by_role("link", name="greeting.nightly", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="greeting.greet", exact=True)).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="greeting.greet", exact=True).click()
    expect(page.get_by_role("heading", name="greeting.greet")).to_be_visible()
    page.get_by_role("button", name="Launch").or_(page.get_by_role("link", name="Launch")).first.click()

    page.get_by_label("message").fill("Hello")
    page.get_by_label("times").fill("9")
    expect(page.get_by_text("9 must be at most 5.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_label("times")).to_be_focused()

    page.get_by_label("times").fill("2")
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    run = run_shown(page)
    assert terminal.inputs(run) == {"message": "Hello", "times": 2}
    expect(page.get_by_text("Succeeded").first).to_be_visible()


@pytest.mark.usefixtures("greeting")
def test_what_is_missing_is_told_beside_its_field(open_page: Callable[..., Page], terminal: Terminal) -> None:
    page = open_page(LAUNCH)
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_label("message")).to_be_focused()
    expect(page.get_by_text("Give a value.")).to_be_visible()
    expect(page.get_by_text("Not started yet: see what is wrong with message.", exact=True)).to_be_visible()


@pytest.mark.usefixtures("greeting")
def test_a_file_is_uploaded(open_page: Callable[..., Page], terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "it's 7 bytes.txt"
    path.write_text("seven b", encoding="utf-8")
    page = open_page(f"{PAGES}/tasks/greeting.measure/launch")
    page.get_by_label("Upload file").set_input_files(path)
    expect(page.get_by_text(f"Uploaded {path.name}")).to_be_visible()
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    run = run_shown(page)
    assert terminal.inputs(run)["file"]["name"] == path.name
    expect(page.get_by_text("Succeeded").first).to_be_visible()
    assert json.loads(terminal.flyte("-of", "json", "get", "io", run))["outputs"] == {"o0": 7}


@pytest.mark.usefixtures("greeting")
def test_a_folder_is_uploaded(open_page: Callable[..., Page], terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a", encoding="utf-8")
    (folder / "sub" / "é.txt").write_text("b", encoding="utf-8")
    page = open_page(f"{PAGES}/tasks/greeting.gather/launch")
    page.get_by_label("Upload folder", exact=True).set_input_files(folder)
    expect(page.get_by_text("Uploaded my data")).to_be_visible()
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    run = run_shown(page)
    expect(page.get_by_text("Succeeded").first).to_be_visible()
    assert json.loads(terminal.flyte("-of", "json", "get", "io", run))["outputs"] == {"o0": ["a.txt", "é.txt"]}


@pytest.mark.usefixtures("greeting")
def test_a_link_to_a_form_shows_what_was_entered(open_page: Callable[..., Page], terminal: Terminal) -> None:
    page = open_page(LAUNCH)
    page.get_by_label("message").fill("Shared")
    page.wait_for_url(re.compile(r"inputs=.*Shared"))
    page.reload()
    expect(page.get_by_label("message")).to_have_value("Shared")


@pytest.mark.usefixtures("greeting")
def test_a_run_is_run_again_with_another_input(open_page: Callable[..., Page], terminal: Terminal) -> None:
    words = ["-of", "json", "run", "--detach", "--label", "team=a", "deployed-task", "greeting.greet", "--message", "x"]
    first = json.loads(terminal.flyte(*words))["run"]
    page = open_page(f"{PAGES}/runs/{first}")
    page.get_by_role("button", name="Other ways to run it again").click()
    page.get_by_role("menuitem", name="With changed inputs").click()
    expect(page.get_by_label("message")).to_have_value("x")
    page.get_by_label("message").fill("y")
    check_accessibility(page)
    command = command_shown(page, "Command line")
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    page.wait_for_url(lambda url: f"/runs/{first}" not in url)
    by_form = run_shown(page)
    by_command = detached(terminal, command)
    for run in (by_form, by_command):
        assert terminal.inputs(run) == {"message": "y", "times": 1}
        assert json.loads(terminal.flyte("-of", "json", "get", "run", run))["labels"] == {"team": "a"}


@pytest.mark.usefixtures("greeting")
def test_a_trigger_is_switched_off_and_on(open_page: Callable[..., Page], terminal: Terminal) -> None:
    page = open_page(f"{PAGES}/tasks/greeting.nightly?tab=triggers")
    switch = page.get_by_role("checkbox", name="Trigger hourly is active").or_(
        page.get_by_role("switch", name="Trigger hourly is active")
    )
    expect(switch).to_be_checked()
    check_accessibility(page)
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.get_by_text("Off", exact=True)).to_be_visible()
    page.reload()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    expect(page.get_by_text("On", exact=True)).to_be_visible()


def test_a_version_is_rolled_back(open_page: Callable[..., Page], terminal: Terminal, tmp_path: Path) -> None:
    source = (PROGRAMS / "greeting.py").read_text(encoding="utf-8").replace('"greeting"', '"rolled_back"')
    versions = []
    for _ in range(2):
        (tmp_path / "greeting.py").write_text(f"{source}\nMARK = {uuid.uuid4().int}\n", encoding="utf-8")
        versions.append(terminal.deploy(tmp_path / "greeting.py"))
    old, new = versions
    page = open_page(f"{PAGES}/tasks/rolled_back.greet?tab=versions")
    latest = (
        page.get_by_role("row").filter(has_text="Latest").filter(has=page.get_by_role("link", name=new, exact=True))
    )
    expect(latest).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name=f"Roll back to {old}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Roll back").click()
    expect(dialog.get_by_text(f"{old} is the latest version")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("button", name=f"Roll back to {new}")).to_be_visible()


def test_the_commands_shown_do_what_the_form_does(
    open_page: Callable[..., Page], terminal: Terminal, every_type: str, tmp_path: Path
) -> None:
    page = open_page(f"{PAGES}/tasks/every_type.everything/launch")
    page.get_by_label("text", exact=True).fill('it\'s $HOME "quoted" \\ é')
    page.get_by_label("number", exact=True).fill("-9007199254740993")
    page.get_by_label("span", exact=True).fill("1h30m")
    page.get_by_label("flag", exact=True).or_(page.get_by_role("checkbox", name="False")).first.click()
    page.get_by_label("items 1", exact=True).fill("7")
    page.get_by_role("button", name="Edit as JSON: layer", exact=True).click()
    page.get_by_label("layer", exact=True).fill(
        '{"size": 5, "name": "a", "point": {"x": 1.5, "y": 2.0}, "tags": ["b c"]}'
    )
    command, program = command_shown(page, "Command line"), command_shown(page, "Python")
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    by_form = run_shown(page)
    expect(page.get_by_text("Succeeded").first).to_be_visible()  # so each value was of its type
    by_command = detached(terminal, command)
    script = tmp_path / "shown.py"
    script.write_text(f"{program}\nprint(run.name)\n", encoding="utf-8")
    by_program = terminal.run(sys.executable, str(script)).split()[-1]

    wanted = terminal.inputs(by_form)
    assert wanted["number"] == -9007199254740993
    assert wanted["span"] == "PT1H30M"
    assert wanted["flag"] is True
    assert terminal.inputs(by_command) == wanted
    assert terminal.inputs(by_program) == wanted
    versions = {
        json.loads(terminal.flyte("-of", "json", "get", "run", run))["task_version"] for run in (by_form, by_command)
    }
    assert versions == {every_type}


@pytest.mark.usefixtures("every_type")
def test_the_form_of_every_type_is_accessible(open_page: Callable[..., Page], terminal: Terminal) -> None:
    page = open_page(f"{PAGES}/tasks/every_type.everything/launch")
    expect(page.get_by_label("text", exact=True)).to_be_visible()
    page.get_by_role("button", name="Advanced options").click()
    page.get_by_role("form").get_by_role("button", name="Launch", exact=True).click()
    check_accessibility(page)


@pytest.mark.usefixtures("greeting")
@pytest.mark.parametrize("tab", ["interface", "settings", "versions", "triggers", "runs"])
def test_the_parts_of_a_task_are_accessible(open_page: Callable[..., Page], terminal: Terminal, tab: str) -> None:
    page = open_page(f"{PAGES}/tasks/greeting.greet?tab={tab}")
    expect(page.get_by_role("tabpanel").get_by_role("table").first).to_be_visible()
    check_accessibility(page)


def test_an_empty_scope_tells_what_to_do(open_page: Callable[..., Page], terminal: Terminal) -> None:
    page = open_page("/p/flytesnacks/staging/tasks")
    expect(page.get_by_text("flyte deploy --project flytesnacks --domain staging")).to_be_visible()
    check_accessibility(page)
