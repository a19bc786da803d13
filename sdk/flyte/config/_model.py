"""The configuration as frozen dataclasses. A field knows its key in the file, its kind, and further variables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """How a value is written in a file and in an environment variable."""

    TEXT = "text"
    FLAG = "true or false"
    WORDS = "a list of words"
    MAPPING = "a mapping of words to words"


KEY, KIND, ALIASES = "key", "kind", "aliases"


def _option(key: str, kind: Kind = Kind.TEXT, *, aliases: tuple[str, ...] = (), default: Any = None) -> Any:
    metadata = {KEY: key, KIND: kind, ALIASES: aliases}
    if kind is Kind.MAPPING:
        return field(default_factory=dict, metadata=metadata)
    unset: Any = {Kind.TEXT: None, Kind.FLAG: False, Kind.WORDS: ()}[kind]
    return field(default=unset if default is None else default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """The backend and how to reach it. What AWS's credentials replace is read, kept and not used."""

    endpoint: str | None = _option("admin.endpoint")
    insecure: bool = _option("admin.insecure", Kind.FLAG)
    region: str | None = _option("admin.region")
    profile: str | None = _option("admin.profile")
    insecure_skip_verify: bool = _option("admin.insecureSkipVerify", Kind.FLAG)
    ca_cert_file_path: str | None = _option("admin.caCertFilePath")
    http_proxy_url: str | None = _option("admin.httpProxyURL")
    auth_mode: str | None = _option("admin.authType", aliases=("FLYTE_AUTH_TYPE",))
    command: tuple[str, ...] = _option("admin.command", Kind.WORDS, aliases=("FLYTE_AUTH_COMMAND",))
    proxy_command: tuple[str, ...] = _option("admin.proxyCommand", Kind.WORDS)
    client_id: str | None = _option("admin.clientId")
    client_secret_location: str | None = _option("admin.clientSecretLocation")
    client_secret_env_var: str | None = _option("admin.clientSecretEnvVar")
    scopes: tuple[str, ...] = _option("admin.scopes", Kind.WORDS)
    disable_keyring: bool = _option("admin.disableKeyring", Kind.FLAG)
    console_endpoint: str | None = _option("console.endpoint")


@dataclass(frozen=True, slots=True)
class TaskConfig:
    """The scope that runs, tasks and lists are in when none is named."""

    org: str | None = _option("task.org")
    project: str | None = _option("task.project")
    domain: str | None = _option("task.domain")


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """How images are named and made (kept for programs that name them)."""

    builder: str | None = _option("image.builder")
    image_refs: dict[str, str] = _option("image.image_refs", Kind.MAPPING)  # noqa: RUF009 - makes a field
    registry: str | None = _option("image.registry")


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """How runs in local mode are kept."""

    persistence: bool = _option("local.persistence", Kind.FLAG)
    tracked: bool = _option("local.tracked", Kind.FLAG)
    tracked_strict: bool = _option("local.tracked_strict", Kind.FLAG)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is configured, and the file that it came from."""

    platform: PlatformConfig = field(default_factory=PlatformConfig)
    task: TaskConfig = field(default_factory=TaskConfig)
    image: ImageConfig = field(default_factory=ImageConfig)
    local: LocalConfig = field(default_factory=LocalConfig)
    source: Path | None = None

    @classmethod
    def auto(cls, config_file: str | Path | None = None) -> Config:
        """The configuration of that file, or of the first one that is found, with the environment over it."""
        from ._reader import auto

        return auto(config_file)

    def with_params(
        self,
        platform: PlatformConfig | None = None,
        task: TaskConfig | None = None,
        image: ImageConfig | None = None,
    ) -> Config:
        """The same with some sections replaced."""
        return replace(self, platform=platform or self.platform, task=task or self.task, image=image or self.image)

    def to_yaml(self) -> str:
        """The text of a configuration file that says the same."""
        from ._writer import to_yaml

        return to_yaml(self)
