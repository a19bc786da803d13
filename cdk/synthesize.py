"""Writes the kept template: `python -m cdk.synthesize [FILE]`, from the repository's root, in the CDK's environment.

The same source gives the same bytes: keys are sorted, and nothing of the CDK, Node or this machine is named.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent / "template" / "flyte.template.json"
NODE_MAJOR = 20


def main(arguments: list[str]) -> int:
    """Synthesizes to the file named, by default the kept one. Returns the exit code."""
    problem = node_problem()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    target = Path(arguments[0]) if arguments else TEMPLATE
    target.write_text(synthesize(), encoding="utf-8")
    return 0


def node_problem() -> str | None:
    """What keeps the CDK from running here, or None. The CDK's libraries run in Node."""
    node = shutil.which("node")
    how = (
        f"The CDK needs Node {NODE_MAJOR} or newer to synthesize the template; deploying the kept template needs none."
    )
    if node is None:
        return f"node was not found on PATH. {how}"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - found on PATH
    if int(version.lstrip("v").split(".")[0]) < NODE_MAJOR:
        return f"{node} is Node {version}. {how}"
    return None


def synthesize() -> str:
    """The template as sorted, indented JSON."""
    from cdk.app import build  # noqa: PLC0415 - starts Node, which `node_problem` looks for first

    with tempfile.TemporaryDirectory() as outdir:
        assembly = build(outdir).synth()
        template = assembly.stacks[0].template
    return json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
