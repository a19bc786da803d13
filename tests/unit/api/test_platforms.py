from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from functions.api import platforms

if TYPE_CHECKING:
    from pathlib import Path


def test_the_platform_is_that_of_this_process() -> None:
    told = platforms.this_one()
    assert told.python == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert told.system == sys.platform
    assert told.glibc == (platform.libc_ver()[1] if platform.libc_ver()[0] == "glibc" else "")
    assert told.architecture == {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower(), "x86_64")


def test_packages_are_those_beside_the_functions_and_no_others(tmp_path: Path) -> None:
    for name, version in (("typing_extensions", "4.16.0"), ("pydantic", "2.14.3")):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n")
    assert platforms.packages_in(tmp_path) == {"typing-extensions": "4.16.0", "pydantic": "2.14.3"}
