"""200 children of one task in the devbox, against 200 bare executions of a one-state machine, started from one Lambda.

The reference does what a fan-out needs and no more: a Lambda function starts the executions in 16 threads, and asks
until the last has ended. Nothing is recorded, checked, named or typed.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from typing import Any

import flyte
from tests.devbox_fixture import running_devbox

from .bare_functions import BareFunctions, one_state_machine
from .fanout_tasks import fan_out
from .measure import Row, once_ms

CHILDREN = 200
LIMIT = 3.0
PAIRS = 3
WARM_UPS = 8
"""The devbox starts a few sandboxes at a time, and none while its cores are busy."""

_SOURCE = """
import json, os, time, uuid
from concurrent.futures import ThreadPoolExecutor
import boto3
from botocore.config import Config
machine = boto3.client("stepfunctions", config=Config(max_pool_connections=16))

def one(number):
    execution = machine.start_execution(
        stateMachineArn=os.environ["MACHINE"], name=uuid.uuid4().hex, input=json.dumps({"x": number})
    )
    return execution["executionArn"]

def ended(arn):
    while machine.describe_execution(executionArn=arn)["status"] == "RUNNING":
        time.sleep(0.05)

def fan_out(event, context):
    with ThreadPoolExecutor(16) as threads:
        arns = list(threads.map(one, range(event["children"])))
        for _ in threads.map(ended, arns):
            pass
    print("done")
    return len(arns)

def square(event, context):
    print("invoked")
    return {"y": event["x"] ** 2}
"""


class BareFanOut:
    """The reference, deployed once; `run` goes through it."""

    def __init__(self, session: Any, origin: str) -> None:
        functions = session.create_client("lambda", region_name="us-east-1", endpoint_url=origin)
        machines = session.create_client("stepfunctions", region_name="us-east-1", endpoint_url=origin)
        made = BareFunctions(functions, "fan", _SOURCE, MemorySize=2048, Timeout=120)
        machine = one_state_machine(machines, "bench-fan", made.create("square"), {"Payload.$": "$"})
        self._functions = functions
        self._fan_out = made.create("fan_out", MACHINE=machine)

    def run(self) -> None:
        """One fan-out."""
        answer = self._functions.invoke(FunctionName=self._fan_out, Payload=json.dumps({"children": CHILDREN}).encode())
        assert json.loads(answer["Payload"].read()) == CHILDREN


def rows() -> Iterator[Row]:
    """One row; both are run in turn, after the devbox has started the sandboxes that they take."""
    import botocore.session
    from botocore.config import Config

    with running_devbox() as devbox:
        flyte.init(endpoint=devbox.endpoint, insecure=True, project="flytesnacks", domain="development")
        session = botocore.session.get_session()
        session.set_credentials("bench", "bench")
        session.set_default_client_config(Config(read_timeout=180))
        bare = BareFanOut(session, "/".join(devbox.endpoint.split("/")[:3]))
        for _ in range(WARM_UPS):
            _ours()
            bare.run()
        taken = [(_ours(), once_ms(bare.run)) for _ in range(PAIRS)]
    ours, reference = (statistics.median(each) for each in zip(*taken, strict=True))
    ratio = statistics.median(one / other for one, other in taken)
    yield Row(
        f"fan-out of {CHILDREN} children through asyncio.gather",
        ours,
        "ms",
        f"{CHILDREN} bare executions: {reference:.0f} ms",
        ratio,
        f"≤ {LIMIT:.0f} ×",
        ratio <= LIMIT,
    )


def _ours() -> float:
    """Milliseconds from the parent's call to its result. Seen from outside: a replay has no clock of before."""
    return once_ms(lambda: flyte.run(fan_out, children=CHILDREN).outputs())
