"""The interface that the console's form is tested with is what the type engine makes of a program today."""

import json
from pathlib import Path

from tests.e2e.console.programs.every_type import everything

FIXTURE = Path(__file__).parents[3] / "console" / "src" / "form" / "every-type.json"


def described() -> str:
    """The interface as text, as the API gives it."""
    return json.dumps(everything.native_interface.describe().to_dict(), indent=2) + "\n"


def test_the_form_is_tested_with_the_interface_that_tasks_have_today() -> None:
    kept = json.loads(FIXTURE.read_text(encoding="utf-8"))
    assert kept == json.loads(described()), "run this file as a program, which writes the fixture, then: make format"


if __name__ == "__main__":
    FIXTURE.write_text(described(), encoding="utf-8")
