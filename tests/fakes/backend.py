"""The fixture `api`: a process initialised with a backend in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte import _initialize
from flyte._initialize import InitState
from flyte.config import PlatformConfig
from flyte.remote import _http
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._signing import SigV4Signer
from tests.fakes.api import FakeApi

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """A backend in memory that the process is initialised with."""
    fake = FakeApi()
    endpoint = parse_endpoint("http://127.0.0.1:1")
    client = _http.ApiClient(endpoint, fake, SigV4Signer(endpoint), first_retry_delay_s=0.0)
    monkeypatch.setattr(_http, "client_for", lambda _platform: client)
    before = _initialize.get_init_state()
    platform = PlatformConfig(endpoint=endpoint.url)
    _initialize.set_init_state(InitState(project="shop", domain="testing", platform=platform))
    yield fake
    _initialize.set_init_state(before)
