"""A user's traceback as the user wants it: without the frames of this package and of the import machinery."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from .secret_hint import hint_at_secrets

_PACKAGE = Path(__file__).parents[1]
_OURS = (f"{_PACKAGE}/", f"{_PACKAGE.resolve()}/", "<frozen importlib", "<frozen runpy")
"""Frames name files as they were imported, so a package behind a symbolic link has two names."""
_STANDARD_LIBRARY = tuple({str(Path(traceback.__file__).parent) + "/", sys.base_prefix + "/lib/"})

_PART_CHARS = 2_000
"""Of one frame, or of an error's text, which its record tells anyway."""


def user_traceback(error: BaseException) -> str:
    """The formatted traceback of `error` and of what caused it, with only frames that are not ours.

    A frame of the standard library stays where user code called it. An error without any such frame, such as a failed
    import of the task's own module, keeps only its last lines.
    """
    hint_at_secrets(error)
    summary = traceback.TracebackException.from_exception(error, compact=True)
    _strip(summary, set())
    return _encodable("".join(_cut(part) for part in summary.format()).rstrip("\n"))


def text_of(error: BaseException) -> str:
    """The error's own text, also of one whose `__str__` raises or gives what cannot be written."""
    try:
        return _encodable(str(error))
    except Exception:  # noqa: BLE001 - user code may raise anything
        return f"<{type(error).__name__} raises when its text is asked for>"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _cut(part: str) -> str:
    """A part of a traceback without what is beyond reading, so that a huge text does not push out the frames."""
    return part if len(part) <= _PART_CHARS else f"{part[:_PART_CHARS]}…\n"


def _strip(summary: traceback.TracebackException, seen: set[int]) -> None:
    if id(summary) in seen:
        return
    seen.add(id(summary))
    kept = [frame for frame in summary.stack if not frame.filename.startswith(_OURS)]
    while kept and _is_standard_library(kept[0].filename):
        del kept[0]  # what lies between our frames and the user's first one, such as asyncio's
    summary.stack = traceback.StackSummary.from_list(kept)
    for linked in (summary.__cause__, summary.__context__, *(getattr(summary, "exceptions", None) or ())):
        if linked is not None:
            _strip(linked, seen)


def _is_standard_library(filename: str) -> bool:
    return filename.startswith(_STANDARD_LIBRARY) and "site-packages" not in filename
