"""The console's own files, as `make console` builds them: compressed beforehand, kept long where named by content."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cached_property
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

_BY_CONTENT = "/assets/"
"""Files below have a hash of their content in their name."""

_NOT_BUILT = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The console has not been built</title>
<h1>The console has not been built</h1>
<p>This is a source checkout. With Node.js 20 or newer: <code>make console</code>, then load this page again.
An installed <code>flyte-lambda</code> brings the console built.</p>
</html>
"""


@dataclass(frozen=True)
class StaticFiles:
    """Answers with files of one folder. They are known by name beforehand, so that no path can lead outside of it."""

    folder: Path = BUILT

    def answer(self, asked: Asked) -> Answer:
        """The file, or for the address of a page: the one document that shows all pages."""
        file = self._files.get(asked.path)
        if file is not None:
            return self._sent(asked, asked.path, file)
        if asked.path.startswith(_BY_CONTENT):
            message = (
                f"There is no file {asked.path}: the console was updated since this page was loaded. Load it again."
            )
            return Answer.problem(HTTPStatus.NOT_FOUND, "NotFound", message)
        index = self._files.get("/index.html")
        if index is None:
            # It may be built at any moment: then the next request shall find it.
            self.__dict__.pop("_files", None)
            kind = "text/html; charset=utf-8"
            return Answer.of(HTTPStatus.SERVICE_UNAVAILABLE, _NOT_BUILT, content_type=kind, cache_control="no-store")
        return self._sent(asked, "/index.html", index)

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {f"/{path.relative_to(self.folder).as_posix()}": path for path in found}

    def _sent(self, asked: Asked, name: str, file: Path) -> Answer:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith("javascript")
        cache = "public, max-age=31536000, immutable" if name.startswith(_BY_CONTENT) else "no-cache"
        headers = {
            "content_type": f"{kind}; charset=utf-8" if text else kind,
            "cache_control": cache,
            "vary": "accept-encoding",
        }
        encoding = self._encoding(asked, name)
        if encoding:
            file = self._files[name + _ENCODINGS[encoding]]
            headers["content_encoding"] = encoding
        return Answer.of(HTTPStatus.OK, file.read_bytes(), **headers)

    def _encoding(self, asked: Asked, name: str) -> str | None:
        accepted = {word.split(";")[0].strip() for word in asked.headers.get("accept-encoding", "").split(",")}
        return next((word for word in _ENCODINGS if word in accepted and name + _ENCODINGS[word] in self._files), None)
