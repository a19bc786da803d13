"""Arguments: those that are missing or of another type are refused, odd ones arrive as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.integration.bad_input.conftest import assert_refused

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.devbox

PROGRAM = """
import datetime, enum, hashlib, os
from typing import Optional
import flyte

env = flyte.TaskEnvironment(name="arguments")

class Colour(enum.Enum):
    RED = "red"

@env.task
def order(
    number: int,
    share: float = 0.5,
    colour: Colour = Colour.RED,
    items: list[int] = [],
    at: Optional[datetime.datetime] = None,
) -> str:
    return f"{number} {colour.name}"

@env.task
def digest(text: str) -> str:
    variable = os.environ.get("ODD", "")
    return f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()} {variable!r}"
"""


@pytest.fixture
def orders(user: User) -> User:
    user.write("orders.py", PROGRAM)
    return user


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Missing option '--number'"),
        (["--number"], "'--number' requires an argument"),
        (["--number", "many"], "'many' is not a valid integer"),
        (["--number", "1.5"], "'1.5' is not a valid integer"),
        (["--number", "1", "--share", "half"], "'half' is not a valid float"),
        (["--number", "1", "--colour", "BLUE"], "'BLUE' is not one of RED"),
        (["--number", "1", "--items", '[1, "a"]'], "'a' of type str, wanted list[int]"),
        (["--number", "1", "--items", "[1"], "not valid JSON"),
        (["--number", "1", "--at", "some day"], "'some day' is not a valid date and time"),
        (["--number", "1", "unasked"], "unasked"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_does_not_fit_is_refused_before_anything_runs(orders: User, given: list[str], said: str) -> None:
    assert_refused(orders.flyte("run", "orders.py", "order", *given), 2, said)


def test_an_argument_that_is_no_text_is_refused_by_name(orders: User) -> None:
    assert_refused(orders.flyte("run", "orders.py", "digest", "--text", "gr\udcfc\udcdfe"), 2, "text", "UTF-8")


def test_a_deployed_task_checks_its_arguments_without_its_file(orders: User) -> None:
    assert orders.flyte("deploy", "orders.py", "env").code == 0
    (orders.folder / "orders.py").unlink()
    for given, said in [([], "Missing option '--number'"), (["--number", "many"], "'many' is not a valid integer")]:
        assert_refused(orders.flyte("run", "deployed-task", "arguments.order", *given), 2, said)
    assert orders.flyte("run", "deployed-task", "arguments.order", "--number", "7").stdout == "7 RED\n"


@pytest.mark.parametrize(
    "text",
    ["", " ", "two\nlines\r\n", "-- --message", "\N{GRINNING FACE} ü \x1b[31m \x7f", "'\"$(id)`\\", "ü" * 60_000],
    ids=["empty", "space", "lines", "dashes", "unicode", "shell", "120 KB"],
)
def test_any_text_arrives_as_it_is(orders: User, text: str) -> None:
    ended = orders.flyte("run", "--env", f"ODD={text[:100]}", "orders.py", "digest", f"--text={text}")
    assert ended.code == 0, ended.stderr
    assert ended.stdout == f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()} {text[:100]!r}\n"
