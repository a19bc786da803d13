"""What a task asks of the machine that it runs on, and the memory tier that gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._expect import expect

if TYPE_CHECKING:
    from ._accelerators import Device

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_QUANTITY = re.compile(r"^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|K|M|G|T|)$")


@dataclass(frozen=True)
class Resources:
    """Requests of a task. On Lambda, cpu and memory choose the memory tier; of a pair, the larger counts.

    Args:
        cpu: Virtual CPUs: `1`, `0.5`, `"500m"`, or a pair.
        memory: Bytes with a unit: `"512Mi"`, `"4Gi"`, or a pair.
        gpu: Not to be had on Lambda: refused when the task is deployed or run there.
        disk: Temporary storage, such as `"10Gi"`, which is all that Lambda has and what every task gets.
        shm: Accepted; Lambda has no setting for it.
    """

    cpu: Any = None
    memory: Any = None
    gpu: Any = None
    disk: str | None = None
    shm: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.cpu, tuple) and len(self.cpu) != 2:
            raise ValueError(f"cpu={self.cpu!r}: a pair is (request, limit)")
        if isinstance(self.memory, tuple) and len(self.memory) != 2:
            raise ValueError(f"memory={self.memory!r}: a pair is (request, limit)")
        self.cpu_count()
        self.memory_bytes()
        expect("disk", self.disk, str)
        expect("shm", self.shm, str)
        self.disk_bytes()

    def cpu_count(self) -> float | None:
        """Virtual CPUs asked for, the larger of a pair."""
        return _largest(self.cpu, _cpus)

    def memory_bytes(self) -> int | None:
        """Bytes asked for, the larger of a pair."""
        found = _largest(self.memory, _memory)
        return None if found is None else int(found)

    def disk_bytes(self) -> int | None:
        """Bytes of temporary storage asked for."""
        return None if self.disk is None else _amount("disk", self.disk)

    def get_device(self) -> Device | None:
        """The accelerator asked for."""
        from ._accelerators import Device

        return Device.of(self.gpu)

    def get_shared_memory(self) -> str | None:
        """The size of shared memory asked for; empty where it is automatic."""
        return "" if self.shm == "auto" else self.shm


def _largest(value: Any, read: Any) -> float | None:
    if value is None:
        return None
    return max(read(part) for part in value) if isinstance(value, tuple) else float(read(value))


def _memory(value: Any) -> int:
    if not isinstance(value, str):
        raise TypeError(f"memory={value!r}: text with a unit, such as '512Mi'")
    return _amount("memory", value)


def _amount(name: str, value: str) -> int:
    try:
        found = quantity_bytes(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if not found:
        raise ValueError(f"{name}={value!r}: more than nothing")
    return found


def _cpus(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"cpu={value!r}: a number, or text such as '500m'")
    text = str(value)
    try:
        found = float(text[:-1]) / 1000 if text.endswith("m") else float(text)
    except ValueError:
        raise ValueError(f"cpu={value!r}: a number, or text such as '500m'") from None
    if found <= 0:
        raise ValueError(f"cpu={value!r}: more than nothing")
    return found


def quantity_bytes(value: Any) -> int:
    """Bytes of a Kubernetes quantity such as `512Mi`.

    Raises:
        ValueError: It is not written like one.
    """
    match = _QUANTITY.match(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is no amount of bytes: write it as '512Mi' or '4Gi'")
    return int(float(match[1]) * _UNITS[match[2]])
