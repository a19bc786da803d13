"""Errors of devices that Lambda has none of, GPUs and Apple's chips, for programs that name them in `flyte.errors`."""

from __future__ import annotations

from typing import Any, ClassVar

from .errors import BaseRuntimeError, ErrorKind, RuntimeSystemError, RuntimeUserError

__all__ = [
    "APPLE_SILICON_ERRORS_BY_CODE",
    "GPU_FAULT_CODES",
    "AppleSiliconBridgeUnreachableError",
    "AppleSiliconDaemonOOMError",
    "AppleSiliconDaemonStartFailedError",
    "AppleSiliconError",
    "AppleSiliconHostExecFailedError",
    "AppleSiliconModelNotFoundError",
    "AppleSiliconNotAvailableError",
    "GPUFaultError",
    "GPUFaultSystemError",
    "GPUFaultUserError",
]

GPU_FAULT_CODES = (
    "GpuXidError",
    "GpuFallenOffBus",
    "GpuEccUncorrectable",
    "GpuRowRemapPending",
    "GpuNvlinkError",
    "GpuGspError",
)
_FAULT_FIELDS = (
    "fault_kind",
    "fault_code",
    "fault_name",
    "severity",
    "gpu_uuid",
    "gpu_index",
    "node",
    "pci_bus_id",
    "process",
)


class GPUFaultError(BaseRuntimeError):
    """A fault of a GPU.

    Args:
        code: One of `GPU_FAULT_CODES`.
        kind: Whose fault it is.
        message: What happened.
        worker: Where it happened.
        **fault: What is known of it: `fault_kind`, `fault_code`, `severity`, `gpu_uuid`, `gpu_index` and the like.
    """

    fault_kind: str | None
    fault_code: int | None

    def __init__(self, code: str, kind: ErrorKind, message: str, worker: str | None = None, **fault: Any) -> None:
        BaseRuntimeError.__init__(self, code, kind, message, worker)
        if unknown := fault.keys() - set(_FAULT_FIELDS):
            raise TypeError(f"a GPU fault has no field {min(unknown)!r}; the fields are: {', '.join(_FAULT_FIELDS)}")
        for name in _FAULT_FIELDS:
            setattr(self, name, fault.get(name))

    @property
    def xid(self) -> int | None:
        """The number of a GPU's own fault (`fault_kind="xid"`)."""
        return self.fault_code if self.fault_kind == "xid" else None

    @property
    def sxid(self) -> int | None:
        """The number of a switch's fault (`fault_kind="sxid"`)."""
        return self.fault_code if self.fault_kind == "sxid" else None


class GPUFaultUserError(GPUFaultError, RuntimeUserError):
    """A fault of a GPU that the program caused."""

    def __init__(self, code: str, message: str, worker: str | None = None, **fault: Any) -> None:
        GPUFaultError.__init__(self, code, "user", message, worker, **fault)


class GPUFaultSystemError(GPUFaultError, RuntimeSystemError):
    """A fault of the GPU itself."""

    def __init__(self, code: str, message: str, worker: str | None = None, **fault: Any) -> None:
        GPUFaultError.__init__(self, code, "system", message, worker, **fault)


class AppleSiliconError(RuntimeUserError):
    """A task with `Resources(gpu="AppleSilicon")` did not get its chip.

    Args:
        message: What happened.
        worker: Where it happened.
    """

    code_name: ClassVar[str] = "APPLE_SILICON_ERROR"
    recoverable: ClassVar[bool] = True
    """Whether the task's retries apply."""

    def __init__(self, message: str, worker: str | None = None) -> None:
        super().__init__(self.code_name, message, worker)


class AppleSiliconNotAvailableError(AppleSiliconError):
    """There is no such chip where the task runs."""

    code_name = "APPLE_SILICON_NOT_AVAILABLE"
    recoverable = False


class AppleSiliconHostExecFailedError(AppleSiliconError):
    """The task could not be started on the Mac itself."""

    code_name = "APPLE_SILICON_HOST_EXEC_FAILED"
    recoverable = False


class AppleSiliconDaemonStartFailedError(AppleSiliconError):
    """The Mac's own helper process did not start."""

    code_name = "APPLE_SILICON_DAEMON_START_FAILED"
    recoverable = False


class AppleSiliconDaemonOOMError(AppleSiliconError):
    """The process on the Mac ran out of memory."""

    code_name = "APPLE_SILICON_DAEMON_OOM"


class AppleSiliconModelNotFoundError(AppleSiliconError):
    """The model to serve is not there, or cannot be loaded."""

    code_name = "APPLE_SILICON_MODEL_NOT_FOUND"
    recoverable = False


class AppleSiliconBridgeUnreachableError(AppleSiliconError):
    """The Mac could not be reached from the container."""

    code_name = "APPLE_SILICON_BRIDGE_UNREACHABLE"


APPLE_SILICON_ERRORS_BY_CODE: dict[str, type[AppleSiliconError]] = {
    each.code_name: each
    for each in (
        AppleSiliconNotAvailableError,
        AppleSiliconHostExecFailedError,
        AppleSiliconDaemonStartFailedError,
        AppleSiliconDaemonOOMError,
        AppleSiliconModelNotFoundError,
        AppleSiliconBridgeUnreachableError,
    )
}

for _name in __all__:
    if isinstance(_class := globals()[_name], type):
        _class.__module__ = "flyte.errors"  # where programs and tracebacks name it
