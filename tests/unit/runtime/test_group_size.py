"""A map tells how many children its group is to have, before it has asked for all of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import flyte
from flyte import _context
from flyte._context import GroupData
from flyte.runtime.children import _common

env = flyte.TaskEnvironment(name="group_size")


@env.task
async def square(x: int) -> int:
    return x * x


@env.task
async def squares(n: int) -> list[int]:
    return [value async for value in flyte.map.aio(square, range(n), concurrency=1)]


@pytest.mark.parametrize("group", [GroupData("g", 7), GroupData("g"), None])
def test_a_request_names_the_group_and_its_size(group: GroupData | None) -> None:
    asked = _common(SimpleNamespace(group_data=group, custom_context={}), "c1", {})
    assert (asked["group"], asked["group_size"]) == ((group.name, group.size) if group else (None, None))


def test_a_map_knows_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[tuple[str, int | None]] = []
    group_of = _context.group_of

    def seen(name: str, size: int | None):
        sizes.append((name, size))
        return group_of(name, size)

    monkeypatch.setattr(_context, "group_of", seen)
    assert flyte.with_runcontext(mode="local").run(squares, 4).outputs()[0] == [0, 1, 4, 9]
    assert sizes == [("map-square", 4)]
