"""Every error that this package raises, and the classes that a failed action is reported as.

Grouped by what happens next: a user's error is retried by the task's own policy, a system's error by the backend.

BaseRuntimeError(RuntimeError)          code · kind · worker
├── RuntimeUserError                    the program, its input or its use is at fault
│   ├── NonRecoverableError             never retried, whatever the policy says
│   ├── CustomError                     a code of the user's own
│   ├── OOMError                        more memory than the task's resources give
│   ├── TaskTimeoutError
│   │   ├── MaxRuntimeExceededError     one attempt took too long
│   │   ├── MaxQueuedTimeExceededError  it waited too long for its first attempt
│   │   └── DeadlineExceededError       all attempts and waits together took too long
│   ├── RetriesExhaustedError · TaskInterruptedError · ActionAbortedError · WorkerCrashedError
│   ├── InlineIOMaxBytesBreached · RuntimeDataValidationError · RestrictedTypeError
│   ├── ParameterMaterializationError
│   ├── RemoteTaskNotFoundError · RemoteTaskUsageError
│   ├── RunAlreadyExistsError
│   ├── DeploymentError · CodeBundleError · ModuleLoadError · InvalidPackageError
│   ├── ImageBuildError · InvalidImageNameError · ImagePullBackOffError · PrimaryContainerNotFoundError
│   ├── NotInTaskContextError · TraceDoesNotAllowNestedTasksError
│   ├── SyncTaskCallInAsyncContextError · OnlyAsyncIOSupportedError
│   ├── NotSupportedError               Lambda cannot do it
│   ├── GPUFaultUserError               (also a GPUFaultError)
│   ├── AppleSiliconError               kept for programs that name it: Lambda has no Macs
│   │   ├── AppleSiliconNotAvailableError · AppleSiliconHostExecFailedError · AppleSiliconModelNotFoundError
│   │   └── AppleSiliconDaemonStartFailedError · AppleSiliconDaemonOOMError · AppleSiliconBridgeUnreachableError
│   ├── SlowDownError
│   │   └── ResourceExhaustedError
│   └── ConditionAlreadyExistsError · ConditionFailedError · ConditionNotFoundError · ConditionTimedoutError
├── RuntimeSystemError                  the backend is at fault, or cannot be reached
│   ├── GPUFaultSystemError             (also a GPUFaultError)
│   └── UnionRpcError
├── RuntimeUnknownError                 nobody can tell
├── InitializationError                 flyte.init was not called, or its configuration is unusable
├── GPUFaultError                       kept for programs that name it: Lambda has no GPUs
└── LogsNotYetAvailableError
ActionNotFoundError(RuntimeError)

Names, parameters, codes and kinds are Flyte 2.12's; `WorkerCrashedError`, `RunAlreadyExistsError` and
`NotSupportedError` are this backend's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NoReturn

if TYPE_CHECKING:
    from ._device_errors import *  # noqa: F403 - loaded when first used, see the end

ErrorKind = Literal["system", "unknown", "user"]


class BaseRuntimeError(RuntimeError):
    """The root of the tree.

    Args:
        code: A stable word for programs: the name of the class, or of the user's exception class.
        kind: Whose fault it is: `user`, `system` or `unknown`.
        root_cause_message: What happened, to what, and what to do.
        worker: The worker that it happened in, where one is known.
    """

    def __init__(self, code: str, kind: ErrorKind, root_cause_message: str, worker: str | None = None) -> None:
        super().__init__(root_cause_message)
        self.code = code
        self.kind = kind
        self.worker = worker

    def _raised(self, _: Any) -> NoReturn:
        """Calculating with a failure that `flyte.map` gave as a value tells the failure, and not that types differ."""
        raise self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _raised
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _raised


class RuntimeUserError(BaseRuntimeError):
    """The program, its input or its use is at fault. A child's exception reaches its parent as this."""

    def __init__(self, code: str, message: str, worker: str | None = None) -> None:
        super().__init__(code, "user", message, worker)


class RuntimeSystemError(BaseRuntimeError):
    """The backend is at fault, refused the caller, or cannot be reached."""

    def __init__(self, code: str, message: str, worker: str | None = None) -> None:
        super().__init__(code, "system", message, worker)


class RuntimeUnknownError(BaseRuntimeError):
    """A failure whose cause nobody can tell."""

    def __init__(self, code: str, message: str, worker: str | None = None) -> None:
        super().__init__(code, "unknown", message, worker)


class UnionRpcError(RuntimeSystemError):
    """A call to the backend went wrong."""


class InitializationError(BaseRuntimeError):
    """`flyte.init` was not called, or what it was given cannot be used."""


class _NamedUserError(RuntimeUserError):
    """A user error whose code is its class's name, or the word that Flyte has for it."""

    _code = ""

    def __init__(self, message: str) -> None:
        super().__init__(self._code or type(self).__name__, message)


class LogsNotYetAvailableError(BaseRuntimeError):
    """The action has not started, so that it has no log lines."""

    def __init__(self, message: str) -> None:
        super().__init__("LogsNotYetAvailable", "system", message)


class ActionNotFoundError(RuntimeError):
    """No action of that name in that run."""


class NonRecoverableError(RuntimeUserError):
    """Raised by a task that must not be retried."""

    def __init__(self, message: str, code: str = "NonRecoverableError") -> None:
        super().__init__(code, message)


class CustomError(RuntimeUserError):
    """A user error with a code of the user's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)

    @classmethod
    def from_exception(cls, error: Exception) -> CustomError:
        """The same failure with the exception's class name as code."""
        made = cls(type(error).__name__, str(error))
        made.__cause__ = error
        return made


class OOMError(RuntimeUserError):
    """The task needed more memory than its resources give."""


class WorkerCrashedError(RuntimeUserError):
    """The process that ran the task ended without an answer: a signal, `os._exit`, a crash of the interpreter."""


class TaskTimeoutError(RuntimeUserError):
    """A bound of the task's `timeout` was passed."""

    def __init__(self, message: str, code: str = "TaskTimeoutError") -> None:
        super().__init__(code, message)


class MaxRuntimeExceededError(TaskTimeoutError):
    """One attempt ran longer than `max_runtime`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "MaxRuntimeExceededError")


class MaxQueuedTimeExceededError(TaskTimeoutError):
    """The action waited longer than `max_queued_time` for its first attempt."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "MaxQueuedTimeExceededError")


class DeadlineExceededError(TaskTimeoutError):
    """All attempts and waits together took longer than `deadline`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "DeadlineExceededError")


class RetriesExhaustedError(RuntimeUserError):
    """The last retry failed too."""


class TaskInterruptedError(RuntimeUserError):
    """The task was interrupted from outside."""


class PrimaryContainerNotFoundError(RuntimeUserError):
    """A pod template without its primary container (Kubernetes only; kept for programs that name it)."""


class InvalidImageNameError(RuntimeUserError):
    """An image's name is not usable (kept for programs that name it)."""


class ImagePullBackOffError(RuntimeUserError):
    """An image could not be pulled (kept for programs that name it)."""


class NotInTaskContextError(RuntimeUserError):
    """Something that only works inside a running task was used outside of one."""


class ActionAbortedError(_NamedUserError):
    """The action was aborted."""


class SyncTaskCallInAsyncContextError(_NamedUserError):
    """A blocking call of a task inside async code (this backend allows it; kept for programs that name it)."""


class OnlyAsyncIOSupportedError(_NamedUserError):
    """Another async library than asyncio was used."""


class TraceDoesNotAllowNestedTasksError(_NamedUserError):
    """A task was called inside a function with `@flyte.trace`."""


class InlineIOMaxBytesBreached(_NamedUserError):  # noqa: N818 - Flyte's name
    """All inputs or all outputs of an action together exceed its `max_inline_io_bytes`."""


class RestrictedTypeError(_NamedUserError):
    """A type that cannot be an input or an output."""

    _code = "RestrictedTypeUsage"


class ParameterMaterializationError(_NamedUserError):
    """A parameter's value could not be made."""


class RemoteTaskNotFoundError(_NamedUserError):
    """No task of that name and version is deployed."""

    CODE = "RemoteTaskNotFoundError"


class RemoteTaskUsageError(_NamedUserError):
    """A deployed task was called in a way that it does not allow."""

    CODE = "RemoteTaskUsageError"


class NotSupportedError(_NamedUserError):
    """Something of Flyte's that Lambda cannot do; the message says what to do instead."""


class RunAlreadyExistsError(_NamedUserError):
    """A run of that name exists already in the project and domain."""


class DeploymentError(_NamedUserError):
    """An environment cannot be deployed."""


class CodeBundleError(_NamedUserError):
    """The user's code cannot be bundled, or the bundle cannot be used."""


class ModuleLoadError(_NamedUserError):
    """The user's file cannot be imported."""


class ImageBuildError(_NamedUserError):
    """An environment's dependencies cannot be made into an artifact."""


class InvalidPackageError(RuntimeUserError):
    """A package cannot be had for Lambda's platform."""

    def __init__(self, package_name: str, original_error: str) -> None:
        super().__init__("InvalidPackageError", f"package {package_name}: {original_error}")
        self.package_name = package_name
        self.original_error = original_error


class SlowDownError(_NamedUserError):
    """A limit on the rate of requests was passed."""

    _code = "SlowDownError"


class ResourceExhaustedError(SlowDownError):
    """A quota is used up."""


class ConditionAlreadyExistsError(_NamedUserError):
    """A condition of that name exists already in the run."""


class ConditionFailedError(_NamedUserError):
    """A condition ended without a value."""


class ConditionNotFoundError(_NamedUserError):
    """No condition of that name is in the run."""


class ConditionTimedoutError(_NamedUserError):
    """Nobody signalled the condition in time."""


class RuntimeDataValidationError(RuntimeUserError):
    """A value does not fit its annotation.

    Args:
        var: The input or output, with the path within it, such as `config.layers[3].size`.
        e: What is wrong with it.
        task_name: The task, as `environment.function`.
    """

    def __init__(self, var: str, e: Exception | str, task_name: str = "") -> None:
        where = f"{task_name}: {var}" if task_name else var
        super().__init__("DataValidationError", f"{where}: {e}")
        self.var = var


_CODED = {"DataValidationError": RuntimeDataValidationError, "RestrictedTypeUsage": RestrictedTypeError}
"""Codes of Flyte's that are not the name of their class. In records of older versions they are the class's name."""


def error_class(code: str) -> type[BaseRuntimeError] | None:
    """The class of this module that `code` names, if there is one."""
    found = _CODED.get(code) or globals().get(code)
    if found is None and code.startswith("APPLE_SILICON_"):
        from ._device_errors import APPLE_SILICON_ERRORS_BY_CODE as BY_CODE

        found = BY_CODE.get(code)
    return found if isinstance(found, type) and issubclass(found, BaseRuntimeError) else None


def rebuild(code: str, kind: ErrorKind, message: str) -> BaseRuntimeError:
    """The error that a failed action is reported as: of the class that `code` names, else by `kind`."""
    cls = error_class(code)
    if cls is not None and issubclass(cls, RuntimeUserError) and cls is not InvalidPackageError:
        made = cls.__new__(cls)
        RuntimeUserError.__init__(made, code, message)
        return made
    by_kind: dict[str, type[RuntimeUserError | RuntimeSystemError | RuntimeUnknownError]] = {
        "user": RuntimeUserError,
        "system": RuntimeSystemError,
    }
    return by_kind.get(kind, RuntimeUnknownError)(code, message)


def __getattr__(name: str) -> Any:
    """Errors of devices that Lambda has none of load when a program names them."""
    if not name.startswith("_"):
        from . import _device_errors

        if name in _device_errors.__all__:
            return getattr(_device_errors, name)
    raise AttributeError(f"module 'flyte.errors' has no attribute {name!r}")


def __dir__() -> list[str]:
    from . import _device_errors

    return sorted({*globals(), *_device_errors.__all__})
