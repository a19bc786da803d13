"""The table of an artifact's packages: what takes the room, shown before it is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte.protocol import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._wheels import InstalledPackage

SHOWN = 10
_BYTES_PER_MB = 1000 * 1000


def size_table(title: str, packages: Sequence[InstalledPackage], unpacked_bytes: int) -> str:
    """The largest packages, all others in one line, the total, the limit.

    Args:
        title: The first line.
        packages: The largest first.
        unpacked_bytes: Of the whole artifact: what is in no package counts too.
    """
    rows = [(f"{package.name} {package.version}", package.size_bytes) for package in packages[:SHOWN]]
    rest = unpacked_bytes - sum(size for _, size in rows)
    others = len(packages) - len(packages[:SHOWN])
    if others or rest:
        rows.append((f"{others} others" if others else "other files", rest))
    limit = limits.DEPENDENCY_ARTIFACT_UNPACKED_BYTES
    rows += [("total, unpacked", unpacked_bytes), ("limit", limit)]
    width = max(len(name) for name, _ in rows)
    numbers = [f"{size / _BYTES_PER_MB:,.1f} MB" for _, size in rows]
    digits = max(map(len, numbers))
    lines = [f"  {name:<{width}}  {number:>{digits}}" for (name, _), number in zip(rows, numbers, strict=True)]
    return "\n".join([title, *lines])
