"""What the screenshots were taken from, as one digest: it is kept beside them, and a test holds it to the sources."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ROOT / "docs" / "images"
MADE_FROM = IMAGES / "made-from.txt"
_TESTS = (".test.ts", ".test.tsx", "every-type.json")
_GENERATED = ("schema.d.ts",)


def digest() -> str:
    """The sha256 of everything that shows in a screenshot: the console's sources and packages, and these scripts."""
    found = hashlib.sha256()
    sources = [
        ROOT / "console/package-lock.json",
        *(ROOT / "console/src").rglob("*"),
        *Path(__file__).parent.glob("*.py"),
    ]
    for path in sorted(path for path in sources if path.is_file()):
        if not path.name.endswith((*_TESTS, *_GENERATED)):
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
