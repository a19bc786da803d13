"""Fixtures for all tests; each lives in a module of its own."""

from hypothesis import settings

pytest_plugins = ["tests.devbox_fixture"]

# The same examples in every run, and no bound on time: a loaded machine is no fault of the code.
settings.register_profile("deterministic", deadline=None, derandomize=True)
settings.load_profile("deterministic")
