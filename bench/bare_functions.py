"""Bare Lambda functions and a bare state machine in the devbox: what the references of benches are made of."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/bench"


class BareFunctions:
    """Functions of one module.

    Args:
        client: Lambda's.
        module: The module's name, which also tells the functions of one bench from those of another.
        source: Its text.
        settings: Further arguments of `CreateFunction`.
    """

    def __init__(self, client: Any, module: str, source: str, **settings: int) -> None:
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(f"{module}.py", source)
        self._client, self._module, self._package, self._settings = client, module, package.getvalue(), settings

    def create(self, handler: str, **variables: str) -> str:
        """The ARN of a new function."""
        arn: str = self._client.create_function(
            FunctionName=f"bench-{self._module}-{handler.replace('_', '-')}",
            Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            Handler=f"{self._module}.{handler}",
            Role=ROLE,
            Code={"ZipFile": self._package},
            Environment={"Variables": variables},
            **self._settings,
        )["FunctionArn"]
        return arn


def one_state_machine(client: Any, name: str, function_arn: str, payload: dict[str, Any]) -> str:
    """The ARN of a new state machine that invokes one function.

    Args:
        client: Step Functions'.
        name: Its name.
        function_arn: The function.
        payload: The entry of the state's `Parameters` that says what the function is given.
    """
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function_arn, **payload},
        "End": True,
    }
    definition = json.dumps({"StartAt": "Run", "States": {"Run": state}})
    arn: str = client.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
    return arn
