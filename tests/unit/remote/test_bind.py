from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import pytest

from flyte.protocol.tasks import Loader, TaskSpec
from flyte.remote._bind import bind
from flyte.types import NativeInterface


class Mode(Enum):
    FAST = "fast"


@dataclass
class Point:
    x: int
    y: float = 0.5


def sample(
    n: int, when: datetime, mode: Mode, point: Point, data: bytes = b"\xff", pause: timedelta | None = None
) -> None: ...


SPEC = TaskSpec(
    name="env.sample",
    environment="env",
    version="v",
    loader=Loader(module="m", attribute="sample"),
    interface=NativeInterface.from_callable(sample).describe(),
)
GOOD: dict[str, Any] = {"n": 1, "when": datetime(2026, 1, 2, tzinfo=UTC), "mode": Mode.FAST, "point": Point(3)}


def test_python_values_become_json_and_defaults_are_filled_in() -> None:
    assert bind(SPEC, (1,), {**{k: v for k, v in GOOD.items() if k != "n"}, "pause": timedelta(days=1)}) == {
        "n": 1,
        "when": "2026-01-02T00:00:00Z",
        "mode": "fast",
        "point": {"x": 3, "y": 0.5},
        "data": "/w==",
        "pause": "P1D",
    }


def test_what_is_bound_is_what_the_task_decodes() -> None:
    decoded = NativeInterface.from_callable(sample).decode_inputs(bind(SPEC, (), {**GOOD, "data": b"\x00\xfe"}))
    assert decoded == {**GOOD, "data": b"\x00\xfe", "pause": None}


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "env.sample: missing argument 'n'"),
        ((), {"m": 1}, "env.sample: unknown argument 'm'; the inputs are: n, when"),
        ((1,), {"n": 1}, "env.sample: argument 'n' is given by position and by name"),
        ((1,) * 7, {}, "env.sample: 7 positional arguments given, 6 taken"),
        ((), {**GOOD, "n": "one"}, "env.sample: n: 'one' is no integer"),
        ((), {**GOOD, "mode": "slow"}, "env.sample: mode: 'slow' is not 'fast'|env.sample: mode: 'slow' is not one of"),
        ((), {**GOOD, "point": {"x": "a"}}, r"env.sample: point\.x: 'a' is no integer"),
        ((), {**GOOD, "n": object()}, "cannot be given to a deployed task"),
    ],
)
def test_wrong_arguments_are_named(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        bind(SPEC, args, kwargs)
