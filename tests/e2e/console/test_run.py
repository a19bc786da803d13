"""A run in a browser: watched until it ends, read, aborted, answered, run again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from .conftest import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

MANY = 10_000


def test_outputs_and_logs_are_read(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs/{observed('sums', n=3)}")
    actions = page.get_by_role("tree", name="Actions")
    expect(actions.get_by_role("treeitem").filter(has_text="Succeeded")).to_have_count(4)
    page.get_by_role("tab", name="Outputs").click()
    expect(page.get_by_role("region", name="o0")).to_contain_text('"sum": 5')
    page.get_by_role("tab", name="Inputs").click()
    expect(page.get_by_role("region", name="n")).to_have_text("3")
    page.get_by_role("tab", name="Logs").click()
    expect(page.get_by_role("region", name="Log")).to_contain_text("about to sum")
    expect(page.get_by_text("That is all.")).to_be_visible()

    actions.get_by_role("treeitem", name="square").nth(1).click()
    expect(page).to_have_url(re.compile("action="))
    expect(page.get_by_role("region", name="Log")).to_contain_text(re.compile(r"squaring \d"))


def test_a_failure_shows_its_reason_and_traceback(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs/{observed('fails', why='of the test')}")
    expect(page.get_by_text("The task failed: ValueError")).to_be_visible()
    expect(page.get_by_role("region", name="Traceback")).to_contain_text("in fails")


def test_a_condition_is_answered_and_the_run_is_watched_until_it_ends(
    open_page: Callable[..., Page], observed: Callable[..., str]
) -> None:
    page = open_page(f"{PAGES}/runs/{observed('asks')}")
    page.get_by_role("treeitem").filter(has_text="fruit").click()
    expect(page.get_by_text("Which fruit?")).to_be_visible()
    page.get_by_role("textbox", name="Answer").fill("Pear")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("treeitem").filter(has_text="asks").click()
    expect(page.get_by_role("treeitem").filter(has_text="asks")).to_contain_text("Succeeded")
    page.get_by_role("tab", name="Outputs").click()
    expect(page.get_by_role("region", name="o0")).to_have_text("Pear it is")


def test_a_long_run_is_aborted_with_a_reason(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs/{observed('forever')}?tab=logs")
    expect(page.get_by_role("region", name="Log")).to_contain_text("begun")
    page.get_by_role("button", name="Abort", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("It takes too long")
    dialog.get_by_role("button", name="Abort", exact=True).click()
    page.get_by_role("tab", name="Overview").click()
    expect(page.get_by_text("It takes too long")).to_be_visible()
    expect(page.get_by_role("treeitem")).to_contain_text("Aborted")
    expect(page.get_by_role("button", name="Abort", exact=True)).to_have_count(0)


def test_a_run_is_run_again(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    run = observed("square", {"team": "again"}, x=12345678901234567890)
    page = open_page(f"{PAGES}/runs/{run}?tab=outputs")
    expect(page.get_by_role("region", name="o0")).to_be_visible()
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(run)
    expect(page.get_by_text("team=again")).to_be_visible()
    page.get_by_role("tab", name="Outputs").click()
    # A number that JavaScript's own would have rounded.
    expect(page.get_by_role("region", name="o0")).to_have_text(str(12345678901234567890**2))


def test_a_report_is_shown_without_rights(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs/{observed('reports')}?tab=report")
    frame = page.get_by_title("Report of a0")
    expect(frame).to_have_attribute("sandbox", "allow-scripts allow-popups")
    expect(frame.content_frame.get_by_role("heading", name="It went well")).to_be_visible()
    assert frame.content_frame.locator("html").evaluate("() => window.origin") == "null"


def test_the_tree_is_moved_in_by_keyboard_and_shown_as_a_table(
    open_page: Callable[..., Page], observed: Callable[..., str]
) -> None:
    page = open_page(f"{PAGES}/runs/{observed('sums', n=2)}")
    rows = page.get_by_role("treeitem")
    expect(rows).to_have_count(3)
    page.get_by_role("tree").focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(rows).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("table", name="Actions").get_by_role("row")).to_have_count(4)


def test_a_run_that_is_not_there_is_told_of(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{PAGES}/runs/nowhere")
    expect(page.get_by_text("RunNotFound")).to_be_visible()


def test_the_address_that_the_command_line_gives_leads_to_the_run(
    open_page: Callable[..., Page], observed: Callable[..., str]
) -> None:
    run = observed("square", x=1)
    page = open_page(f"/v2/domain/development/project/flytesnacks/runs/{run}")
    expect(page).to_have_url(re.compile(f"{PAGES}/runs/{run}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(run)


def test_ten_thousand_children_are_one_row_and_scroll_when_unfolded(
    open_page: Callable[..., Page], observed: Callable[..., str]
) -> None:
    run = observed("square", x=1)
    page = open_page(f"{PAGES}/runs/{run}")
    expect(page.get_by_role("treeitem")).to_contain_text("Succeeded")

    def with_many_children(route: Route) -> None:
        body: Any = route.fetch().json()
        root = body["actions"][0]
        short = {name: value for name, value in root.items() if value}  # what a browser is sent here takes long
        child = {**short, "attempts": [], "parent": "a0", "short_name": "child", "task_name": "observed.child"}
        body["actions"] += [{**child, "id": {**root["id"], "action": f"c{number}"}} for number in range(MANY)]
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/actions?*", with_many_children)
    page.reload()
    group = page.get_by_role("treeitem").filter(has_text=re.compile(rf"child . {MANY}"))
    expect(group).to_contain_text(f"{MANY} succeeded")
    group.click()
    page.get_by_role("tree").focus()
    page.keyboard.press("End")
    expect(page.locator("[role=treeitem][aria-selected=true]")).to_have_attribute("aria-posinset", str(MANY))
    assert page.get_by_role("treeitem").count() < 100
