"""Writes a report into the data of its action."""

from __future__ import annotations

from pathlib import Path

FILE = "report.html"


def write(place: str, page: str) -> None:
    """Writes `report.html` into a folder or under an `s3://` prefix."""
    if place.startswith("s3://"):
        from flyte.io._s3 import put_text

        put_text(f"{place}/{FILE}", page, "text/html; charset=utf-8")
        return
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(page, encoding="utf-8")
