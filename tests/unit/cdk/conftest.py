"""The kept template, for all tests of it."""

import pytest

from tests.unit.cdk.template_reader import Template


@pytest.fixture(scope="session")
def template():
    return Template.kept()
