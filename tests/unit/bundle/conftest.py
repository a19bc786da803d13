"""Programs of users."""

from tests.fakes.programs import program

__all__ = ["program"]
