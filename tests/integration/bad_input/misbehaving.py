"""The program of a user whose tasks misbehave in every way that one could think of. Copied next to greeting.py."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import flyte

env = flyte.TaskEnvironment(name="misbehaving")


@env.task
def well() -> str:
    """What a run sees that follows a bad one: nothing of it."""
    print("all is well")
    ignored = [number for number in (signal.SIGTERM, signal.SIGALRM) if signal.getsignal(number) == signal.SIG_IGN]
    left = (os.environ.get("LEFT"), Path("left.txt").exists(), Path.cwd() == Path("/"), ignored)
    return f"{left} {threading.active_count()}"


@env.task
def raises() -> int:
    return _divide(1, 0)


def _divide(number: int, by: int) -> int:
    return number // by


@env.task
async def raises_async() -> int:
    try:
        return _divide(1, 0)
    except ZeroDivisionError as error:
        raise LookupError("nothing\nto be found") from error


@env.task
async def raises_many() -> int:
    raise ExceptionGroup("both", [ValueError("one"), KeyError("two")])


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this works")


@env.task
def raises_speechless() -> int:
    raise SpeechlessError


@env.task
def raises_binary() -> int:
    raise ValueError("\udcff\x00 \N{GRINNING FACE}")


@env.task
def raises_a_megabyte() -> int:
    raise ValueError("m" * 1_000_000)


@env.task
def recurses() -> int:
    return recurses.forward()


@env.task
async def cancels() -> int:
    raise asyncio.CancelledError


@env.task
def interrupts() -> int:
    raise KeyboardInterrupt


@env.task
def returns_text() -> int:
    return "seven"  # type: ignore[return-value]


@env.task
def returns_what_is_no_text() -> str:
    return "\udcff"


@env.task
def returns_too_much() -> str:
    return "m" * 11_000_000


@env.task
def reads_the_terminal() -> str:
    return input("How much? ")


@env.task
def exits() -> int:
    sys.exit(0)


@env.task
def exits_at_once() -> int:
    print("last words", flush=True)
    os._exit(0)


@env.task
def crashes() -> int:
    print("about to crash", flush=True)
    return len(ctypes.string_at(0))


@env.task
def kills_its_supervisor() -> int:
    os.kill(os.getppid(), signal.SIGKILL)
    threading.Event().wait(30)
    return 1


@env.task
def exhausts_memory() -> int:
    kept: list[Any] = []
    while True:
        kept.append(b"\x01" * 64_000_000)


@env.task(timeout=1)
def outlives_its_timeout() -> int:
    print("still here", flush=True)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Event().wait(60)
    return 1


@env.task
def prints_a_megabyte() -> int:
    for number in range(10_000):
        print(f"{number:06} {'x' * 92}")
    return 1


@env.task
def prints_a_megabyte_in_one_line() -> int:
    print("x" * 1_000_000)
    return 1


@env.task
def prints_binary() -> int:
    os.write(1, b"\xff\xfe\x00 begins\n" + bytes(range(256)) + b"\nends\n")
    return 1


@env.task
def closes_its_output() -> int:
    sys.stdout.close()
    os.close(1)
    os.close(2)
    return 1


@env.task
def forks() -> int:
    """The child raises, and goes through everything that its parent would."""
    child = os.fork()
    if child == 0:
        raise ValueError("in the child")
    os.waitpid(child, 0)
    return 1


@env.task
def leaves_things_behind() -> int:
    os.environ["LEFT"] = "1"
    Path("left.txt").touch()
    os.chdir("/")
    sys.path.insert(0, "/nowhere")
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=threading.Event().wait).start()
    subprocess.Popen(["sleep", "60"], start_new_session=True)
    return 1
