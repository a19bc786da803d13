from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.errors import ImageBuildError, InvalidPackageError
from flyte.packages._lock import make_lock
from flyte.packages._recipe import Recipe
from flyte.packages._target import Target
from flyte.packages._uv import UvError
from flyte.protocol.api import Platform
from tests.fakes.uv import FakeUv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TARGET = Target.of(Platform(architecture="arm64", python="3.13", glibc="2.34", packages={"pydantic": "2.14.3"}))


def test_uv_is_asked_for_wheels_of_the_backend_alone() -> None:
    uv = FakeUv()
    make_lock(Recipe("e", requirements=("six",), options=("--prerelease=allow",)), TARGET, uv)
    text = " ".join(uv.calls[0])
    assert "--python-platform aarch64-manylinux_2_34 --python-version 3.13" in text
    assert "--only-binary :all:" in text
    assert "--prerelease=allow" in text


def test_what_the_runner_is_made_of_is_not_packed() -> None:
    assert (
        make_lock(Recipe("e", requirements=("flyte==2", "flyte-lambda", "six")), TARGET, FakeUv()).text == "six==1.0\n"
    )


def test_what_the_runner_brings_in_the_same_version_is_left_out() -> None:
    lock = make_lock(Recipe("e", requirements=("pydantic>=2", "six")), TARGET, FakeUv())
    assert (lock.text, lock.differing) == ("six==1.0\n", ())


def test_where_requirements_contradict_the_runner_they_win_and_it_is_told() -> None:
    uv = FakeUv()
    lock = make_lock(Recipe("e", requirements=("pydantic==2.10.0", "six")), TARGET, uv)
    assert lock.text == "pydantic==2.10.0\nsix==1.0\n"
    assert lock.differing == ("pydantic 2.10.0 (the runner has 2.14.3)",)
    assert uv.verbs == ["compile", "compile"]


def test_a_package_without_a_wheel_is_named_with_the_way_out() -> None:
    with pytest.raises(
        InvalidPackageError, match=r"package pycosat: it has no wheel for linux arm64, Python 3\.13"
    ) as e:
        make_lock(Recipe("e", requirements=("six", "pycosat")), TARGET, FakeUv(without_wheels={"pycosat"}))
    assert "environment e" in str(e.value)
    assert "with_pip_packages('./" in str(e.value)


@pytest.mark.parametrize(
    ("error", "questions"),
    [(UvError(2, "Failed to fetch: https://index/six/"), 1), (UvError(1, "six was not found"), 0)],
)
def test_what_uv_says_is_told(error: UvError, questions: int) -> None:
    def uv(_arguments: Sequence[str], _cwd: Path) -> str:
        raise error

    with pytest.raises(ImageBuildError, match="environment e cannot be had") as told:
        make_lock(Recipe("e", requirements=("six",)), TARGET, uv)
    assert error.words in str(told.value)
    assert str(told.value).count("Is the package index reachable?") == questions


@pytest.mark.parametrize(
    ("words", "package"),
    [
        ("Because all versions of pycosat have no usable wheels and you require pycosat, we can", "pycosat"),
        ("Because numpy==1.21.0 has no usable wheels and you require numpy==1.21.0, we can", "numpy"),
        ("Because torch==1.10.0 has no wheels with a matching Python ABI tag (e.g., `cp313`) and you", "torch"),
        ("Because pywin32>=307 has no wheels with a matching platform tag (e.g., `manylinux`)", "pywin32"),
        ("Because zope.interface==1 has no\n      usable wheels", "zope.interface"),
        ("Because you require a<2 and a==3, we can conclude", None),
    ],
)
def test_the_package_without_a_wheel_is_found_in_what_uv_says(words: str, package: str | None) -> None:
    assert UvError(1, words).package_without_wheel == package
