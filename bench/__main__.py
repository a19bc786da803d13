"""Prints the table of speed. `--pairs N` takes more pairs; the exit code is 1 if a target is missed."""

from __future__ import annotations

import argparse
import itertools
import sys

from . import bundles, codecs, devbox, fanout, lists, local_calls, package, processes, runner, transfers, waiting
from .measure import Row


def main() -> int:
    """Measures everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11)
    pairs = parser.parse_args().pairs
    print(f"{'what':58} {'measured':>12} {'ratio':>7}  {'target':9} {'holds':5} reference")
    missed = False
    for row in itertools.chain(
        package.rows(),
        bundles.rows(pairs),
        codecs.rows(pairs),
        processes.rows(pairs),
        runner.rows(pairs),
        lists.rows(pairs),
        local_calls.rows(),
        devbox.rows(pairs),
        fanout.rows(),
        waiting.rows(),
        transfers.rows(),
    ):
        print(_line(row), flush=True)
        missed = missed or not row.holds
    return 1 if missed else 0


def _line(row: Row) -> str:
    measured = f"{row.measured:.1f} {row.unit}" if row.unit else f"{row.measured:.0f}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
    return f"{row.what:58} {measured:>12} {ratio:>7}  {row.target:9} {'yes' if row.holds else 'NO':5} {row.reference}"


if __name__ == "__main__":
    sys.exit(main())
