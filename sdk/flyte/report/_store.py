"""Writes a report beside the outputs of its action."""

from __future__ import annotations

from pathlib import Path

FILE = "report.html"


def write(output_path: str, page: str) -> None:
    """Writes `report.html` into a folder or under an `s3://` prefix."""
    if output_path.startswith("s3://"):
        from flyte.io._s3 import put_text

        put_text(f"{output_path}/{FILE}", page, "text/html; charset=utf-8")
        return
    folder = Path(output_path)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(page, encoding="utf-8")
