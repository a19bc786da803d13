from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flyte.errors import InitializationError, RuntimeSystemError
from flyte.remote._endpoint import parse_endpoint
from flyte.remote._signing import SigV4Signer

if TYPE_CHECKING:
    from pathlib import Path

AWS = parse_endpoint("https://abc.execute-api.eu-west-1.amazonaws.com")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither variables nor files nor an instance give credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def test_a_backend_on_this_machine_needs_no_account() -> None:
    headers = SigV4Signer(parse_endpoint("http://127.0.0.1:1")).sign("GET", "http://127.0.0.1:1/v1/health", {}, b"")
    assert "/us-east-1/execute-api/aws4_request" in headers["Authorization"]


def test_requests_are_signed_with_the_callers_credentials_for_the_endpoints_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    headers = SigV4Signer(AWS).sign("POST", f"{AWS.url}/v1/projects", {"accept": "application/json"}, b"{}")
    assert "Credential=AKIDEXAMPLE/" in headers["Authorization"]
    assert "/eu-west-1/execute-api/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "session"
    assert headers["accept"] == "application/json"


def test_a_profile_gives_credentials_and_region(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = s\n")
    (tmp_path / "config").write_text("[profile dev]\nregion = ap-south-1\n")
    custom = parse_endpoint("https://api.example.com")
    headers = SigV4Signer(custom, profile="dev").sign("GET", custom.url, {}, b"")
    assert "Credential=AKIDDEV/" in headers["Authorization"]
    assert "/ap-south-1/" in headers["Authorization"]


def test_without_credentials_the_user_is_told_what_to_do() -> None:
    with pytest.raises(RuntimeSystemError, match="aws configure") as caught:
        SigV4Signer(AWS).sign("GET", AWS.url, {}, b"")
    assert caught.value.code == "NoCredentials"


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(InitializationError, match="nowhere"):
        SigV4Signer(AWS, profile="nowhere").sign("GET", AWS.url, {}, b"")


def test_a_region_that_nobody_names_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    custom = parse_endpoint("https://api.example.com")
    with pytest.raises(InitializationError, match=r"set admin\.region"):
        SigV4Signer(custom).sign("GET", custom.url, {}, b"")
