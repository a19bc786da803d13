"""What the supervisor asks of the kernel for its own protection, on Linux; elsewhere, as on a Mac, nothing."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Collection

from functions.runner import process_tree

_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
"""Source: linux/prctl.h."""


def harden() -> None:
    """Protect this process from tasks, which run as the same user.

    Its environment and memory, which hold the role's credentials, cannot be read by other processes any more. And
    whatever a task leaves behind becomes a child of this process, however it has hidden: `end_strays` finds it.
    """
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        for option, value in ((_PR_SET_DUMPABLE, 0), (_PR_SET_CHILD_SUBREAPER, 1)):
            if prctl(option, value, 0, 0, 0):
                raise OSError(ctypes.get_errno(), f"prctl({option}, {value})")


def end_strays(known: Collection[int]) -> int:
    """Kill every child process that is not among `known`, with all below it.

    Returns:
        How many there were.
    """
    ended = 0
    # Killing one makes its children ours: until there are no more.
    while strays := [pid for pid in process_tree.children(os.getpid()) if pid not in known]:
        process_tree.kill(strays)
        for pid in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        ended += len(strays)
    return ended
