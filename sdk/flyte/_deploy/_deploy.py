"""`flyte.deploy`: plans, then applies the plan in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte._initialize import require_backend, require_init_state
from flyte._syncify import syncify
from flyte.errors import DeploymentError
from flyte.packages import prepare
from flyte.protocol import limits
from flyte.protocol.api import DeployedEnvironment, DeployRequest, DeployResponse

from ._deployment import DeployedTask, DeployedTaskEnvironment, Deployment
from ._plan import DeploymentPlan, make_plan, with_dependencies
from ._triggers import planned_changes
from ._without_effect import warn_of_environments

if TYPE_CHECKING:
    from flyte._environment import Environment
    from flyte.bundle import CopyStyle
    from flyte.protocol.triggers import TriggerChange


_TRIGGERS_COMPARED = 10_000
Changes = dict[str, tuple["TriggerChange", ...]]
"""What happens to triggers, by environment."""


@syncify
async def deploy(
    *envs: Environment,
    dry_run: bool = False,
    version: str | None = None,
    interactive_mode: bool | None = None,
    copy_style: CopyStyle = "loaded_modules",
    dryrun: bool | None = None,
) -> list[Deployment]:
    """Deploys environments with all that they depend on: their tasks can then be run by name.

    Args:
        envs: The environments.
        dry_run: Plan alone; nothing is uploaded or registered. The backend is asked for the triggers that there are,
            if the code declares some.
        version: The version; by default one that depends on the content alone.
        interactive_mode: Not supported: tasks must be defined in a file.
        copy_style: Which code goes along: `loaded_modules`, `all`, or `none` (needs a version).
        dryrun: The old name of `dry_run`.

    Returns:
        One deployment for each environment that no other one depends on.

    Raises:
        InitializationError: `flyte.init` was not called, or names no backend.
        DeploymentError: something cannot be deployed, or the version is there with other content.
    """
    state = require_init_state()
    if interactive_mode:
        raise NotImplementedError(
            "flyte.deploy(interactive_mode=True) is not supported: a version is kept, and a pickle can be read "
            "by one version of Python alone: put the tasks into a file, and deploy that"
        )
    from flyte.git import GitStatus

    environments = with_dependencies(envs)  # names are checked before anything else is asked for
    dry_run = dry_run if dryrun is None else dryrun
    if not dry_run:
        require_backend()
    warn_of_environments(environments)
    dependencies = await prepare(environments, backend=state.has_backend)
    plan = make_plan(
        *envs,
        version=version,
        copy_style=copy_style,
        root_dir=state.root_dir,
        sync_sys_path=state.sync_local_sys_paths,
        git=GitStatus.from_current_repo(),
        dependencies=dependencies,
    )
    if not dry_run:
        return await apply(plan)
    return _deployments(plan, {}, await _planned_changes(plan) if state.has_backend else {})


async def apply(plan: DeploymentPlan) -> list[Deployment]:
    """Registers what the plan says: one request, and uploads of what the backend lacks.

    Raises:
        DeploymentError: the version is there with other content, or the request is larger than the API takes.
    """
    if not plan.environments:
        return []
    from flyte.remote._artifacts import post_with_artifacts
    from flyte.remote._http import get_client, scope_path

    state = require_backend()
    request = DeployRequest(environments=tuple(planned.spec for planned in plan.environments))
    if len(request.to_json().encode()) > limits.HTTP_BODY_BYTES:
        raise DeploymentError(
            f"{len(plan.environments)} environments are more than one request can hold "
            f"({limits.HTTP_BODY_BYTES:,} bytes): deploy them one after the other"
        )
    artifacts = plan.dependencies.openers
    if plan.bundle is not None:
        artifacts[plan.bundle.artifact.sha256] = plan.bundle.open_zip
    path = scope_path(state.project or "", state.domain or "", "deployments")
    answer = await post_with_artifacts(get_client(), path, request, DeployResponse, artifacts)
    return _deployments(plan, {environment.name: environment for environment in answer.environments})


async def _planned_changes(plan: DeploymentPlan) -> Changes:
    if not any(task.triggers for planned in plan.environments for task in planned.spec.tasks):
        return {}
    from flyte.remote import Trigger

    existing = [trigger.record async for trigger in Trigger.listall.aio(limit=_TRIGGERS_COMPARED)]
    return {planned.spec.name: planned_changes(planned.spec, existing) for planned in plan.environments}


def _deployments(
    plan: DeploymentPlan, answers: dict[str, DeployedEnvironment], changes: Changes | None = None
) -> list[Deployment]:
    specs = {planned.environment.name: planned.spec for planned in plan.environments}

    def deployed(environment: Any) -> DeployedTaskEnvironment:
        tasks = [DeployedTask(task, list(task.triggers)) for task in specs[environment.name].tasks]
        answer = answers.get(environment.name)
        if answer is None:
            return DeployedTaskEnvironment(environment, tasks, triggers=(changes or {}).get(environment.name, ()))
        return DeployedTaskEnvironment(environment, tasks, answer.created, answer.triggers)

    return [
        Deployment({environment.name: deployed(environment) for environment in with_dependencies([root])})
        for root in plan.roots
    ]
