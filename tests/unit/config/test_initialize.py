from __future__ import annotations

import base64
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import flyte
from flyte import _initialize
from flyte._initialize import get_init_state, require_backend, require_init_state
from flyte.config import Config, PlatformConfig, TaskConfig
from flyte.errors import InitializationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = get_init_state()
    _initialize.set_init_state(None)
    for name in ("FLYTE_API_KEY", "FLYTE_ADMIN_ENDPOINT", "FLYTE_TASK_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    yield
    _initialize.set_init_state(before)


def test_before_init_there_is_nothing() -> None:
    assert get_init_state() is None
    assert not flyte.is_control_plane_available()
    with pytest.raises(InitializationError, match=r"not initialised: call flyte\.init_from_config"):
        flyte.current_project()


def test_init_alone_is_local() -> None:
    flyte.init(project="shop", domain="testing")
    assert (flyte.current_project(), flyte.current_domain()) == ("shop", "testing")
    assert not flyte.is_control_plane_available()
    with pytest.raises(InitializationError, match="no backend is configured"):
        require_backend()


def test_a_project_that_was_not_given_is_not_made_up_locally() -> None:
    flyte.init()
    with pytest.raises(InitializationError, match="no domain is set"):
        flyte.current_domain()


def test_with_an_endpoint_the_first_project_is_the_default() -> None:
    flyte.init(endpoint="https://x", region="eu-west-1", profile="dev")
    assert (flyte.current_project(), flyte.current_domain()) == ("flytesnacks", "development")
    assert require_backend().platform == PlatformConfig(endpoint="https://x", region="eu-west-1", profile="dev")


def test_arguments_win_over_the_configuration(tmp_path: Path) -> None:
    config = Config(platform=PlatformConfig(endpoint="https://x"), task=TaskConfig(None, "file", "dev"))
    flyte.init_from_config(config, project="argument", root_dir=tmp_path, images=("base=repo/base:2", "repo/other"))
    state = require_init_state()
    assert (state.project, state.domain, state.root_dir) == ("argument", "dev", tmp_path.resolve())
    assert state.images == {"base": "repo/base:2", "default": "repo/other"}


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InitializationError, match="is not a folder"):
        flyte.init(root_dir=tmp_path / "nowhere")


async def _init_in_a_loop() -> str:
    await flyte.init.aio(project="looped")
    return flyte.current_project()


def test_init_can_be_awaited() -> None:
    import asyncio

    assert asyncio.run(_init_in_a_loop()) == "looped"


def test_an_api_key_names_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYTE_API_KEY", base64.b64encode(b"https://x:443:client:secret:org").decode())
    flyte.init_from_api_key()
    assert require_backend().platform.endpoint == "https://x:443"


@pytest.mark.parametrize("key", ["", "no base64!", base64.b64encode(b"only:two").decode()])
def test_an_unusable_api_key_is_refused(key: str) -> None:
    with pytest.raises(InitializationError, match="API key"):
        flyte.init_from_api_key(key)


def test_beside_a_task_the_environment_says_where_the_backend_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYTE_ADMIN_ENDPOINT", "https://x")
    monkeypatch.setenv("FLYTE_TASK_PROJECT", "shop")
    assert flyte.init_in_cluster(domain="testing")["endpoint"] == "https://x"
    assert (flyte.current_project(), flyte.current_domain()) == ("shop", "testing")


def test_passthrough_needs_an_endpoint() -> None:
    with pytest.raises(InitializationError, match="FLYTE_ADMIN_ENDPOINT"):
        flyte.init_passthrough()
    assert get_init_state() is None


def test_initialising_loads_nothing_heavy() -> None:
    program = (
        "import sys, flyte; flyte.init(endpoint='https://x');"
        "heavy = {'boto3', 'botocore', 'pydantic', 'urllib3', 'yaml', 'rich', 'click'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
