"""A folder that the browser sends becomes the same folder, or nothing."""

import io
import json
from pathlib import Path

import pytest

from flyte_cli.console.folders import receive
from flyte_cli.console.messages import Asked


def asked_with(entries: object, content: bytes, size: int | None = None) -> tuple[Asked, int]:
    """The request, and the size of its manifest."""
    manifest = json.dumps(entries).encode()
    body = manifest + content
    headers = {"content-length": str(len(body) if size is None else size)}
    return Asked("PUT", "/folders/data", headers=headers, body=io.BytesIO(body)), len(manifest)


def test_files_lie_where_they_lay(tmp_path: Path) -> None:
    asked, manifest_bytes = asked_with([["a.txt", 3], ["sub/é b.txt", 2], ["empty", 0]], b"abcde")

    receive(asked, manifest_bytes, tmp_path)

    found = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"a.txt": b"abc", "sub/é b.txt": b"de", "empty": b""}


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b", "", "a//b", ".", "a\\b", "a\0b"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    asked, manifest_bytes = asked_with([[path, 1]], b"x")

    with pytest.raises(ValueError, match="cannot be a path"):
        receive(asked, manifest_bytes, inner)

    assert [*tmp_path.rglob("*")] == [inner]


@pytest.mark.parametrize(
    ("entries", "content", "size"),
    [
        ([["a", 2]], b"x", None),
        ([["a", -1]], b"", None),
        ([["a", 5]], b"x", 20),
        ({"a": 1}, b"", None),
        ("no", b"", None),
    ],
)
def test_a_body_of_another_form_or_size_is_refused(
    tmp_path: Path, entries: object, content: bytes, size: int | None
) -> None:
    asked, manifest_bytes = asked_with(entries, content, size)
    with pytest.raises(ValueError):
        receive(asked, manifest_bytes, tmp_path)


def test_a_path_that_comes_twice_is_refused(tmp_path: Path) -> None:
    asked, manifest_bytes = asked_with([["a", 1], ["a", 1]], b"xy")
    with pytest.raises(FileExistsError):
        receive(asked, manifest_bytes, tmp_path)


@pytest.mark.parametrize("manifest_bytes", [0, -1, 1 << 40])
def test_a_manifest_has_a_size_that_fits_into_memory(tmp_path: Path, manifest_bytes: int) -> None:
    asked, _ = asked_with([], b"")
    with pytest.raises(ValueError, match="manifest"):
        receive(asked, manifest_bytes, tmp_path)
