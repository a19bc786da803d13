"""What the kernel says of processes: who descends from whom, and what memory they hold. Without /proc, nothing."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable


def descendants(pid: int) -> list[int]:
    """Every process below `pid`, parents before children."""
    found: list[int] = []
    to_visit = [pid]
    while to_visit:
        below = children(to_visit.pop())
        found += below
        to_visit += below
    return found


def children(pid: int) -> list[int]:
    """The processes that `pid` has started, or that were left to it."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # the process is gone, or there is no /proc
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - many times a second
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as opened:  # noqa: PTH123
                found += map(int, opened.read().split())
    return found


def anonymous_bytes(pids: Iterable[int]) -> int:
    """Memory that only these processes hold, shared pages counted for each: what the kernel cannot take back."""
    return sum(_status_kb(pid, (b"RssAnon:", b"RssShmem:")) for pid in pids) * 1024


def proportional_bytes(pids: Iterable[int]) -> int:
    """The same with pages that several processes share counted once in all: exact, but slow for a large process."""
    return sum(_rollup_kb(pid) for pid in pids) * 1024


def kill(pids: Iterable[int]) -> None:
    """End processes at once; one that is gone already is no error."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def kernel_oom_kills() -> int:
    """How often this machine's kernel has killed a process for want of memory."""
    with contextlib.suppress(OSError), open("/proc/vmstat", "rb") as opened:  # noqa: PTH123 - no Path for one line
        for line in opened:
            if line.startswith(b"oom_kill "):
                return int(line.split()[1])
    return 0


def _status_kb(pid: int, names: tuple[bytes, ...]) -> int:
    try:
        with open(f"/proc/{pid}/status", "rb") as opened:  # noqa: PTH123
            return sum(int(line.split()[1]) for line in opened if line.startswith(names))
    except OSError:
        return 0


def _rollup_kb(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as opened:  # noqa: PTH123
            fields = {line.split()[0]: int(line.split()[1]) for line in opened if line.endswith(b" kB\n")}
    except OSError:
        return _status_kb(pid, (b"RssAnon:", b"RssShmem:"))
    return fields.get(b"Pss_Anon:", fields.get(b"Pss:", 0)) + fields.get(b"Pss_Shmem:", 0)
