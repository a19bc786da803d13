"""Fixtures for all tests; each lives in a module of its own."""

pytest_plugins = ["tests.devbox_fixture"]
