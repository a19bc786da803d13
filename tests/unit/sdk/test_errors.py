"""The classes of `flyte.errors` as programs meet them: what they are made with, are caught as, and say of themselves.

Source of the table: Flyte 2.12.1's own classes, asked. Texts are this package's own.
"""

from __future__ import annotations

import pickle

import pytest

import flyte
from flyte import errors
from flyte.runtime.execution import failure


@flyte.TaskEnvironment("errors").task
async def _task() -> None: ...


NAMED_BY_CLASS = (
    "ActionAbortedError",
    "CodeBundleError",
    "ConditionAlreadyExistsError",
    "ConditionFailedError",
    "ConditionNotFoundError",
    "ConditionTimedoutError",
    "DeploymentError",
    "ImageBuildError",
    "InlineIOMaxBytesBreached",
    "ModuleLoadError",
    "NonRecoverableError",
    "OnlyAsyncIOSupportedError",
    "ParameterMaterializationError",
    "RemoteTaskNotFoundError",
    "RemoteTaskUsageError",
    "SlowDownError",
    "SyncTaskCallInAsyncContextError",
    "TaskTimeoutError",
    "TraceDoesNotAllowNestedTasksError",
)
CODED_BY_THE_CALLER = (
    "ImagePullBackOffError",
    "InvalidImageNameError",
    "NotInTaskContextError",
    "OOMError",
    "PrimaryContainerNotFoundError",
    "RetriesExhaustedError",
    "RuntimeUserError",
    "TaskInterruptedError",
)
APPLE = {
    "AppleSiliconBridgeUnreachableError": ("APPLE_SILICON_BRIDGE_UNREACHABLE", True),
    "AppleSiliconDaemonOOMError": ("APPLE_SILICON_DAEMON_OOM", True),
    "AppleSiliconDaemonStartFailedError": ("APPLE_SILICON_DAEMON_START_FAILED", False),
    "AppleSiliconHostExecFailedError": ("APPLE_SILICON_HOST_EXEC_FAILED", False),
    "AppleSiliconModelNotFoundError": ("APPLE_SILICON_MODEL_NOT_FOUND", False),
    "AppleSiliconNotAvailableError": ("APPLE_SILICON_NOT_AVAILABLE", False),
}
TABLE = {
    **{name: (("what",), name, "user", "RuntimeUserError") for name in NAMED_BY_CLASS},
    **dict.fromkeys(CODED_BY_THE_CALLER, (("Code", "what"), "Code", "user", "BaseRuntimeError")),
    **{name: (("what",), code, "user", "AppleSiliconError") for name, (code, _) in APPLE.items()},
    "AppleSiliconError": (("what",), "APPLE_SILICON_ERROR", "user", "RuntimeUserError"),
    "BaseRuntimeError": (("Code", "system", "what"), "Code", "system", "RuntimeError"),
    "CustomError": (("Code", "what"), "Code", "user", "RuntimeUserError"),
    "DeadlineExceededError": (("what",), "DeadlineExceededError", "user", "TaskTimeoutError"),
    "GPUFaultError": (("Code", "user", "what"), "Code", "user", "BaseRuntimeError"),
    "GPUFaultSystemError": (("Code", "what"), "Code", "system", "GPUFaultError"),
    "GPUFaultUserError": (("Code", "what"), "Code", "user", "GPUFaultError"),
    "InitializationError": (("Code", "user", "what"), "Code", "user", "BaseRuntimeError"),
    "LogsNotYetAvailableError": (("what",), "LogsNotYetAvailable", "system", "BaseRuntimeError"),
    "MaxQueuedTimeExceededError": (("what",), "MaxQueuedTimeExceededError", "user", "TaskTimeoutError"),
    "MaxRuntimeExceededError": (("what",), "MaxRuntimeExceededError", "user", "TaskTimeoutError"),
    "ResourceExhaustedError": (("what",), "SlowDownError", "user", "SlowDownError"),
    "RestrictedTypeError": (("what",), "RestrictedTypeUsage", "user", "RuntimeUserError"),
    "RuntimeSystemError": (("Code", "what"), "Code", "system", "BaseRuntimeError"),
    "RuntimeUnknownError": (("Code", "what"), "Code", "unknown", "BaseRuntimeError"),
    "UnionRpcError": (("Code", "what"), "Code", "system", "RuntimeSystemError"),
}
"""A class: what it is made with, its code and kind, and a class that it is caught as."""


@pytest.mark.parametrize("name", TABLE)
def test_an_error_has_the_code_kind_and_base_of_flytes(name):
    given, code, kind, base = TABLE[name]
    made = getattr(errors, name)(*given)
    assert (made.code, made.kind, str(made), made.worker) == (code, kind, "what", None)
    assert base in {each.__name__ for each in type(made).__mro__}


def test_every_class_is_in_the_table_but_those_that_are_tested_apart():
    classes = {
        name
        for name in dir(errors)
        if isinstance(value := getattr(errors, name), type)
        and issubclass(value, Exception)
        and not name.startswith("_")
    }
    ours = {"NotSupportedError", "RunAlreadyExistsError", "WorkerCrashedError"}
    apart = {"ActionNotFoundError", "InvalidPackageError", "RuntimeDataValidationError"}
    assert classes - ours - apart == set(TABLE)


def test_a_value_of_another_type_has_flytes_code_and_names_task_and_variable():
    made = errors.RuntimeDataValidationError("o0", "'no' is of type str, wanted int", "env.task")
    assert (made.code, made.kind) == ("DataValidationError", "user")
    assert str(made) == "env.task: o0: 'no' is of type str, wanted int"


def test_an_invalid_package_names_it_and_its_error():
    made = errors.InvalidPackageError("libfoo", "no such package")
    assert (made.code, made.package_name, made.original_error) == ("InvalidPackageError", "libfoo", "no such package")


def test_no_action_is_a_plain_runtime_error():
    assert errors.ActionNotFoundError.__mro__[1] is RuntimeError


@pytest.mark.parametrize("name", ["RemoteTaskNotFoundError", "RemoteTaskUsageError"])
def test_classes_with_a_code_of_their_own_have_it_without_an_instance(name):
    code = getattr(errors, name).CODE
    assert code == name


@pytest.mark.parametrize("name", APPLE)
def test_apple_silicons_errors_are_known_by_their_code_and_by_whether_a_retry_can_help(name):
    code, recoverable = APPLE[name]
    cls = getattr(errors, name)
    assert (cls.code_name, cls.recoverable) == (code, recoverable)
    assert errors.APPLE_SILICON_ERRORS_BY_CODE[code] is cls


def test_a_gpu_fault_tells_its_number_by_its_kind():
    fault = errors.GPUFaultUserError("GpuXidError", "what", fault_kind="xid", fault_code=31)
    assert (fault.xid, fault.sxid) == (31, None)
    fault = errors.GPUFaultUserError("GpuNvlinkError", "what", fault_kind="sxid", fault_code=12)
    assert (fault.xid, fault.sxid) == (None, 12)


@pytest.mark.parametrize("name", ["RuntimeUserError", "CustomError", "RuntimeUnknownError"])
def test_calculating_with_an_error_that_a_map_gave_as_a_value_raises_that_error(name):
    failed = getattr(errors, name)("Code", "what")
    for calculate in (lambda: sum([1, failed]), lambda: failed / 2, lambda: failed - 1, lambda: 3 * failed):
        with pytest.raises(RuntimeError) as raised:
            calculate()
        assert raised.value is failed


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("DataValidationError", "RuntimeDataValidationError"),
        ("RuntimeDataValidationError", "RuntimeDataValidationError"),
        ("RestrictedTypeUsage", "RestrictedTypeError"),
        ("SlowDownError", "SlowDownError"),
        ("APPLE_SILICON_DAEMON_OOM", "AppleSiliconDaemonOOMError"),
    ],
)
def test_a_recorded_code_comes_back_as_the_class_that_has_it(code, name):
    rebuilt = errors.rebuild(code, "user", "what")
    assert (type(rebuilt).__name__, rebuilt.code, str(rebuilt)) == (name, code, "what")


def test_an_unknown_name_of_the_module_is_refused():
    with pytest.raises(AttributeError, match=r"flyte\.errors.*NoSuchError"):
        errors.NoSuchError  # noqa: B018


def test_errors_of_devices_are_of_this_module_for_pickles_and_tracebacks():
    cls = errors.AppleSiliconDaemonOOMError
    assert cls.__module__ == "flyte.errors"
    assert type(pickle.loads(pickle.dumps(cls("what")))) is cls


@pytest.mark.parametrize(
    ("error", "retriable"),
    [
        (errors.AppleSiliconNotAvailableError("what"), False),
        (errors.AppleSiliconDaemonOOMError("what"), True),
        (errors.NonRecoverableError("what"), False),
        (errors.CustomError("Code", "what"), True),
    ],
)
def test_an_error_says_whether_the_tasks_retries_apply(error, retriable):
    assert failure(_task, error).retriable is retriable
