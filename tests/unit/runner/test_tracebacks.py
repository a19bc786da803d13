"""Users see their own frames, also where this package is imported through a symbolic link."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SDK = Path(__file__).resolve().parents[3] / "sdk"
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from flyte.runtime.residue import Baseline
from flyte.runtime.tracebacks import user_traceback
try:
    Baseline(5)
except TypeError as error:
    print(user_traceback(error))
"""


def test_frames_of_a_package_behind_a_symbolic_link_are_cut_away(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(SDK)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "link")], capture_output=True, text=True, check=True
    )
    assert 'program.py", line' in done.stdout
    assert "residue.py" not in done.stdout
