"""The backend in memory, with triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.backend import api
from tests.fakes.triggers import FakeTriggers

if TYPE_CHECKING:
    from tests.fakes.api import FakeApi

__all__ = ["api"]


@pytest.fixture
def triggers(api: FakeApi) -> FakeTriggers:
    """What is kept of triggers."""
    api.intercept = kept = FakeTriggers()
    return kept
