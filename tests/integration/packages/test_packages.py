"""Packages of environments, from the index to tasks that import them in the devbox."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.packages.conftest import Program

pytestmark = pytest.mark.devbox

PLAIN = {"six": "1.17.0", "table": "1,2", "env": "kghere", "number": "3"}
PACKED = [129, 161, 110, 7]


def test_a_run_brings_pure_packages_data_and_variables(program: Program) -> None:
    assert program.outputs("weigh.py", "plain", "--number", "3") == PLAIN


def test_a_native_wheel_is_imported_in_runs_and_deployed_tasks(program: Program) -> None:
    assert program.outputs("weigh.py", "packed", "--number", "7") == PACKED
    deployed = program.flyte("deploy", "weigh.py", "native")
    assert deployed.returncode == 0, deployed.stderr
    assert "numbers:py" in deployed.stdout
    assert program.outputs("deployed-task", "native.packed", "--number", "7") == PACKED
    assert program.outputs("deployed-task", "pure.plain", "--number", "3") == PLAIN


def test_an_unchanged_image_is_neither_resolved_nor_uploaded_again(program: Program) -> None:
    # The cache may be one that outlives the tests.
    (program.folder / "requirements.txt").write_text(f"# {uuid.uuid4()}\nmsgpack==1.2.3\n")
    first = program.flyte("run", "weigh.py", "packed", "--number", "7")
    assert "Resolving the packages of environment native" in first.stderr
    assert "msgpack 1.2.3" in first.stderr
    assert "limit" in first.stderr
    again = program.flyte("run", "weigh.py", "packed", "--number", "8")
    assert again.returncode == 0
    assert "Resolving" not in again.stderr
    assert "limit" not in again.stderr


def test_a_package_without_a_wheel_is_named_with_the_way_out(program: Program) -> None:
    (program.folder / "requirements.txt").write_text("pycosat==0.6.6\n")
    done = program.flyte("deploy", "weigh.py", "native")
    assert done.returncode != 0
    assert "package pycosat: it has no wheel for" in done.stderr
    assert "with_pip_packages(" in done.stderr
