"""Every page of the documentation: what it tells the reader to save and to run works, and prints what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.documentation.pages import Command, NotRun, Page, Saved, pages
from tests.integration.documentation.reader import Reader, prints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devbox_fixture import Devbox

PAGES = pages()


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_block_is_run_or_says_why_not(page: Page) -> None:
    for step in page.steps():
        assert not isinstance(step, NotRun) or len(step.reason) > 10, f"{page.name}:{step.line}"


@pytest.mark.devbox
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.is_to_be_followed],
    ids=lambda page: page.name,
)
def test_a_page_can_be_followed(page: Page, tmp_path: Path, devbox: Devbox) -> None:
    assert Reader.of(page, tmp_path, devbox).read()


def write(folder: Path, text: str) -> Page:
    path = folder / "page.md"
    path.write_text(text)
    return Page(path)


def test_a_page_is_read_as_files_and_commands(tmp_path: Path) -> None:
    page = write(
        tmp_path,
        '```python title="a.py"\nprint(1)\n```\n\n'
        "```console\n$ python a.py\n1\n$ echo a \\\n  b\na b\n```\n\n"
        "<!-- exit code 2 -->\n```bash\nls  # all\nfalse\n```\n\n"
        "<!-- not run: needs an account -->\n```bash\naws\n```\n",
    )
    assert list(page.steps()) == [
        Saved(1, "a.py", "print(1)\n"),
        Command(6, "python a.py", ("1",)),
        Command(8, "echo a \\\n  b", ("a b",)),
        Command(15, "ls  # all"),
        Command(16, "false", (), 2),
        NotRun(20, "needs an account"),
    ]


def test_a_program_that_is_neither_run_nor_excused_is_refused(tmp_path: Path) -> None:
    page = write(tmp_path, "```python\nx = 1\n```\n")
    with pytest.raises(ValueError, match="without a title is not run"):
        list(Page(page.path).steps())


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        (("a b",), "a   b \n", True),
        (("a",), "a\nb\n", False),
        (("a", "…"), "a\nb\nc\n", True),
        (("Run … ended",), "Run r1 ended\n", True),
        (("…", "c"), "a\nb\n", False),
    ],
)
def test_what_is_printed_is_compared(expected: tuple[str, ...], printed: str, *, same: bool) -> None:
    assert prints(expected, printed) is same
