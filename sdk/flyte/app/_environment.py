"""Environments of apps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from flyte._environment import Environment
from flyte.errors import NotSupportedError

from ._settings import Domain, Link, Parameter, Port, Scaling, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

FunctionT = TypeVar("FunctionT", bound="Callable[..., Any]")


@dataclass(eq=False, kw_only=True)
class AppEnvironment(Environment):
    """A server that stays up. Programs may declare one; to deploy one is refused. See `Environment` for the rest.

    Args:
        type: What kind of app it is, in a word.
        port: The port that it listens on.
        args: Arguments of its command.
        command: Its command.
        requires_auth: Whether callers must be known.
        scaling: How many copies run.
        domain: Where it is found.
        links: Links shown beside it.
        parameters: Values that it is started with.
        cluster_pool: Accepted for clusters.
        cluster: Accepted for clusters.
        timeouts: How long a request may take.
    """

    not_on_lambda: ClassVar[str] = (
        "is an app, and Lambda runs tasks that end, no servers that stay up: deploy only the environments with tasks, "
        "and take the app out of their depends_on"
    )

    name: str = field(kw_only=False)
    type: str | None = None
    port: int | Port = 8080
    args: list[str] | str | None = None
    command: list[str] | str | None = None
    requires_auth: bool = True
    scaling: Scaling = field(default_factory=Scaling)
    domain: Domain | None = field(default_factory=Domain)
    links: list[Link] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    cluster_pool: str = "default"
    cluster: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)

    def get_port(self) -> Port:
        """The port in its full form."""
        return self.port if isinstance(self.port, Port) else Port(self.port)

    @property
    def endpoint(self) -> NoReturn:
        """Where it is reached: nowhere.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError(f"environment {self.name} {self.not_on_lambda}")

    def server(self, function: FunctionT) -> FunctionT:
        """Marks the function that serves."""
        return function

    def on_startup(self, function: FunctionT) -> FunctionT:
        """Marks the function that runs before it serves."""
        return function

    def on_shutdown(self, function: FunctionT) -> FunctionT:
        """Marks the function that runs after it served."""
        return function


@dataclass(eq=False, kw_only=True)
class ConnectorEnvironment(AppEnvironment):
    """A server of connectors to other systems."""

    type: str | None = "connector"
    port: int | Port = field(default_factory=lambda: Port(8080, name="h2c"))
