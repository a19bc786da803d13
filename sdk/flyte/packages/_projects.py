"""Builds a user's own project into a wheel: here, and so only if it is Python alone."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flyte.bundle._tree import IgnoreRules, walk
from flyte.errors import ImageBuildError

from ._uv import UvError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._uv import Uv

_FOR_ANY_PLATFORM = "-none-any.whl"
"""How the name of a wheel ends that holds nothing compiled. Source: PEP 427, "File name convention"."""
_INDEXES = ("--default-index", "--index", "--extra-index-url")


def built_wheel(project: Path, folder: Path, uv: Uv, options: Sequence[str] = ()) -> Path:
    """The project's wheel, built once for the same sources.

    Args:
        project: The folder with its pyproject.toml.
        folder: Where built wheels are kept.
        uv: Runs uv.
        options: Of uv; its indexes are asked for what the build needs.

    Raises:
        ImageBuildError: it cannot be built, or holds compiled code.
    """
    kept = folder / _fingerprint(project)
    known = sorted(kept.glob("*.whl"))
    if known:
        return known[0]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as aside:
        indexes = [option for option in options if option.startswith(_INDEXES)]
        try:
            uv(["build", "--wheel", "--python", sys.executable, "--out-dir", aside, *indexes, str(project)], project)
        except UvError as error:
            raise ImageBuildError(f"{project} cannot be built into a wheel; uv said:\n{error.words}") from None
        (built,) = Path(aside).glob("*.whl")
        if not built.name.endswith(_FOR_ANY_PLATFORM):
            raise ImageBuildError(
                f"{project} has compiled code ({built.name}), and nothing is compiled for Lambda here: build its wheel "
                "for the backend's platform, and name the file in with_pip_packages('./….whl')"
            )
        kept.mkdir(exist_ok=True)
        return built.replace(kept / built.name)


def _fingerprint(project: Path) -> str:
    """A digest of the names and contents of all files that the project may be built from."""
    found = []
    for path in walk(project, project, IgnoreRules(project)):
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        found.append((path.relative_to(project).as_posix(), digest))
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()
