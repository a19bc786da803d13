"""The backend in memory, and programs of users."""

from tests.fakes.backend import api
from tests.fakes.programs import program

__all__ = ["api", "program"]
