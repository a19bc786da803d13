"""Files, folders and data frames as arguments: the path of one of this machine, or a URI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .documents import Document
from .shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["file", "dir", "dataframe"]


class Location(Shape):
    """Where a file, a folder or a data frame is.

    Args:
        kind: Which of them.
        check: Gives the value that is passed on for a path, a URI, or the fields of one; raises ValueError.
    """

    def __init__(self, kind: Kind, check: Callable[[Any], Any]) -> None:
        self._kind = kind
        self._check = check
        self.name = "directory" if kind == "dir" else "path"

    def parse(self, text: str) -> Any:
        """The value of a path that is there, or of a URI, which nobody asks for yet."""
        if text.lstrip().startswith("{"):
            return Document(self._check).parse(text)
        if "://" in text:
            return self._check(text)
        path = Path(text).expanduser()
        if not path.exists():
            raise ValueError(f"{text!r} does not exist.")
        if self._kind == "file" and path.is_dir():
            raise ValueError(f"{text!r} is a folder; a file is wanted.")
        if self._kind == "dir" and not path.is_dir():
            raise ValueError(f"{text!r} is a file; a folder is wanted.")
        return self._check(str(path))


def kind_of_hint(hint: Any) -> Kind | None:
    """Which kind a class of `flyte.io` is, or one that extends it; None for any other hint."""
    kinds: dict[str, Kind] = {"File": "file", "Dir": "dir", "DataFrame": "dataframe"}
    ours = [cls for cls in getattr(hint, "__mro__", ()) if cls.__module__.startswith("flyte.io.")]
    return next((kinds[cls.__name__] for cls in ours if cls.__name__ in kinds), None)


def reference_of(kind: Kind) -> Callable[[Any], Any]:
    """Makes the JSON that stands for a path or URI of this kind on the wire."""

    def refer(value: Any) -> Any:
        from flyte.io import DataFrame, Dir, File
        from flyte.types import ValueMismatch, codec_for

        classes: dict[str, Any] = {"file": File, "dir": Dir, "dataframe": DataFrame}
        codec = codec_for(classes[kind])
        try:
            return codec.encode(codec.decode(value))
        except ValueMismatch as error:
            raise ValueError(f"{error}.") from None

    return refer
