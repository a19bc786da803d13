"""`python -m tests.conformance FOLDER [--mode …]`: every mode's failures must be exactly the lines of `not_yet.txt`.

The list only ever shrinks: a case that fails without being on it is an error, and so is one that passes and still is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

NOT_YET = Path(__file__).with_name("not_yet.txt")
BIN = Path(sys.executable).parent
MODES = ("local", "devbox", "deployed")


def expected_failures(mode: str) -> set[str]:
    """Ids of cases that are not expected to pass yet in this mode."""
    lines = (line.split("#")[0].split() for line in NOT_YET.read_text().splitlines())
    return {words[1] for words in lines if words and words[0] == mode}


def run_mode(folder: Path, mode: str, jobs: int, config: Path | None) -> list[str]:
    """Runs one mode and gives complaints, none if all is as expected."""
    with tempfile.TemporaryDirectory(prefix="conformance-results-") as scratch:
        results = Path(scratch) / "results.json"
        argv = [sys.executable, str(folder / "run.py"), "--flyte", str(BIN / "flyte"), "--python", sys.executable]
        argv += ["--mode", mode, "--jobs", str(jobs), "--json", str(results)]
        if config is not None:
            argv += ["--config", str(config)]
        subprocess.run(argv, check=False, cwd=scratch)
        rows = json.loads(results.read_text())
    failed = {row["id"] for row in rows if row["status"] == "failed"}
    passed = {row["id"] for row in rows if row["status"] == "passed"}
    expected = expected_failures(mode)
    print(f"{mode}: {len(passed)} passed, {len(failed)} failed, {len(expected)} expected to fail", flush=True)
    fresh = [f"{mode} {case}: fails, and is not in {NOT_YET.name}" for case in sorted(failed - expected)]
    healed = [f"{mode} {case}: passes, take it out of {NOT_YET.name}" for case in sorted(passed & expected)]
    return fresh + healed


def main() -> int:
    """Runs the modes asked for; 1 if one of them is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mode", choices=MODES, action="append", help="default: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    chosen = parser.parse_args()
    modes = chosen.mode or list(MODES)
    folder = chosen.folder.resolve()
    complaints: list[str] = []
    if "local" in modes:
        complaints += run_mode(folder, "local", chosen.jobs, None)
    remote = [mode for mode in modes if mode != "local"]
    if remote:
        from tests.devbox_fixture import running_devbox

        with running_devbox() as devbox:
            for mode in remote:
                complaints += run_mode(folder, mode, chosen.jobs, devbox.config)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
