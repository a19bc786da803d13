"""The screenshots in the documentation are of the console as it is."""

from __future__ import annotations

from tests.e2e.screenshots.sources import IMAGES, MADE_FROM, ROOT, digest


def test_they_were_taken_from_these_sources() -> None:
    assert MADE_FROM.read_text().strip() == digest(), "take them again: make screenshots"


def test_each_is_shown_somewhere() -> None:
    pages = "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    assert [image.name for image in sorted(IMAGES.glob("*.png")) if image.name not in pages] == []
