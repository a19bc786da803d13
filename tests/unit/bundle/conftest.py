"""Programs of users, and the backend in memory."""

from tests.fakes.backend import api
from tests.fakes.programs import program

__all__ = ["api", "program"]
