"""The plan of a deployment: what would be registered, as a pure value. Nothing is asked of the backend."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte._names import checked
from flyte.bundle import make_bundle
from flyte.bundle._include import Include
from flyte.bundle._layout import CodeRoot, code_root, is_installed
from flyte.errors import DeploymentError
from flyte.packages import Dependencies
from flyte.protocol import limits
from flyte.protocol.tasks import EnvironmentSpec

from ._specify import loader_of, source_of, specify
from ._triggers import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flyte._environment import Environment, TaskEnvironment
    from flyte._task import TaskTemplate
    from flyte.bundle import CodeBundle, CopyStyle
    from flyte.git import GitStatus
    from flyte.protocol.tasks import ArtifactRef

VERSION_CHARS = 16
UNVERSIONED = "0"
"""Stands for the version while it is computed from the content."""


@dataclass(frozen=True, slots=True)
class PlannedEnvironment:
    """An environment, and what the backend is to keep of it."""

    environment: Environment
    spec: EnvironmentSpec


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """What would be registered, under which version, and with which code."""

    version: str
    roots: tuple[Environment, ...]
    environments: tuple[PlannedEnvironment, ...]
    bundle: CodeBundle | None
    dependencies: Dependencies = field(default_factory=Dependencies)

    @property
    def size_bytes(self) -> int:
        """Bytes of the code artifact."""
        return 0 if self.bundle is None else self.bundle.artifact.size_bytes


def make_plan(
    *roots: Environment,
    version: str | None = None,
    copy_style: CopyStyle = "loaded_modules",
    root_dir: Path | None = None,
    sync_sys_path: bool = True,
    git: GitStatus | None = None,
    dependencies: Dependencies | None = None,
) -> DeploymentPlan:
    """Plans the deployment of environments and of all that they depend on.

    Args:
        roots: The environments that were named.
        version: Their version; by default one that depends on their content alone.
        copy_style: Which code goes along.
        root_dir: Where the code has its root.
        sync_sys_path: Whether folders of `sys.path` below the root are import folders.
        git: The repository that links to the source name.
        dependencies: The packages of the environments, made beforehand.

    Raises:
        DeploymentError: something cannot be deployed.
        CodeBundleError: the code cannot be bundled.
        RuntimeUserError: the version cannot be one.
        ValueError: two environments have one name.
    """
    if copy_style == "none" and not version:
        raise DeploymentError("copy_style='none' sends no code, so that nothing names its version: give a version")
    environments = with_dependencies(roots)
    code = gather_code(environments, root_dir=root_dir, sync_sys_path=sync_sys_path)
    bundle = None if copy_style == "none" else code.bundle(copy_style)
    artifacts = Artifacts(None if bundle is None else bundle.artifact, dependencies or Dependencies())
    specs = [_specified(env, checked("version", version or UNVERSIONED), code, artifacts, git) for env in environments]
    if not version:
        version = content_version(specs)
        specs = [with_version(spec, version) for spec in specs]
    planned = tuple(PlannedEnvironment(*pair) for pair in zip(environments, specs, strict=True))
    return DeploymentPlan(version, uncovered(roots), planned, bundle, artifacts.dependencies)


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What all tasks of a deployment refer to."""

    code: ArtifactRef | None
    dependencies: Dependencies


@dataclass(frozen=True, slots=True)
class Code:
    """Where the code of some environments lies."""

    root: CodeRoot
    sources: tuple[Path, ...]
    includes: tuple[Include, ...]

    def bundle(self, copy_style: CopyStyle) -> CodeBundle:
        """The bundle of that code."""
        return make_bundle(self.root, copy_style=copy_style, sources=self.sources, includes=self.includes)


def gather_code(
    environments: Iterable[Environment],
    *,
    root_dir: Path | None,
    sync_sys_path: bool = True,
    first: TaskTemplate[..., Any] | None = None,
) -> Code:
    """Finds the root, the files that tasks are defined in, and what the environments include.

    Args:
        environments: Whose code it is.
        root_dir: Where the code has its root, if that was said.
        sync_sys_path: Whether folders of `sys.path` below the root are import folders.
        first: The task whose file says where the root is if nothing else does; by default any.

    Raises:
        CodeBundleError: a task has no file.
    """
    listed = list(environments)
    tasks = [*([first] if first is not None else []), *(task for env in listed for task in tasks_of(env))]
    sources: dict[Path, str] = {}
    for task in tasks:
        file = source_of(task)
        if not is_installed(file):
            sources.setdefault(file, task.func.__module__)
    if not sources:
        return Code(code_root_here(root_dir), (), ())
    file, module = next(iter(sources.items()))
    root = code_root(root_dir, file, module, sync_sys_path=sync_sys_path)
    includes = tuple(
        Include(env.name, env._declaring_file.parent, env.include)  # noqa: SLF001 - the same package
        for env in listed
        if env.include and env._declaring_file is not None  # noqa: SLF001 - the same package
    )
    return Code(root, tuple(sources), includes)


def code_root_here(root_dir: Path | None) -> CodeRoot:
    """The root where no task is defined in a file of the user's."""
    from pathlib import Path

    return CodeRoot((root_dir or Path.cwd()).resolve())


def with_dependencies(roots: Iterable[Environment]) -> list[Environment]:
    """The environments and all that they depend on, each once, those named first.

    Raises:
        ValueError: two different environments have one name.
        TypeError: something is no environment.
    """
    from flyte._environment import Environment

    found: dict[str, Environment] = {}
    waiting = list(roots)
    while waiting:
        environment = waiting.pop(0)
        if not isinstance(environment, Environment):
            raise TypeError(f"{environment!r} cannot be deployed: it is no flyte.TaskEnvironment")
        known = found.setdefault(environment.name, environment)
        if known is not environment:
            raise ValueError(
                f"Duplicate environment name '{environment.name}': two different environments have it; rename one"
            )
        waiting.extend(each for each in environment.depends_on if found.get(each.name) is not each)
    return list(found.values())


def uncovered(roots: tuple[Environment, ...]) -> tuple[Environment, ...]:
    """Those that no other of them depends on; the first of a circle."""
    distinct = list(dict.fromkeys(roots))
    reach = {root: set(with_dependencies([root])) for root in distinct}

    def covers(other: Environment, root: Environment) -> bool:
        in_circle = other in reach[root]
        return root in reach[other] and not (in_circle and distinct.index(root) < distinct.index(other))

    return tuple(root for root in distinct if not any(covers(other, root) for other in distinct if other is not root))


def content_version(specs: Iterable[EnvironmentSpec]) -> str:
    """A version that depends on the content alone, the same on every machine."""
    digests = sorted(spec.content_digest for spec in specs)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:VERSION_CHARS]


def with_version(spec: EnvironmentSpec, version: str) -> EnvironmentSpec:
    """The same in another version."""
    tasks = tuple(task.model_copy(update={"version": version}) for task in spec.tasks)
    return spec.model_copy(update={"version": version, "tasks": tasks})


def tasks_of(environment: Environment | TaskEnvironment) -> list[TaskTemplate[..., Any]]:
    """An environment's tasks by name."""
    return list(getattr(environment, "tasks", {}).values())


def _specified(
    environment: Environment, version: str, code: Code, artifacts: Artifacts, git: GitStatus | None
) -> EnvironmentSpec:
    if reason := getattr(environment, "not_on_lambda", None):
        raise DeploymentError(f"environment {environment.name} {reason}")
    tasks = tasks_of(environment)
    if len(tasks) > limits.TASKS_PER_ENVIRONMENT:
        raise DeploymentError(
            f"environment {environment.name} has {len(tasks)} tasks, and one version holds "
            f"{limits.TASKS_PER_ENVIRONMENT}: split it, and name the parts in depends_on"
        )
    return EnvironmentSpec(
        name=environment.name,
        version=version,
        description=environment.description or "",
        tasks=tuple(
            specify(
                task,
                version=version,
                loader=loader_of(task, code.root),
                code=artifacts.code,
                dependencies=artifacts.dependencies,
                source_url=_source_url(task, git),
                triggers=triggers_of(task),
            )
            for task in sorted(tasks, key=lambda task: task.name)
        ),
    )


def _source_url(task: TaskTemplate[..., Any], git: GitStatus | None) -> str | None:
    if git is None or not git.is_valid:
        return None
    import inspect

    line: int = inspect.unwrap(task.func).__code__.co_firstlineno
    return git.build_url(source_of(task), line) or None
