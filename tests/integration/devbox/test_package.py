"""The functions' package as it is really made: with wheels for Lambda, from a checkout and from an installed wheel."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flyte_cli.backend import package
from flyte_cli.backend.package import MAX_PACKAGE_BYTES, Target

REPOSITORY = Path(__file__).parents[3]
COMMAND = ("-m", "flyte_cli.backend.package", "--architecture", "arm64", "--python", "3.13")


def test_the_command_builds_a_package_for_arm64_on_any_machine(tmp_path: Path) -> None:
    output = tmp_path / "out" / "functions.zip"

    done = subprocess.run(
        [sys.executable, *COMMAND, "--output", output],
        env={**os.environ, "FLYTE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert hashlib.sha256(output.read_bytes()).hexdigest() in done.stdout
    assert output.stat().st_size <= MAX_PACKAGE_BYTES
    with zipfile.ZipFile(output) as built:
        names = set(built.namelist())
    assert {"flyte/__init__.py", "functions/__init__.py", "pydantic/__init__.py"} <= names
    assert any("cp313-aarch64" in name or "cpython-313-aarch64" in name for name in names)
    assert not [name for name in names if name.endswith(".pyc") or "/tests/" in name]


def test_two_builds_from_nothing_give_the_same_bytes(tmp_path: Path) -> None:
    target = Target.of_lambda("x86_64", "3.12")
    built = [package.build(target, tmp_path / name, progress=lambda _: None) for name in ("one", "two")]

    assert built[0].name == built[1].name
    assert built[0].read_bytes() == built[1].read_bytes()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with this project's wheel in it, as pip would unpack it."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_an_installed_wheel_builds_the_same_package_as_the_checkout(installed: Path, tmp_path: Path) -> None:
    cache = tmp_path / "home/cache"
    of_checkout = package.build(Target.of_this_machine(), cache, progress=lambda _: None)
    program = (
        "from pathlib import Path; import flyte_cli; from flyte_cli.backend import package;"
        f"assert flyte_cli.__file__.startswith({str(installed)!r});"
        f"print(package.build(package.Target.of_this_machine(), Path({str(cache)!r})))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(done.stdout.strip()) == of_checkout


def test_an_installed_wheel_holds_all_that_a_devbox_is_made_of(installed: Path) -> None:
    assets = installed / "flyte_cli/backend/assets"

    for name in ("flyte.template.json", "functions.txt", "devbox.txt", "functions/__init__.py"):
        assert (assets / name).is_file()
    assert (installed / "flyte_cli/devbox/emulator/__main__.py").is_file()
