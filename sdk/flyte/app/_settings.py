"""What an app is declared with. Kept for programs that name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from flyte._unsupported import unsupported

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

ParameterType = Literal["string", "file", "directory", "app_endpoint"]
_OUTSIDE = "no app runs here; tasks have flyte.ctx() and their own parameters"


@dataclass(frozen=True)
class Port:
    """The port that an app listens on."""

    port: int
    name: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65_535:
            raise ValueError(f"port={self.port}: between 1 and 65,535")


@dataclass(frozen=True)
class Scaling:
    """How many copies of an app run."""

    @dataclass(frozen=True)
    class Concurrency:
        """By requests at a time in one copy."""

        val: int

    @dataclass(frozen=True)
    class RequestRate:
        """By requests a second to one copy."""

        val: int

    replicas: int | tuple[int, int] = (0, 1)
    metric: Concurrency | RequestRate | None = None
    scaledown_after: int | timedelta | None = None

    def __post_init__(self) -> None:
        least, most = self.get_replicas()
        if not 0 <= least <= most:
            raise ValueError(f"replicas={self.replicas!r}: a number, or a pair (least, most)")

    def get_replicas(self) -> tuple[int, int]:
        """The least and the most."""
        return self.replicas if isinstance(self.replicas, tuple) else (self.replicas, self.replicas)


@dataclass(frozen=True)
class Subdomain:
    """Where an app is found below the backend's own domain."""

    app_name: str | None = None
    project_domain_suffix: Literal["hash", "default"] = "hash"
    function: Callable[..., str] | None = None


@dataclass(frozen=True)
class Domain:
    """Where an app is found."""

    subdomain: str | Subdomain | None = None
    custom_domain: str | None = None


@dataclass(frozen=True)
class Link:
    """A link shown beside an app."""

    path: str
    title: str
    is_relative: bool = False


@dataclass(frozen=True)
class Timeouts:
    """How long an app may take for a request: seconds, or a timedelta."""

    request: int | timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class RunOutput:
    """An app's parameter that is the output of a run."""

    type: ParameterType
    run_name: str | None = None
    task_name: str | None = None
    task_version: str | None = None
    task_auto_version: Literal["latest", "current"] | None = None
    getter: tuple[Any, ...] = (0,)


@dataclass(frozen=True, kw_only=True)
class AppEndpoint:
    """An app's parameter that is another app's address."""

    app_name: str
    public: bool = False
    type: Literal["string"] = "string"


@dataclass(frozen=True, kw_only=True)
class ArtifactValue:
    """An app's parameter that is a version of an artifact."""

    name: str
    version: str | None = None
    project: str | None = None
    domain: str | None = None
    type: ParameterType | None = None


@dataclass(frozen=True)
class Parameter:
    """A value that an app is started with."""

    name: str
    value: Any = None
    type: ParameterType | None = None
    env_var: str | None = None
    download: bool = True
    mount: str | None = None
    ignore_patterns: list[str] = field(default_factory=list)


ctx = unsupported("flyte.app.ctx", _OUTSIDE)
get_parameter = unsupported("flyte.app.get_parameter", _OUTSIDE)
