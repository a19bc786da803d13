"""The console's own files, as `make console` builds them: compressed beforehand, kept long where named by content."""

from __future__ import annotations

import mimetypes
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from .messages import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .messages import Asked

BUILT = Path(__file__).parent / "static"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""In the order of preference, with the ending of the compressed file beside the plain one."""

_INDEX = "/index.html"
_BY_CONTENT = "/assets/"
"""Files below have a hash of their content in their name."""

_NOT_BUILT = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The console has not been built</title>
<h1>The console has not been built</h1>
<p>This is a source checkout. With Node.js 20 or newer: <code>make console</code>, then load this page again.
An installed <code>flyte-lambda</code> brings the console built.</p>
</html>
"""


class StaticFiles:
    """Answers with files of one folder. They are known by name beforehand, so that no path can lead outside of it.

    Args:
        folder: Where they are. It may be built, or built anew, while this serves.
    """

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder
        self._listed: tuple[int, Mapping[str, Path]] = (0, {})

    def answer(self, asked: Asked) -> Answer:
        """The file, or for the address of a page: the one document that shows all pages."""
        files = self._files()
        if asked.path in files:
            return _sent(asked, asked.path, files)
        if asked.path.startswith(_BY_CONTENT):
            message = (
                f"There is no file {asked.path}: the console was updated since this page was loaded. Load it again."
            )
            return Answer.problem(HTTPStatus.NOT_FOUND, "NotFound", message)
        if _INDEX in files:
            return _sent(asked, _INDEX, files)
        kind = "text/html; charset=utf-8"
        return Answer.of(HTTPStatus.SERVICE_UNAVAILABLE, _NOT_BUILT, content_type=kind, cache_control="no-store")

    def _files(self) -> Mapping[str, Path]:
        """By the path that asks for them. Listed anew whenever the document, which is built last, has changed."""
        try:
            built_at = (self._folder / _INDEX[1:]).stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if self._listed[0] != built_at:
            found = (path for path in self._folder.rglob("*") if path.is_file())
            self._listed = built_at, {f"/{path.relative_to(self._folder).as_posix()}": path for path in found}
        return self._listed[1]


def _sent(asked: Asked, name: str, files: Mapping[str, Path]) -> Answer:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith("javascript")
    headers = {
        "content-type": f"{kind}; charset=utf-8" if is_text else kind,
        "cache-control": "public, max-age=31536000, immutable" if name.startswith(_BY_CONTENT) else "no-cache",
        "vary": "accept-encoding",
    }
    accepted = {word.split(";")[0].strip() for word in asked.headers.get("accept-encoding", "").split(",")}
    encoding = next((word for word in _ENCODINGS if word in accepted and name + _ENCODINGS[word] in files), None)
    if encoding:
        headers["content-encoding"] = encoding
    body = files[name + _ENCODINGS[encoding] if encoding else name].read_bytes()
    return Answer(HTTPStatus.OK, headers, len(body), (body,))
