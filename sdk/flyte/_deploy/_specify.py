"""Turns a task as the user wrote it into the `TaskSpec` that the backend keeps."""

from __future__ import annotations

import inspect
import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flyte._cache import VersionParameters
from flyte._retry import as_strategy
from flyte._secret import as_secrets
from flyte._timeout import as_timeout, seconds
from flyte.bundle._layout import is_installed
from flyte.errors import CodeBundleError, DeploymentError
from flyte.packages import env_vars_of
from flyte.protocol import limits
from flyte.protocol.tasks import CacheSettings, Loader, RetryPolicy, SecretRef, TaskLink, TaskSpec, TimeoutPolicy

if TYPE_CHECKING:
    from flyte._cache import Cache
    from flyte._documentation import Link
    from flyte._resources import Resources
    from flyte._retry import RetryStrategy
    from flyte._secret import SecretRequest
    from flyte._task import TaskTemplate
    from flyte._timeout import TimeoutType
    from flyte.bundle import CodeRoot
    from flyte.protocol.tasks import ArtifactRef
    from flyte.protocol.triggers import TriggerSpec

BYTES_PER_MB = limits.MIB
LAMBDA_MAX_CPUS = 6
"""What Lambda gives at its largest memory. Source: AWS Lambda developer guide, "Configure Lambda function memory"."""


class EnvironmentArtifacts(Protocol):
    """Dependency artifacts by environment: a client's, which it has just made, or those that a running task knows."""

    def of(self, environment: str) -> dict[str, Any]:
        """The fields of `TaskSpec` about dependencies, for a task of that environment."""


def specify(
    task: TaskTemplate[..., Any],
    *,
    version: str,
    loader: Loader,
    code: ArtifactRef | None = None,
    dependencies: EnvironmentArtifacts | None = None,
    source_url: str | None = None,
    triggers: tuple[TriggerSpec, ...] = (),
) -> TaskSpec:
    """The specification of a task in one version.

    Args:
        task: The task.
        version: The version that it is to have.
        loader: How a worker finds it in the code.
        code: The artifact with the code.
        dependencies: Artifacts with the packages of all environments that go along.
        source_url: Where its source can be read.
        triggers: What starts it; none for a task that is not deployed.

    Raises:
        DeploymentError: Lambda cannot run it, or it is too large to be kept.
    """
    if reason := getattr(task, "not_on_lambda", None):
        raise DeploymentError(f"task {task.name} {reason}")
    environment = task.parent_env_name or task.name.partition(".")[0]
    spec = TaskSpec(
        name=task.name,
        environment=environment,
        version=version,
        loader=loader,
        code=code,
        **(dependencies.of(environment) if dependencies else {}),
        interface=task.native_interface.describe(),
        memory_mb=memory_mb(task.name, task.resources),
        env_vars={**env_vars_of(task.image), **(task.env_vars or {})},
        secrets=secrets_of(task.name, task.secrets),
        retry=retry_policy(task.retries),
        timeout=timeout_policy(task.timeout),
        cache=_cache_settings(task),
        max_inline_io_bytes=task.max_inline_io_bytes,
        service_account=checked_role(task.name, task.service_account),
        short_name=task.short_name,
        description=_first_paragraph(task),
        docs=task.docs.description if task.docs else inspect.getdoc(task.func) or "",
        source_url=source_url,
        entrypoint=task.entrypoint,
        report=task.report,
        triggers=triggers,
        links=links_of(task),
    )
    size = len(spec.to_json().encode())
    if size > limits.TASK_SPEC_BYTES:
        raise DeploymentError(
            f"the specification of {task.name} has {size:,} bytes, and the backend keeps {limits.TASK_SPEC_BYTES:,}: "
            "its input and output types, defaults and docstring make it up; pass large values as flyte.io.File"
        )
    return spec


def loader_of(task: TaskTemplate[..., Any], root: CodeRoot) -> Loader:
    """How a worker finds the task.

    Raises:
        CodeBundleError: its file is outside of the root, or it was defined without one.
    """
    file = source_of(task)
    module_name = inspect.unwrap(task.func).__module__
    attribute = attribute_of(task, sys.modules.get(task.func.__module__))
    if is_installed(file):
        return Loader(module=module_name, attribute=attribute)
    return Loader(module=root.module_of(file, module_name), attribute=attribute, sys_path=root.sys_path)


def source_of(task: TaskTemplate[..., Any]) -> Path:
    """The file that a task is defined in, resolved.

    Raises:
        CodeBundleError: there is none.
    """
    file = task.source_file
    if file is None or not Path(file).is_file():
        raise CodeBundleError(
            f"{task.name} is not defined in a file ({file}), so that its code cannot be sent: put it into a module, "
            "and run that"
        )
    return Path(file).resolve()


def attribute_of(task: TaskTemplate[..., Any], module: Any) -> str:
    """The module's variable that holds the task; an overridden task is found by the name of its original."""
    name: str = task.func.__name__
    variables = vars(module) if module is not None else {}
    if variables.get(name) is task:
        return name
    return next((each for each, value in variables.items() if value is task), name)


def memory_mb(task_name: str, resources: Resources | None) -> int:
    """The memory that gives a task what it asks for: Lambda's CPUs come with memory.

    Raises:
        DeploymentError: no Lambda function has that much, or a GPU is asked for.
    """
    if resources is None:
        return limits.DEFAULT_MEMORY_MB
    if resources.gpu is not None:
        raise DeploymentError(f"{task_name} asks for gpu={resources.gpu!r}, and Lambda has none: remove gpu")
    cpus = resources.cpu_count() or 0.0
    memory_bytes = resources.memory_bytes()
    wanted = math.ceil(memory_bytes / BYTES_PER_MB) if memory_bytes else 0
    if wanted > limits.LAMBDA_MAX_MEMORY_MB or cpus > LAMBDA_MAX_CPUS:
        raise DeploymentError(
            f"{task_name} asks for {_asked(resources)}, and a Lambda function has at "
            f"most {LAMBDA_MAX_CPUS} CPUs and {limits.LAMBDA_MAX_MEMORY_MB:,} MB: ask for less, or split the task"
        )
    if (resources.disk_bytes() or 0) > limits.LAMBDA_STORAGE_BYTES:
        raise DeploymentError(
            f"{task_name} asks for disk={resources.disk!r}, and a Lambda function has 10Gi of temporary storage: ask "
            "for less, and keep large data in S3 as flyte.io.File or flyte.io.Dir"
        )
    if not wanted and not cpus:
        return limits.DEFAULT_MEMORY_MB
    for_cpus = min(math.ceil(cpus * limits.LAMBDA_MB_PER_VCPU), limits.LAMBDA_MAX_MEMORY_MB)
    return max(wanted, for_cpus, 128)


def _asked(resources: Resources) -> str:
    asked = {"cpu": resources.cpu, "memory": resources.memory}
    return ", ".join(f"{name}={value!r}" for name, value in asked.items() if value is not None)


def retry_policy(retries: int | RetryStrategy) -> RetryPolicy:
    """The user's retries as numbers."""
    strategy = as_strategy(retries)
    backoff = strategy.backoff
    if backoff is None:
        return RetryPolicy(count=strategy.count)
    return RetryPolicy(
        count=strategy.count,
        base_s=backoff.base.total_seconds(),
        factor=backoff.factor,
        cap_s=None if backoff.cap is None else backoff.cap.total_seconds(),
    )


def timeout_policy(bounds: TimeoutType | None) -> TimeoutPolicy:
    """The user's bounds in seconds."""
    timeout = as_timeout(bounds)
    return TimeoutPolicy(
        max_runtime_s=seconds(timeout.max_runtime),
        max_queued_s=seconds(timeout.max_queued_time),
        deadline_s=seconds(timeout.deadline),
    )


def _cache_settings(task: TaskTemplate[..., Any]) -> CacheSettings:
    """How the task's results are reused, as its code says."""
    cache = task.cache_request
    if not cache.is_enabled():
        return CacheSettings()
    return enabled_cache(cache, cache.get_version(VersionParameters(func=task.func, image=task.image)))


def enabled_cache(cache: Cache, version: str) -> CacheSettings:
    """The settings of a cache that is enabled, with the version that tells apart its results."""
    return CacheSettings(
        enabled=True,
        version=version,
        serialize=cache.serialize,
        ignored_inputs=cache.get_ignored_inputs(),
        max_age_s=cache.max_age_s,
    )


def checked_role(task_name: str, service_account: str | None) -> str | None:
    """The IAM role that a task's AWS credentials are of, as the user named it.

    Raises:
        DeploymentError: no role can have that name.
    """
    if service_account is None or re.fullmatch(limits.ROLE_PATTERN, service_account):
        return service_account
    raise DeploymentError(
        f"{task_name}: service_account={service_account!r} can be no IAM role: give a role's name, up to 64 letters, "
        "digits and _+=,.@-, or its ARN"
    )


def links_of(task: TaskTemplate[..., Any]) -> tuple[TaskLink, ...]:
    """A task's links, made for an action whose names are not known yet.

    Raises:
        DeploymentError: a link's own code fails.
    """
    return tuple(_link_of(task, link) for link in task.links)


def _link_of(task: TaskTemplate[..., Any], link: Link) -> TaskLink:
    try:
        uri = link.get_link(
            run_name="{{.runName}}",
            project="{{.project}}",
            domain="{{.domain}}",
            context={},
            parent_action_name="{{.parentActionName}}",
            action_name="{{.actionName}}",
            pod_name="{{.podName}}",
        )
    except Exception as error:
        raise DeploymentError(f"{task.name}: the link {link.name!r} has failed: {error!r}") from error
    return TaskLink(name=link.name, uri=uri, icon_uri=link.icon_uri or "")


def secrets_of(task_name: str, secrets: SecretRequest | None) -> tuple[SecretRef, ...]:
    """References to the secrets that a task receives.

    Raises:
        DeploymentError: one of them has a name that no secret can have on the backend.
    """
    for secret in as_secrets(secrets):
        for part in (secret.key, secret.group):
            if part is not None and not re.match(limits.SECRET_KEY_PATTERN, part):
                raise DeploymentError(
                    f"{task_name} needs a secret named {part!r}, and none can be: use letters, digits and _+=@.-"
                )
    return tuple(
        SecretRef(
            key=secret.key,
            group=secret.group,
            env_var=secret.as_env_var,
            mount=None if secret.mount is None else str(secret.mount),
        )
        for secret in as_secrets(secrets)
    )


def _first_paragraph(task: TaskTemplate[..., Any]) -> str:
    text = task.docs.description if task.docs else inspect.getdoc(task.func) or ""
    return " ".join(text.strip().split("\n\n", 1)[0].split())[:255]
