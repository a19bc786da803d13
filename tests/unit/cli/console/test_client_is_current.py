"""The console's client is the one that the API describes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[4] / "console"
GENERATOR = CONSOLE / "node_modules/.bin/openapi-typescript"


@pytest.mark.skipif(not GENERATOR.exists(), reason="the console's packages are not installed: make console")
def test_the_client_is_made_from_the_api_as_it_is() -> None:
    root = CONSOLE.parent
    document = subprocess.run(
        [sys.executable, "-m", "functions.api.openapi"], cwd=root, capture_output=True, check=True
    ).stdout
    made = subprocess.run([GENERATOR], cwd=root, input=document, capture_output=True, check=True).stdout.decode()
    kept = (CONSOLE / "src/api/schema.d.ts").read_text()
    assert made.strip() == kept.strip(), "make it anew: make console-client"
