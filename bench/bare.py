"""The bare path through AWS that a deployed run is compared with, deployed beside it in the same devbox.

HTTP API → a Lambda function that starts an execution of a one-state machine, which invokes a Lambda function that does
nothing; then HTTP API → a Lambda function that reads the outcome.
"""

from __future__ import annotations

import time
from typing import Any

import botocore.session
import urllib3

from .bare_functions import BareFunctions, one_state_machine

_SOURCE = """
import json, os, uuid
import boto3
machine = boto3.client("stepfunctions")

def start(event, context):
    name = uuid.uuid4().hex
    done = machine.start_execution(stateMachineArn=os.environ["MACHINE"], name=name, input="{}")
    print("started", name)
    return {"statusCode": 200, "body": done["executionArn"]}

def nothing(event, context):
    print("invoked")
    return {"ok": True}

def outcome(event, context):
    found = machine.describe_execution(executionArn=event["queryStringParameters"]["arn"])
    print("read")
    return {"statusCode": 200, "body": found["status"]}
"""


class BarePath:
    """The bare path, deployed once; `run` goes through it."""

    def __init__(self, endpoint: str) -> None:
        self._origin = "/".join(endpoint.split("/")[:3])
        self._session = botocore.session.get_session()
        self._session.set_credentials("bench", "bench")
        functions = BareFunctions(self._client("lambda"), "bare", _SOURCE, Timeout=30)
        nothing = functions.create("nothing")
        machine = one_state_machine(self._client("stepfunctions"), "bench-bare", nothing, {"Payload": {}})
        start = functions.create("start", MACHINE=machine)
        outcome = functions.create("outcome", MACHINE=machine)
        api = self._api({"GET /start": start, "GET /outcome": outcome})
        self._url = f"{self._origin}/_aws/execute-api/{api}"
        self._http = urllib3.PoolManager()

    def run(self) -> None:
        """One trip, polled as a client of ours polls."""
        arn = self._get("/start")
        delay_s = 0.03
        while self._get(f"/outcome?arn={arn}") == "RUNNING":
            time.sleep(delay_s)
            delay_s *= 1.2

    def _get(self, path: str) -> str:
        answer: Any = self._http.request("GET", self._url + path, retries=False)
        assert answer.status == 200, answer.data
        return str(answer.data.decode())

    def _client(self, service: str) -> Any:
        return self._session.create_client(service, region_name="us-east-1", endpoint_url=self._origin)

    def _api(self, routes: dict[str, str]) -> str:
        apis = self._client("apigatewayv2")
        api: str = apis.create_api(Name="bench-bare", ProtocolType="HTTP")["ApiId"]
        for route, function_arn in routes.items():
            integration = apis.create_integration(
                ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function_arn, PayloadFormatVersion="2.0"
            )["IntegrationId"]
            apis.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{integration}")
        apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        return api
