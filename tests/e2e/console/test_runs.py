"""The Runs list in a browser: filters, links that can be shared, what to do where nothing is, the first load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .conftest import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Response

FIRST_LOAD_BYTES = 700 * 1024


def test_a_list_is_filtered_and_a_link_to_it_shows_the_same(
    open_page: Callable[..., Page], observed: Callable[..., str]
) -> None:
    failed = observed("fails", {"team": "list"}, why="to be found")
    succeeded = observed("square", {"team": "list"}, x=2)
    page = open_page("/")
    row = page.get_by_role("row")
    expect(row.filter(has_text=failed)).to_contain_text("Failed")
    expect(row.filter(has_text=succeeded)).to_contain_text("Succeeded")

    page.get_by_role("searchbox", name="Label", exact=True).fill("team=list")
    page.get_by_role("button", name="Phase Any phase").click()
    page.get_by_role("option", name="Failed").click()
    expect(row.filter(has_text=succeeded)).to_have_count(0)
    expect(page).to_have_url(re.compile("label=team"))

    other = open_page(page.url)
    expect(other.get_by_role("row").filter(has_text=failed)).to_be_visible()
    expect(other.get_by_role("row").filter(has_text=succeeded)).to_have_count(0)
    expect(other.get_by_role("searchbox", name="Label", exact=True)).to_have_value("team=list")
    other.get_by_role("button", name="Clear filters").click()
    expect(other.get_by_role("row").filter(has_text=succeeded)).to_be_visible()


def test_a_list_follows_what_happens(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs?label=live")
    expect(page.get_by_role("heading", name="No run matches")).to_be_visible()
    run = observed("square", {"live": "yes"}, x=3)
    expect(page.get_by_role("row").filter(has_text=run)).to_contain_text("Succeeded")


def test_an_empty_list_says_what_to_do(open_page: Callable[..., Page]) -> None:
    page = open_page("/p/flytesnacks/staging/runs")
    expect(page.get_by_text("flyte run --project flytesnacks --domain staging")).to_be_visible()


def test_a_project_that_is_not_there_is_told_of(open_page: Callable[..., Page]) -> None:
    page = open_page("/p/nowhere/development/runs")
    expect(page.get_by_text("ProjectNotFound")).to_be_visible()


def test_columns_are_chosen_and_stay_chosen(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    observed("square", x=1)
    page = open_page(f"{PAGES}/runs")
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("checkbox", name="Version").uncheck()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("columnheader", name="Version")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("columnheader", name="Phase")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Version")).to_have_count(0)


def test_the_first_load_is_small(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    run = observed("square", x=1)
    page = open_page("about:blank")
    sent: list[Response] = []
    page.on("response", lambda response: sent.append(response))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(f"{PAGES}/runs")
    expect(page.get_by_role("row").filter(has_text=run)).to_be_visible()
    sizes = [response.request.sizes() for response in sent]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= FIRST_LOAD_BYTES


def test_the_page_is_reached_past_the_navigation_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{PAGES}/runs")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
