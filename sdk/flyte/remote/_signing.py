"""Signs requests with SigV4: the caller's own AWS credentials, or fixed ones for a backend on this machine."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from flyte.errors import InitializationError, RuntimeSystemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._endpoint import Endpoint

SERVICE = "execute-api"
LOCAL_REGION = "us-east-1"
NO_CREDENTIALS = (
    "no AWS credentials were found to sign requests to the backend with: run `aws configure` or `aws sso login`, "
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in admin.profile"
)


class Signer(Protocol):
    """Adds to a request what proves who sends it."""

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The headers to send: those given, and the signature's."""


class SigV4Signer:
    """Signs for API Gateway.

    Args:
        endpoint: Where requests go; a loopback address gets fixed credentials, which mean nothing elsewhere.
        region: The region to sign for, where the endpoint's host name does not tell.
        profile: The profile of the AWS configuration to take credentials from.
    """

    def __init__(self, endpoint: Endpoint, *, region: str | None = None, profile: str | None = None) -> None:
        self._endpoint = endpoint
        self._region = region
        self._profile = profile
        self._lock = threading.Lock()
        self._signer: Any = None

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The headers to send: those given, and the signature's.

        Raises:
            RuntimeSystemError: `NoCredentials`: none were found, or they could not be refreshed.
            InitializationError: the region is not known, or the profile does not exist.
        """
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        request = AWSRequest(method=method, url=url, data=body, headers=dict(headers))
        try:
            with self._lock:
                if self._signer is None:
                    self._signer = self._make()
            self._signer.add_auth(request)
        except BotoCoreError as error:
            raise RuntimeSystemError("NoCredentials", f"{NO_CREDENTIALS} ({error})") from error
        return dict(request.headers.items())

    def _make(self) -> Any:
        from botocore.auth import SigV4Auth
        from botocore.credentials import Credentials

        if self._endpoint.is_loopback:
            # The backend on this machine takes any signature: no AWS account is needed, and none is used by mistake.
            return SigV4Auth(Credentials("local", "local"), SERVICE, self._region or LOCAL_REGION)
        from botocore.exceptions import ProfileNotFound
        from botocore.session import Session

        session = Session(profile=self._profile)
        try:
            credentials = session.get_credentials()
            region = self._region or self._endpoint.region or session.get_config_variable("region")
        except ProfileNotFound as error:
            raise InitializationError(
                "ConfigurationError", "user", f"{error}; name another in admin.profile or AWS_PROFILE"
            ) from error
        if credentials is None:
            raise RuntimeSystemError("NoCredentials", NO_CREDENTIALS)
        if region is None:
            raise InitializationError(
                "ConfigurationError", "user", f"the region of {self._endpoint.url} is not known: set admin.region"
            )
        return SigV4Auth(credentials, SERVICE, region)
