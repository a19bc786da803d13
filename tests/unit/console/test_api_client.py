"""The console's client is made from the API's own description, and is the one that is made from it today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GENERATOR = ROOT / "console/node_modules/.bin/openapi-typescript"
KEPT = ROOT / "console/src/api/schema.d.ts"


@pytest.mark.skipif(not GENERATOR.exists(), reason="the console's packages are not installed: make console")
def test_the_client_is_current(tmp_path: Path) -> None:
    described = subprocess.run(
        [sys.executable, "-m", "functions.api.openapi"], cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    document, made = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    document.write_bytes(described.stdout)
    subprocess.run([GENERATOR, document, "--output", made], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert made.read_text() == KEPT.read_text(), "make it anew: make console-client"
