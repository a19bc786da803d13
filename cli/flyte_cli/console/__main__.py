"""The console as a process of its own, which the devbox starts: `python -m flyte_cli.console SETTINGS`."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path
from typing import Any

from flyte.config import PlatformConfig
from flyte_cli.console.start import PORTS, listen


def main(settings: dict[str, Any]) -> None:
    """Serves until it is killed, and holds a lock meanwhile.

    Args:
        settings: `lock` is the file to lock, and to write into who serves and where; `endpoint` and `region` are the
            backend's, `port` is the one to try first, and all of it stands in the lock's file as well.
    """
    # No token: the backend itself answers to everyone on this machine.
    platform = PlatformConfig(endpoint=settings["endpoint"], insecure=True, region=settings["region"])
    preferred = settings["port"]
    with Path(settings["lock"]).open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        console = listen(platform, ports=(preferred, *PORTS) if preferred else PORTS, with_token=False)
        with console.server:
            lock.truncate(0)
            lock.write(json.dumps({**settings, "port": console.server.port, "pid": os.getpid()}))
            lock.flush()
            console.server.serve_forever()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
