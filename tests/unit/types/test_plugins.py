"""Packages that take care of types of theirs through the entry points `flyte.plugins.types`."""

from __future__ import annotations

import importlib
import logging
from types import GenericAlias
from typing import TYPE_CHECKING, Any

import pytest

from flyte.types import codec_for, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLUGIN = """
from typing import Annotated, Any

from pydantic_core import core_schema

from flyte.types.registry import register
from {name} import Point


class _Hint:
    def __get_pydantic_core_schema__(self, _source, _handler):
        write = core_schema.plain_serializer_function_ser_schema(lambda point: [point.x, point.y])
        return core_schema.no_info_plain_validator_function(self.read, serialization=write)

    def __get_pydantic_json_schema__(self, _schema, _handler):
        return {{"type": "array", "prefixItems": [{{"type": "number"}}] * 2}}

    def read(self, value):
        return value if isinstance(value, Point) else Point(*value)


def prepare(hint):
    return Annotated[Any, _Hint()]


def install():
    register("{name}", "{name}_flyte")
"""
LIBRARY = """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
"""


def installed(folder: Path, name: str, entry_point: str) -> Any:
    """A library `name`, its plugin `name_flyte`, and what pip would write of both."""
    (folder / f"{name}.py").write_text(LIBRARY)
    (folder / f"{name}_flyte.py").write_text(PLUGIN.format(name=name))
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{registry.PLUGINS}]\n{name} = {entry_point}\n")
    importlib.invalidate_caches()
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with packages; plugins are not loaded yet."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_MODULES", dict(registry._MODULES))
    registry.load_plugins.cache_clear()
    yield tmp_path
    registry.load_plugins.cache_clear()


def test_a_plugin_describes_the_classes_of_its_package(packages: Path) -> None:
    library = installed(packages, "points_one", "points_one_flyte:install")
    codec = codec_for(GenericAlias(dict, (str, library.Point | None)))
    assert codec.encode({"a": library.Point(1, 2), "b": None}) == {"a": [1, 2], "b": None}
    assert codec.decode({"a": [3, 4]})["a"].y == 4
    assert codec_for(library.Point).schema()["type"] == "array"


def test_a_plugin_that_fails_is_told_and_its_classes_are_pickled(
    packages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = installed(packages, "points_two", "points_two_flyte:missing")
    caplog.set_level(logging.WARNING)
    codec = codec_for(library.Point)
    assert codec.decode(codec.encode(library.Point(1, 2))).y == 2
    assert "points_two of flyte.plugins.types fails" in caplog.text


def test_no_plugin_is_asked_for_what_is_described(packages: Path) -> None:
    installed(packages, "points_three", "points_three_flyte:install")
    codec_for(dict[str, list[int]]).schema()
    assert registry.load_plugins.cache_info().misses == 0
