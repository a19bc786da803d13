"""What holds for every unit test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte import _initialize

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _own_configuration() -> Iterator[None]:
    """No test finds what another has configured with `flyte.init`, of which the process has but one."""
    before, _initialize._state = _initialize._state, None
    yield
    _initialize._state = before
