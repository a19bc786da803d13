"""The stack in the devbox: the same template as on AWS, deployed through CloudFormation to ministack."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flyte_cli.backend import package

from .errors import DevboxError
from .server import REGION

if TYPE_CHECKING:
    from pathlib import Path

    from .server import Server

STACK = "flyte"
API_ID = "devbox"
"""Pinned by ministack's own tag, so that an endpoint once written stays right."""

_ACCESS_KEY = "devbox"
"""Ministack takes any, and any secret with it."""

_CODE_BUCKET = "flyte-devbox-code"
_DEPLOYED_TAG = "flyte-devbox-deployed"
"""Tells on the stack itself what was deployed, so it is as true as the stack is there."""

_RECONCILER = "functions.recorder.reconciler.handle"
_REASON_CHARACTERS = 2_000
_USABLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
_NEVER_USED = frozenset(
    {"CREATE_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
)
"""States that a stack is left in by a first deployment that failed or was cut off: nobody has data in it."""

_SETTLES_WITHIN_S = 10.0
"""A deployment that another start began, and did not live to see the end of."""


def endpoint(server: Server) -> str:
    """The API's address: what the stack's output names does not resolve outside AWS."""
    return f"{server.url}/_aws/execute-api/{API_ID}"


@dataclass(frozen=True)
class Deployment:
    """What is to be deployed."""

    functions: Path
    template: str

    @cached_property
    def functions_key(self) -> str:
        """Where the package lies in the code bucket: by its content."""
        return f"functions/{hashlib.sha256(self.functions.read_bytes()).hexdigest()}.zip"

    @property
    def template_key(self) -> str:
        """Where the template lies there: CloudFormation takes none of this size in the request itself."""
        return f"templates/{hashlib.sha256(self.template.encode()).hexdigest()}.json"

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters, of those that it has."""
        values = {
            "CodeBucket": _CODE_BUCKET,
            "FunctionsKey": self.functions_key,
            "Architecture": package.host_architecture(),
            "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        }
        declared = json.loads(self.template).get("Parameters", {})
        return {name: value for name, value in values.items() if name in declared}

    @property
    def digest(self) -> str:
        """Changes whenever anything that is deployed does."""
        parts = [self.template, json.dumps(self.parameters, sort_keys=True)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Stack:
    """The stack `flyte` in one running ministack."""

    def __init__(self, server: Server) -> None:
        import botocore.session

        self._server = server
        session = botocore.session.Session()
        # The caller's own AWS configuration has no say here.
        session.set_config_variable("config_file", "/dev/null")
        session.set_config_variable("credentials_file", "/dev/null")
        session.set_config_variable("profile", None)
        self._session = session

    def deploy(self, deployment: Deployment) -> bool:
        """Create or update the stack; whether there was anything to do.

        Raises:
            DevboxError: If CloudFormation fails, with its reasons.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._deploy(deployment)
        except (BotoCoreError, ClientError) as error:
            raise _failed(str(error)) from error

    def _deploy(self, deployment: Deployment) -> bool:
        known = self._settled()
        if known and known["StackStatus"] in _NEVER_USED:
            self._delete()
            known = None
        if known and known["StackStatus"] not in _USABLE:
            raise _failed(f"it is in the state {known['StackStatus']}")
        if known and _deployed(known) == deployment.digest:
            return False
        self._upload(deployment)
        cloudformation = self._client("cloudformation")
        act, done = (
            (cloudformation.update_stack, "stack_update_complete")
            if known
            else (cloudformation.create_stack, "stack_create_complete")
        )
        act(
            StackName=STACK,
            TemplateURL=f"{self._server.url}/{_CODE_BUCKET}/{deployment.template_key}",
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in deployment.parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Tags=[
                {"Key": "ms-custom-id", "Value": API_ID},
                {"Key": _DEPLOYED_TAG, "Value": deployment.digest},
            ],
        )
        self._wait(done)
        return True

    def check(self) -> None:
        """Ask the API how it is, which also warms it.

        Raises:
            DevboxError: If it does not answer that it is well; with what it answered.
        """
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        from botocore.httpsession import URLLib3Session

        request = AWSRequest("GET", f"{endpoint(self._server)}/v1/health")
        SigV4Auth(Credentials(_ACCESS_KEY, _ACCESS_KEY), "execute-api", REGION).add_auth(request)
        answer = URLLib3Session(proxies={}).send(request.prepare())
        if answer.status_code != HTTPStatus.OK:
            raise DevboxError(
                f"the API of the devbox answers {answer.status_code}: {answer.text[:_REASON_CHARACTERS]}\n"
                "That is a fault of the functions that were deployed; to begin anew: flyte delete devbox"
            )

    def reconcile(self) -> None:
        """Let the reconciler close what a restart of ministack cut off: such executions end without an event."""
        client = self._client("lambda")
        for page in client.get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                if function.get("Handler") == _RECONCILER:
                    client.invoke(FunctionName=function["FunctionName"], InvocationType="Event", Payload=b"{}")

    def _upload(self, deployment: Deployment) -> None:
        s3 = self._client("s3")
        s3.create_bucket(Bucket=_CODE_BUCKET)
        s3.put_object(Bucket=_CODE_BUCKET, Key=deployment.functions_key, Body=deployment.functions.read_bytes())
        s3.put_object(Bucket=_CODE_BUCKET, Key=deployment.template_key, Body=deployment.template.encode())

    def _describe(self) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            stacks = self._client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return stacks[0] if stacks else None

    def _settled(self) -> dict[str, Any] | None:
        """The stack, once nothing is under way in it; or as it is, when that takes too long."""
        deadline = time.monotonic() + _SETTLES_WITHIN_S
        while (stack := self._describe()) and stack["StackStatus"].endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        return stack

    def _delete(self) -> None:
        self._client("cloudformation").delete_stack(StackName=STACK)
        self._wait("stack_delete_complete")

    def _wait(self, for_what: str) -> None:
        from botocore.exceptions import WaiterError

        waiter = self._client("cloudformation").get_waiter(for_what)
        try:
            waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
        except WaiterError as error:
            raise _failed(self._reasons() or str(error)) from error

    def _reasons(self) -> str:
        events = self._client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return "".join(
            f"\n  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
            for event in failed
        )

    def _client(self, service: str) -> Any:
        from botocore.config import Config

        return self._session.create_client(
            service,
            region_name=REGION,
            endpoint_url=self._server.url,
            aws_access_key_id=_ACCESS_KEY,
            aws_secret_access_key=_ACCESS_KEY,
            config=Config(proxies={}),  # whatever proxy the environment names: this stays on this machine
        )


def _deployed(stack: dict[str, Any]) -> str | None:
    return next((tag["Value"] for tag in stack.get("Tags", ()) if tag["Key"] == _DEPLOYED_TAG), None)


def _failed(why: str) -> DevboxError:
    return DevboxError(
        f"the stack {STACK} could not be deployed: {why[:_REASON_CHARACTERS]}\n"
        "If it cannot be applied to what is there: flyte delete devbox, then flyte start devbox"
    )
