"""Runs ministack; the devbox's own Python starts this file, so it imports nothing of flyte.

Usage: serve.py LOCK_FILE. The lock is held for as long as ministack lives, and the file tells its process id and
port: whoever finds it locked knows that this very process is alive, whatever became of process ids meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys


def main(lock_path: str) -> None:
    """Take the lock, say who we are, and serve until SIGTERM."""
    with open(lock_path, "a+") as lock:  # noqa: PTH123 - the quickest start
        signal.alarm(10)  # ends this process, should another one hold on to the lock
        fcntl.flock(lock, fcntl.LOCK_EX)
        signal.alarm(0)
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "port": int(os.environ["GATEWAY_PORT"])}, lock)
        lock.flush()

        from ministack import app  # type: ignore[import-not-found] # of the devbox's own environment

        sys.argv = ["ministack"]
        app.main()


if __name__ == "__main__":
    main(sys.argv[1])
