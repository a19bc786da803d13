"""What a program that cannot be imported says to do about it."""

from __future__ import annotations

import pytest

from flyte.protocol.tasks import Loader, TaskSpec
from flyte.runtime.action import import_failure


@pytest.mark.parametrize(
    ("module", "missing", "hint"),
    [
        ("src.shop.main", "shop", "--root-dir src."),
        ("src.shop.main", "shop.prices", "--root-dir src."),
        ("services/web/src/shop/main".replace("/", "."), "shop", "--root-dir services/web/src."),
        ("src.shop.main", "numpy", "with_pip_packages"),
        ("shop.main", "shop.prices", "with_pip_packages"),
        ("main", "numpy", "with_pip_packages"),
    ],
)
def test_a_module_that_is_not_found_has_a_hint(module: str, missing: str, hint: str) -> None:
    spec = TaskSpec(name="e.t", environment="e", version="v1", loader=Loader(module=module, attribute="t"))
    failed = import_failure(ModuleNotFoundError(f"No module named {missing!r}", name=missing), spec)
    assert failed.code == "ModuleNotFoundError"
    assert hint in failed.message
    assert ("--root-dir" in failed.message) == ("--root-dir" in hint)
