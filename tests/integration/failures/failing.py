"""Tasks that fail in each way in which a run can fail."""

import ctypes
import os
import threading

import flyte

env = flyte.TaskEnvironment("failing")
small = flyte.TaskEnvironment("failing-small", resources=flyte.Resources(memory="512Mi"))
large = flyte.TaskEnvironment("failing-large", resources=flyte.Resources(memory="10Gi"))


@env.task
def raises() -> int:
    print("about to raise", flush=True)
    raise ValueError("the egg went off")


@small.task
def exhausts_memory() -> int:
    held = []
    while True:
        held.append(bytearray(b"x" * 16_000_000))


@env.task(timeout=1)
def outlives_its_timeout() -> int:
    threading.Event().wait()
    return 1


@env.task
def crashes() -> int:
    print("about to crash", flush=True)
    ctypes.string_at(0)
    return 1


@env.task
def exits_at_once() -> int:
    print("about to exit", flush=True)
    os._exit(3)


@env.task
def waits() -> int:
    print("waiting", flush=True)
    threading.Event().wait()
    return 1


@env.task
def is_well() -> int:
    return 1


@large.task
def is_refused() -> int:
    return 1
