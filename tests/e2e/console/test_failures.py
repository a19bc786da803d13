"""Whatever a run fails of: its page says so, as the command line does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.integration.failures.kinds import KINDS, Kind, user_of
from tests.integration.new_user import unused

from .conftest import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.devbox_fixture import Devbox


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_page_of_a_failed_run_tells_the_reason(
    open_page: Callable[..., Page], devbox: Devbox, tmp_path: Path, kind: Kind
) -> None:
    name = unused("seen")
    ended = user_of(devbox, tmp_path).flyte("run", "--name", name, kind.file, kind.task, ON_THE_CLIENT="1")
    assert ended.code == 1
    page = open_page(f"{PAGES}/runs/{name}")
    expect(page.get_by_text(kind.code).first).to_be_visible()
    expect(page.get_by_text(kind.message).first).to_be_visible()
    if kind.line:
        expect(page.get_by_role("region", name="Traceback")).to_contain_text(kind.line)
