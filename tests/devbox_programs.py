"""Programs of tasks that tests run in the devbox: loaded from a file, with the devbox as their backend."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flyte
from flyte import _initialize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.devbox_fixture import Devbox

LONG_S = 120


@contextmanager
def program_in(devbox: Devbox, file: Path) -> Iterator[Any]:
    """The program in a file, as a module, in a process that is initialised with the devbox."""
    before = _initialize.get_init_state()
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    flyte.init_from_config(str(devbox.config), root_dir=file.parent)  # whatever the program has initialised
    try:
        yield module
    finally:
        del sys.modules[file.stem]
        _initialize.set_init_state(before)


def until(condition: Callable[[], Any], what: str, long_s: float = LONG_S) -> Any:
    """What the condition gives, once it is true: asked over and over, for nothing tells. It fails with `what`."""
    give_up_s = time.monotonic() + long_s
    while not (found := condition()):
        assert time.monotonic() < give_up_s, what
        time.sleep(0.05)
    return found


def command(devbox: Devbox, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the installed command does with these arguments."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("flyte")), *arguments],
        cwd=folder,
        env=devbox.environment,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
