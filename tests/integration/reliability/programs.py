"""Programs of this folder as clients of a devbox."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flyte
from flyte import _initialize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.devbox_fixture import Devbox

FOLDER = Path(__file__).parent


@contextmanager
def program_on(devbox: Devbox, name: str) -> Iterator[Any]:
    """The module `name`, with the devbox as its backend."""
    before = _initialize.get_init_state()
    flyte.init_from_config(str(devbox.config), root_dir=FOLDER)
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]
    _initialize.set_init_state(before)
