"""Runs ministack for as long as the devbox lives: `main(lock_file)`.

The lock is held all that time, and the file tells process id and port: whoever finds it locked knows that this very
process is alive, whatever became of process ids meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from pathlib import Path

_LOCK_TIMEOUT_S = 10


def main(lock_file: str) -> None:
    """Take the lock, say who we are, and serve until SIGTERM."""
    with Path(lock_file).open("a+") as lock:
        signal.alarm(_LOCK_TIMEOUT_S)  # ends this process, should another one hold on to the lock
        fcntl.flock(lock, fcntl.LOCK_EX)
        signal.alarm(0)
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "port": int(os.environ["GATEWAY_PORT"])}, lock)
        lock.flush()

        from ministack import app  # type: ignore[import-not-found]

        from . import cold_starts, lambda_logs, persistence, saved_queries, schedules, shared_code, streams, timeouts

        lambda_logs.install()
        cold_starts.install()
        shared_code.install()
        schedules.install()
        timeouts.install()
        saved_queries.install()
        streams.install()
        persistence.install()
        sys.argv = ["ministack"]
        app.main()
