"""Everything in control, wired together once for each function. Parts are made when they are first asked for."""

from __future__ import annotations

from functools import cached_property

from functions.control.actions import Actions
from functions.control.clients import Clients
from functions.control.clock import Clock, utc_now
from functions.control.payloads import Payloads
from functions.control.settings import Settings


class Backend:
    """The rules on this stack's tables, bucket and state machine."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now) -> None:
        self.settings = settings
        self.clients = clients
        self.now = now

    @classmethod
    def from_environment(cls) -> Backend:
        """The backend of this function, by its environment variables."""
        return cls(Settings.from_environment(), Clients())

    @cached_property
    def payloads(self) -> Payloads:
        """Inputs, outputs and errors in the bucket."""
        return Payloads(self.settings, self.clients)

    @cached_property
    def actions(self) -> Actions:
        """The store of actions: claim, finish, abort."""
        return Actions(self.settings, self.clients, self.payloads, self.now)
