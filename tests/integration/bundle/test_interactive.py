"""The REPL against a real stack: what is typed runs there, with all that it refers to."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.new_user import User

pytestmark = pytest.mark.xdist_group("devbox")

TYPED = """\
import asyncio, dataclasses, enum, typing, flyte, own_words
from pydantic import BaseModel
flyte.init_from_config()
env = flyte.TaskEnvironment(name="repl")
FACTOR = 3

@dataclasses.dataclass
class Point:
    x: int
    tags: list[str] = dataclasses.field(default_factory=list)

class Color(enum.Enum):
    RED = "red"

class Answer(BaseModel):
    text: str
    points: list[Point]

class Odd:
    def __init__(self, value): self.value = value

@env.task
async def scaled(point: Point) -> Point:
    return Point(point.x * FACTOR, ["scaled"])

@env.task
async def parent(count: int, color: Color = Color.RED) -> Answer:
    points = await asyncio.gather(*[scaled(Point(n)) for n in range(count)])
    return Answer(text=own_words.shout(color.value) + str(flyte.ctx().interactive_mode), points=points)

@env.task
def factorial(n: int) -> int:
    return 1 if n < 2 else n * factorial(n - 1)

@env.task
def opened(odd: Odd) -> int:
    return odd.value

@env.task
def fails(n: int) -> int:
    return 1 // n

answer = flyte.run(parent, count=3).outputs()[0]
print("PARENT", answer.text, [point.x for point in answer.points], isinstance(answer, Answer))
print("FACTORIAL", flyte.run(factorial, n=5).outputs()[0])
print("OPENED", flyte.run(opened, odd=Odd(4)).outputs()[0])
try:
    flyte.run(fails, n=0).outputs()
except flyte.errors.RuntimeUserError as error:
    print("FAILS", error.code, error)

try:
    flyte.deploy(env)
except flyte.errors.CodeBundleError as error:
    print("DEPLOY", error)

print("HERE", flyte.with_runcontext(mode="local").run(factorial, n=5).outputs()[0])
"""
EXPECTED = (
    "PARENT REDTrue [0, 3, 6] True",
    "FACTORIAL 120",
    "OPENED 4",
    "FAILS ZeroDivisionError integer division or modulo by zero",
    "DEPLOY repl.scaled is not defined in a file",
    "HERE 120",
)
CONSOLE = """
import code
console = code.InteractiveConsole()
for line in open("typed.txt"):
    console.push(line.rstrip("\\n"))
"""
INTERACTIVE_S = 120


@pytest.fixture
def typist(user: User) -> User:
    user.write("own_words.py", "def shout(text):\n    return text.upper()\n")
    user.write("typed.txt", TYPED)
    user.write("console.py", CONSOLE)
    return user


def assert_ran(printed: str) -> None:
    for line in EXPECTED:
        assert line in printed, printed


def environ(user: User) -> dict[str, str]:
    # TERM: Python 3.13's own prompt would move the cursor about.
    return {**os.environ, **user.settings, "TERM": "dumb", "PYTHON_BASIC_REPL": "1"}


def test_a_session_at_a_terminal(typist: User) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-q", "-i"],
        cwd=typist.folder,
        env=environ(typist),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    with os.fdopen(ours, "w") as keys:
        keys.write(TYPED + "exit()\n")
        keys.flush()
        printed, _ = process.communicate(timeout=INTERACTIVE_S)
    assert process.returncode == 0, printed
    assert_ran(printed)


def test_a_program_from_standard_input(typist: User) -> None:
    done = subprocess.run(
        [sys.executable, "-"],
        cwd=typist.folder,
        env=environ(typist),
        input=TYPED,
        capture_output=True,
        text=True,
        check=True,
    )
    assert_ran(done.stdout)
    assert done.stderr == ""


def test_a_console_inside_a_program(typist: User) -> None:
    done = typist.python("console.py")
    assert_ran(done.stdout)
