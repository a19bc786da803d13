"""`flyte.init` and its kin: what the process works with, kept in one frozen `InitState`.

Flyte's parameters that have no meaning on AWS (OAuth, keyring, storage, image builders) are accepted and ignored.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._in_task import backend_of_task, scope_of_program
from ._logging import configure
from ._syncify import syncify
from .config import Config, PlatformConfig, TaskConfig, auto
from .errors import InitializationError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PROJECT = "flytesnacks"
DEFAULT_DOMAIN = "development"


@dataclass(frozen=True, slots=True)
class InitState:
    """What `flyte.init` settled. Without an endpoint there is no backend, and tasks run locally."""

    project: str | None = None
    domain: str | None = None
    org: str | None = None
    root_dir: Path | None = None
    """Where the user's code has its root; None means the current folder, looked at when it is needed."""
    platform: PlatformConfig = field(default_factory=PlatformConfig)
    images: Mapping[str, str] = field(default_factory=dict)
    sync_local_sys_paths: bool = True
    local_persistence: bool = False
    source: Path | None = None
    """The configuration file, if one was read."""

    @property
    def has_backend(self) -> bool:
        """Whether a backend is configured."""
        return self.platform.endpoint is not None


_state: InitState | None = None


def get_init_state() -> InitState | None:
    """What was initialised, or None. A task on the backend works with that, whatever its program initialises."""
    task = backend_of_task()
    if task is not None:
        return task.state
    scope = scope_of_program()
    return InitState(*scope) if _state is None and scope is not None else _state


def set_init_state(state: InitState | None) -> None:
    """Puts another state in force; None undoes the initialisation."""
    global _state  # noqa: PLW0603 - the one state of the process
    _state = state


def require_init_state() -> InitState:
    """What was initialised.

    Raises:
        InitializationError: nothing was.
    """
    state = get_init_state()
    if state is None:
        raise InitializationError(
            "InitializationError",
            "user",
            "Flyte is not initialised: call flyte.init_from_config(), or flyte.init(endpoint=...), first",
        )
    return state


def require_backend() -> InitState:
    """What was initialised, with a backend and a scope.

    Raises:
        InitializationError: nothing was, or no backend is configured.
    """
    state = require_init_state()
    if not state.has_backend:
        raise InitializationError(
            "InitializationError",
            "user",
            "no backend is configured: set admin.endpoint in a configuration file (`flyte create config --endpoint "
            "...`) or FLYTE_ADMIN_ENDPOINT, or start one here with `flyte start devbox`",
        )
    return state


def is_control_plane_available() -> bool:
    """Whether a backend is configured. Nothing is asked of it."""
    state = get_init_state()
    return state is not None and state.has_backend


def current_project() -> str:
    """The project in which things run when none is named.

    Raises:
        InitializationError: none was given to `flyte.init` or in the configuration.
    """
    return _scope_word("project")


def current_domain() -> str:
    """The domain in which things run when none is named.

    Raises:
        InitializationError: none was given to `flyte.init` or in the configuration.
    """
    return _scope_word("domain")


def _scope_word(name: str) -> str:
    state = require_init_state()
    word: str | None = getattr(state, name)
    if word is None:
        raise InitializationError(
            "InitializationError",
            "user",
            f"no {name} is set: call flyte.init({name}=...), or set task.{name} in the configuration",
        )
    return word


@syncify
async def init(  # noqa: D417 - Flyte's signature
    org: str | None = None,
    project: str | None = None,
    domain: str | None = None,
    root_dir: Path | str | None = None,
    log_level: int | None = None,
    log_format: str | None = None,
    reset_root_logger: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    user_log_level: int | None = None,
    endpoint: str | None = None,
    headless: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    insecure: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    insecure_skip_verify: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ca_cert_file_path: str | None = None,
    auth_type: str = "Pkce",
    command: list[str] | None = None,
    proxy_command: list[str] | None = None,
    api_key: str | None = None,
    client_id: str | None = None,
    client_credentials_secret: str | None = None,
    auth_client_config: Any = None,
    rpc_retries: int = 3,
    http_proxy_url: str | None = None,
    disable_keyring: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    storage: Any = None,
    batch_size: int = 1000,
    image_builder: str = "local",
    images: dict[str, str] | None = None,
    image_registry: str | None = None,
    source_config_path: Path | None = None,
    sync_local_sys_paths: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
    load_plugin_type_transformers: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
    local_persistence: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    local_tracked: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    local_tracked_strict: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    scopes: list[str] | None = None,
    *,
    region: str | None = None,
    profile: str | None = None,
) -> None:
    """Initialises the process. Without an endpoint, tasks run locally.

    Args:
        project: The project in which things run when none is named.
        domain: The domain in which things run when none is named.
        root_dir: The folder that the user's code is imported from; the current one if not given.
        log_level: Of this package's own lines; `user_log_level` is that of `flyte.logger`.
        log_format: Of both on stderr: `console` or `json`. What is not told here is kept for programs that name it.
        endpoint: The backend: `https://…`, `http://…`, `dns:///host` or `host:port`.
        insecure: Whether an endpoint without a scheme is reached by plain HTTP.
        insecure_skip_verify: Whether the backend's certificate is taken unseen.
        ca_cert_file_path: The certificates to trust, in PEM form.
        http_proxy_url: The proxy to go through.
        api_key: As `init_from_api_key` takes it; names the endpoint if `endpoint` does not.
        images: Names of images and their URIs.
        source_config_path: The file that all this came from.
        sync_local_sys_paths: Whether folders of `sys.path` below the root are on the task's path as well.
        local_persistence: Whether runs in local mode are kept.
        region: The AWS region of the backend, where its address does not tell.
        profile: The profile of the AWS configuration whose credentials sign requests.
    """
    del headless, auth_type, command, proxy_command, client_id, client_credentials_secret, auth_client_config
    del rpc_retries, disable_keyring, storage, batch_size, image_builder, image_registry
    del load_plugin_type_transformers, local_tracked, local_tracked_strict, scopes
    configure(user_log_level, log_level, log_format, reset_root_logger=reset_root_logger)
    if endpoint is None and api_key is not None:
        endpoint = _endpoint_of(api_key)
    platform = PlatformConfig(
        endpoint=endpoint,
        insecure=insecure,
        insecure_skip_verify=insecure_skip_verify,
        ca_cert_file_path=ca_cert_file_path,
        http_proxy_url=http_proxy_url,
        region=region,
        profile=profile,
    )
    _enter(
        Config(platform=platform, task=TaskConfig(org, project, domain), source=source_config_path),
        root_dir=root_dir,
        images=images or {},
        sync_local_sys_paths=sync_local_sys_paths,
        local_persistence=local_persistence,
    )


@syncify
async def init_from_config(  # noqa: D417 - Flyte's signature
    path_or_config: str | Path | Config | None = None,
    root_dir: Path | str | None = None,
    log_level: int | None = None,
    log_format: str = "console",
    user_log_level: int | None = None,
    org: str | None = None,
    project: str | None = None,
    domain: str | None = None,
    storage: Any = None,
    batch_size: int = 1000,
    image_builder: str | None = None,
    images: tuple[str, ...] | None = None,
    sync_local_sys_paths: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
) -> None:
    """Initialises the process from a configuration file, or from the first one found; with none, for local runs.

    Args:
        path_or_config: The file, or a configuration already read.
        root_dir: The folder that the user's code is imported from; the current one if not given.
        user_log_level: Of `flyte.logger`. What is not told here is as in `init`.
        org: Wins over the file's, as `project` and `domain` do.
        images: `name=uri` each; they win over the file's.
        sync_local_sys_paths: Whether folders of `sys.path` below the root are on the task's path as well.

    Raises:
        InitializationError: the file is missing, or something in it cannot be used.
    """
    del storage, batch_size, image_builder
    configure(user_log_level, log_level, log_format)
    config = path_or_config if isinstance(path_or_config, Config) else auto(path_or_config)
    task = TaskConfig(org or config.task.org, project or config.task.project, domain or config.task.domain)
    _enter(
        config.with_params(task=task),
        root_dir=root_dir,
        images={**config.image.image_refs, **_named_images(images or ())},
        sync_local_sys_paths=sync_local_sys_paths,
        local_persistence=config.local.persistence,
    )


@syncify
async def init_from_api_key(
    api_key: str | None = None,
    project: str | None = None,
    domain: str | None = None,
    root_dir: Path | str | None = None,
    log_level: int | None = None,
    log_format: str | None = None,
    storage: Any = None,
    batch_size: int = 1000,
    image_builder: str = "local",
    images: dict[str, str] | None = None,
    sync_local_sys_paths: bool = True,  # noqa: FBT001, FBT002 - Flyte's signature
    insecure_skip_verify: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
    ca_cert_file_path: str | None = None,
) -> None:
    """Initialises the process with the backend that a Flyte API key names; AWS credentials sign the requests.

    Raises:
        InitializationError: neither `api_key` nor FLYTE_API_KEY is given, or it names no endpoint.
    """
    del log_level, log_format, storage, batch_size, image_builder
    key = api_key or os.environ.get("FLYTE_API_KEY")
    if not key:
        raise InitializationError("InitializationError", "user", "no API key: give api_key, or set FLYTE_API_KEY")
    platform = PlatformConfig(
        endpoint=_endpoint_of(key), insecure_skip_verify=insecure_skip_verify, ca_cert_file_path=ca_cert_file_path
    )
    _enter(
        Config(platform=platform, task=TaskConfig(None, project, domain)),
        root_dir=root_dir,
        images=images or {},
        sync_local_sys_paths=sync_local_sys_paths,
    )


@syncify
async def init_in_cluster(
    org: str | None = None,
    project: str | None = None,
    domain: str | None = None,
    api_key: str | None = None,
    endpoint: str | None = None,
    insecure: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
) -> dict[str, Any]:
    """Initialises a process that runs beside a task, from its environment variables. Gives back what was found."""
    if endpoint is None and (key := api_key or os.environ.get("FLYTE_API_KEY")):
        endpoint = _endpoint_of(key)
    return _from_environment(org, project, domain, endpoint, insecure=insecure)


@syncify
async def init_passthrough(
    endpoint: str | None = None,
    org: str | None = None,
    project: str | None = None,
    domain: str | None = None,
    insecure: bool = False,  # noqa: FBT001, FBT002 - Flyte's signature
) -> dict[str, Any]:
    """Initialises the process for requests with the caller's own credentials. Gives back what was found.

    Raises:
        InitializationError: neither `endpoint` nor FLYTE_ADMIN_ENDPOINT is given.
    """
    found = _from_environment(org, project, domain, endpoint, insecure=insecure)
    if found["endpoint"] is None:
        set_init_state(None)
        raise InitializationError("InitializationError", "user", "no endpoint: give it, or set FLYTE_ADMIN_ENDPOINT")
    return found


def _from_environment(
    org: str | None, project: str | None, domain: str | None, endpoint: str | None, *, insecure: bool
) -> dict[str, Any]:
    from .config import load_config

    found = load_config(None, os.environ)
    platform = replace(
        found.platform, endpoint=endpoint or found.platform.endpoint, insecure=insecure or found.platform.insecure
    )
    task = TaskConfig(org or found.task.org, project or found.task.project, domain or found.task.domain)
    _enter(found.with_params(platform=platform, task=task))
    return {
        "org": task.org,
        "project": task.project,
        "domain": task.domain,
        "endpoint": platform.endpoint,
        "insecure": platform.insecure,
    }


def _enter(
    config: Config,
    *,
    root_dir: Path | str | None = None,
    images: Mapping[str, str] | None = None,
    sync_local_sys_paths: bool = True,
    local_persistence: bool = False,
) -> None:
    root = None if root_dir is None else Path(root_dir).expanduser().resolve()
    if root is not None and not root.is_dir():
        raise InitializationError("InitializationError", "user", f"root_dir {root} is not a folder")
    remote = config.platform.endpoint is not None
    set_init_state(
        InitState(
            project=config.task.project or (DEFAULT_PROJECT if remote else None),
            domain=config.task.domain or (DEFAULT_DOMAIN if remote else None),
            org=config.task.org,
            root_dir=root,
            platform=config.platform,
            images=dict(images or {}),
            sync_local_sys_paths=sync_local_sys_paths,
            local_persistence=local_persistence,
            source=config.source,
        )
    )


def _named_images(images: tuple[str, ...]) -> dict[str, str]:
    """`name=uri`, or a bare URI for the image named `default`."""
    pairs = (image.partition("=") for image in images)
    return {name if uri else "default": uri or name for name, _, uri in pairs}


def _endpoint_of(api_key: str) -> str:
    """The first of the four parts that a Flyte API key holds: endpoint, client, secret, organisation."""
    try:
        text = base64.b64decode(api_key, validate=True).decode()
        endpoint = text.rsplit(":", 3)[0] if text.count(":") >= 3 else ""
    except (binascii.Error, UnicodeDecodeError):
        endpoint = ""
    if not endpoint:
        raise InitializationError("InitializationError", "user", "the API key names no endpoint; is it complete?")
    return endpoint
