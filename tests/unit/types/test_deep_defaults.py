"""Defaults that are nested too deeply for a specification are refused by name, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from flyte.protocol.tasks import Interface
from flyte.types import NativeInterface, ValueMismatch
from flyte.types.interface import DEEPEST_DEFAULT


def interface(levels: int) -> NativeInterface:
    nested: list[Any] = []
    for _ in range(levels - 1):
        nested = [nested]

    def task(deep: list[Any] = nested) -> None: ...

    return NativeInterface.from_callable(task)


def test_the_deepest_can_be_read_again() -> None:
    described = interface(DEEPEST_DEFAULT).describe()
    assert Interface.model_validate_json(described.to_json()) == described


def test_a_deeper_one_is_refused_by_name() -> None:
    with pytest.raises(ValueMismatch, match="deep: the default is nested deeper than 180 levels"):
        interface(DEEPEST_DEFAULT + 1).describe()
