"""The command's click group. It is another package, which what runs tasks has not: there the group is refused by name.

So a program that calls it below `if __name__ == "__main__"` may import it at its top.
"""

from __future__ import annotations

from typing import Any

from flyte._unsupported import unsupported

main: Any
try:
    from flyte_cli.root import flyte as main
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in {"click", "flyte_cli"}:
        raise
    main = unsupported("flyte.cli.main", "the command is not there where tasks run: call flyte.run and flyte.remote")
