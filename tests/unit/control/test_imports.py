from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import json, sys
import functions.control.backend
control = sorted(sys.modules)
import functions.api.application
print(json.dumps([control, sorted(sys.modules)]))
"""


def test_control_knows_nothing_of_http_and_the_api_loads_nothing_that_it_does_not_need() -> None:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "sdk")])
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": paths}, capture_output=True, check=True, text=True
    )
    control, api = ({name.partition(".")[0] for name in loaded} for loaded in json.loads(ran.stdout))
    assert "aws_lambda_powertools" not in control
    assert not {"cloudpickle", "jsonschema", "click", "rich", "yaml", "docstring_parser"} & api
