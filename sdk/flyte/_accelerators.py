"""Accelerators as `Resources(gpu=…)` names them. Lambda has none: tasks that ask for one are refused when deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeviceClass = Literal["GPU", "TPU", "NEURON", "AMD_GPU", "HABANA_GAUDI", "APPLE_SILICON"]


@dataclass(frozen=True, slots=True)
class Device:
    """An accelerator.

    Args:
        quantity: How many.
        device_class: What kind.
        device: Which model, if that matters.
        partition: Which part of one, if not a whole.
    """

    quantity: int
    device_class: DeviceClass
    device: str | None = None
    partition: str | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"quantity={self.quantity}: at least 1")

    @classmethod
    def of(cls, gpu: object) -> Device | None:
        """What `Resources(gpu=…)` says: a `Device`, a number, or text such as `"A100:2"`."""
        if gpu is None or isinstance(gpu, Device):
            return gpu
        if isinstance(gpu, int):
            return cls(gpu, "GPU") if gpu else None
        model, _, quantity = str(gpu).partition(":")
        return cls(int(quantity or 1), _class_of(model), model)


def _class_of(model: str) -> DeviceClass:
    by_prefix: dict[str, DeviceClass] = {
        "Trn": "NEURON",
        "Inf": "NEURON",
        "MI": "AMD_GPU",
        "Gaudi": "HABANA_GAUDI",
        "AppleSilicon": "APPLE_SILICON",
    }
    return next((kind for prefix, kind in by_prefix.items() if model.startswith(prefix)), "GPU")


def GPU(device: str, quantity: int, partition: str | None = None) -> Device:  # noqa: N802 - Flyte's name
    """NVIDIA GPUs of one model."""
    return Device(quantity, "GPU", device, partition)


def TPU(device: str, partition: str | None = None) -> Device:  # noqa: N802 - Flyte's name
    """A TPU, or a part of one."""
    return Device(1, "TPU", device, partition)


def Neuron(device: str) -> Device:  # noqa: N802 - Flyte's name
    """An AWS Neuron device."""
    return Device(1, "NEURON", device)


def AMD_GPU(device: str) -> Device:  # noqa: N802 - Flyte's name
    """An AMD GPU."""
    return Device(1, "AMD_GPU", device)


def HABANA_GAUDI(device: str) -> Device:  # noqa: N802 - Flyte's name
    """A Gaudi accelerator."""
    return Device(1, "HABANA_GAUDI", device)


def APPLE_SILICON() -> Device:  # noqa: N802 - Flyte's name
    """The GPU of an Apple chip."""
    return Device(1, "APPLE_SILICON", "AppleSilicon")
