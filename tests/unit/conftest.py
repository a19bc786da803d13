"""What holds for every unit test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte import _initialize

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _own_configuration() -> Iterator[None]:
    """What a test configures with `flyte.init` ends with it: the process has one configuration, and many tests."""
    before = _initialize._state
    yield
    _initialize._state = before
