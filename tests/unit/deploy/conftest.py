"""The backend in memory."""

from tests.fakes.backend import api

__all__ = ["api"]
