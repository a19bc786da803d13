"""Starts the first worker. The handler imports this before all else: its interpreter loads while ours loads boto3.

It is the only thing here that happens on import, and only in a runner function.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from flyte.protocol.limits import MIB
from functions.runner.sandbox_folder import sandbox_folder
from functions.runner.worker_process import worker_command
from functions.runner.workers import Workers

memory_bytes = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * MIB
folder = sandbox_folder(Path(tempfile.gettempdir()))
_environ = dict(os.environ)
workers = Workers(folder / "workers", lambda own: worker_command(_environ, own), max_idle_bytes=memory_bytes // 2)
workers.prepare()
