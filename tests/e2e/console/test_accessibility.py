"""No page has a serious fault of accessibility: light, dark and as wide as a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .conftest import PAGES, accessibility_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_runs_list_has_no_serious_fault(
    open_page: Callable[..., Page], observed: Callable[..., str], look: str
) -> None:
    run = observed("square", {"team": "a"}, x=1)
    page = open_page(f"{PAGES}/runs", **LOOKS[look])
    expect(page.get_by_role("row").filter(has_text=run)).to_contain_text("Succeeded")
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_a_run_has_no_serious_fault_in_any_tab(
    open_page: Callable[..., Page], observed: Callable[..., str], look: str
) -> None:
    page = open_page(f"{PAGES}/runs/{observed('sums', n=2)}", **LOOKS[look])
    expect(page.get_by_role("treeitem").filter(has_text="Succeeded")).to_have_count(3)
    assert accessibility_faults(page) == []
    for tab, text in {"Inputs": "n", "Outputs": "o0", "Logs": "That is all.", "Code": "Function"}.items():
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").get_by_text(text, exact=text != "That is all.").first).to_be_visible()
        assert accessibility_faults(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_a_failure_and_a_table_have_no_serious_fault(
    open_page: Callable[..., Page], observed: Callable[..., str], look: str
) -> None:
    page = open_page(f"{PAGES}/runs/{observed('fails', why='')}?view=table", **LOOKS[look])
    expect(page.get_by_text("The task failed: ValueError")).to_be_visible()
    assert accessibility_faults(page) == []


def test_the_dialogs_have_no_serious_fault(open_page: Callable[..., Page], observed: Callable[..., str]) -> None:
    page = open_page(f"{PAGES}/runs/{observed('asks')}")
    page.get_by_role("treeitem").filter(has_text="fruit").click()
    expect(page.get_by_text("Which fruit?")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Abort", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Abort", exact=True).click()
    expect(page.get_by_role("treeitem").filter(has_text="asks")).to_contain_text("Aborted")
