"""What tasks run on. All functions have one zip, runtime and architecture: the api function looks at itself."""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from flyte.protocol.api import Platform

_ZIP_ROOT = Path(__file__).parents[2]


@cache
def this_one() -> Platform:
    """The platform of this function, and so of all functions of the stack."""
    library, version = platform.libc_ver()
    return Platform(
        architecture="arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64",
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        system=sys.platform,
        glibc=version if library == "glibc" else "",
        packages=packages_in(_ZIP_ROOT),
    )


def packages_in(folder: Path) -> dict[str, str]:
    """The wheels that are unpacked in `folder`. What Lambda's own runtime has is left out: it may change any day."""
    found = metadata.distributions(path=[str(folder)])
    return {each.metadata["Name"].lower().replace("_", "-"): each.version for each in found}
