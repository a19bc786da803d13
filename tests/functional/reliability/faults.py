"""AWS that fails once, at a chosen call: what every part of the backend calls, counted in one row."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

_SERVICES = ("dynamodb", "s3", "step_functions", "logs")
_WITHOUT_A_REQUEST = {"exceptions", "meta", "generate_presigned_url"}
_READS = ("get_", "batch_get_", "head_", "list_", "describe_", "filter_", "query")


class Fault(Enum):
    """What becomes of the call, after all that the AWS client does about it by itself."""

    UNSENT = "unsent"
    """It never reaches AWS."""
    THROTTLED = "throttled"
    LOST = "lost"
    """AWS does it, and the answer does not come."""
    REPEATED = "repeated"
    """The answer does not come, and the AWS client sends it again."""
    DIED_BEFORE = "died before"
    """The process that makes it ends."""
    DIED_AFTER = "died after"

    def tells_something_of(self, call: str) -> bool:
        """Whether another fault is not the same: to AWS it is all one whether a read was answered."""
        return not call.startswith(_READS) or self in {Fault.UNSENT, Fault.THROTTLED, Fault.DIED_BEFORE}


class Died(BaseException):
    """The end of the process that makes the call."""


class Faults:
    """Lets the call number `at` (from 0) fail; None lets none fail."""

    def __init__(self, fault: Fault | None = None, at: int = 0) -> None:
        self._fault = fault
        self._at = at
        self.calls: list[str] = []

    @property
    def happened(self) -> bool:
        """Whether there was a call to fail."""
        return self._fault is not None and len(self.calls) > self._at

    def call(self, name: str, make: Callable[[], Any]) -> Any:
        """Makes the call, or fails."""
        self.calls.append(name)
        fault = self._fault if len(self.calls) == self._at + 1 else None
        if fault is Fault.UNSENT:
            raise EndpointConnectionError(endpoint_url="https://aws")
        if fault is Fault.THROTTLED:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, name)
        if fault is Fault.DIED_BEFORE:
            raise Died
        answer = make()
        if fault is Fault.LOST:
            raise ReadTimeoutError(endpoint_url="https://aws")
        if fault is Fault.DIED_AFTER:
            raise Died
        return make() if fault is Fault.REPEATED else answer


class FaultyClients:
    """Stands for `functions.control.clients.Clients`; the calls of its clients go through `faults`."""

    def __init__(self, clients: Any, step_functions: Any) -> None:
        self.faults = Faults()
        made = {name: getattr(clients, name) for name in _SERVICES if name != "step_functions"}
        for name, client in {**made, "step_functions": step_functions}.items():
            setattr(self, name, _FaultyClient(self, client))


class _FaultyClient:
    def __init__(self, clients: FaultyClients, client: Any) -> None:
        self._clients = clients
        self._client = client

    def get_paginator(self, name: str) -> Any:
        return _FaultyPaginator(self._clients, name, self._client.get_paginator(name))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in _WITHOUT_A_REQUEST:
            return found
        return lambda **given: self._clients.faults.call(name, lambda: found(**given))


class _FaultyPaginator:
    """All pages count as one call."""

    def __init__(self, clients: FaultyClients, name: str, paginator: Any) -> None:
        self._clients = clients
        self._name = name
        self._paginator = paginator

    def paginate(self, **given: Any) -> list[Any]:
        pages: list[Any] = self._clients.faults.call(self._name, lambda: list(self._paginator.paginate(**given)))
        return pages
