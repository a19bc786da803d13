"""What the action state machine is called, before it exists: functions that it invokes are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack

from cdk.parameters import stack_resource_name

if TYPE_CHECKING:
    from constructs import Construct

ANY_EXECUTION = "An execution is named by its action, of which any may be asked for; the machine is this stack's."


def action_machine_name() -> str:
    """Fixed before the machine exists: functions that the machine invokes are told of it, which would be a cycle."""
    return stack_resource_name("actions")


def action_machine_arn(scope: Construct, resource: str = "stateMachine", name: str | None = None) -> str:
    """The ARN of the action state machine, or with `execution` and `*` that of its executions."""
    parts = [action_machine_name(), name] if name else [action_machine_name()]
    return Stack.of(scope).format_arn(
        service="states",
        resource=resource,
        resource_name=":".join(parts),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
