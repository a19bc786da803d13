"""Everything in control, wired together once for each function. Parts are made when they are first asked for."""

from __future__ import annotations

from functools import cached_property

from functions.control.aborts import Aborts
from functions.control.actions import Actions
from functions.control.artifact_pruning import ArtifactPruning
from functions.control.artifacts import Artifacts
from functions.control.child_records import ChildRecords
from functions.control.clients import Clients
from functions.control.clock import Clock, utc_now
from functions.control.closing import Closing
from functions.control.conditions import Conditions
from functions.control.costs import Costs
from functions.control.deaths import Deaths
from functions.control.deployments import Deployments
from functions.control.ends import Tell, nobody
from functions.control.executions import Executions
from functions.control.listing import Listing
from functions.control.logs import Logs
from functions.control.lookup import Lookup
from functions.control.open_actions import OpenActions
from functions.control.parking import Wakeups
from functions.control.payloads import Payloads
from functions.control.projects import Projects
from functions.control.reconciliation import Reconciliation
from functions.control.recovery import Recoveries
from functions.control.registry import Registry
from functions.control.reservations import Reservations
from functions.control.results import Results
from functions.control.rollbacks import Rollbacks
from functions.control.runs import Runs
from functions.control.secret_values import SecretValues
from functions.control.secrets import Secrets
from functions.control.settings import Settings
from functions.control.task_lists import LastRuns
from functions.control.traces import Traces
from functions.control.transfers import Transfers
from functions.control.triggers import Triggers
from functions.control.triggers_declared import DeclaredTriggers
from functions.control.triggers_firing import TriggerFiring
from functions.control.triggers_scheduler import Schedules
from functions.control.uploads_in_parts import UploadsInParts
from functions.control.version_pruning import VersionPruning


class Backend:
    """The rules on this stack's tables, bucket and state machine."""

    def __init__(self, settings: Settings, clients: Clients, now: Clock = utc_now, tell: Tell = nobody) -> None:
        self.settings = settings
        self.clients = clients
        self.now = now
        self.tell = tell

    @classmethod
    def from_environment(cls, tell: Tell = nobody) -> Backend:
        """The backend of this function, by its environment variables. `tell` hears of the end of actions."""
        return cls(Settings.from_environment(), Clients(), tell=tell)

    @cached_property
    def payloads(self) -> Payloads:
        """Inputs, outputs and errors in the bucket."""
        return Payloads(self.settings, self.clients)

    @cached_property
    def actions(self) -> Actions:
        """The store of actions: claim, finish, abort."""
        return Actions(self.settings, self.clients, self.payloads, self.now, self.tell)

    @cached_property
    def artifacts(self) -> Artifacts:
        """Code and dependencies in the bucket."""
        return Artifacts(self.settings, self.clients, self.now)

    @cached_property
    def transfers(self) -> Transfers:
        """Data that clients read, and folders that they bring."""
        return Transfers(self.settings, self.clients, self.artifacts)

    @cached_property
    def uploads_in_parts(self) -> UploadsInParts:
        """Large files that clients bring."""
        return UploadsInParts(self.settings, self.clients)

    @cached_property
    def results(self) -> Results:
        """Cached results."""
        return Results(self.settings, self.clients, self.payloads, self.now)

    @cached_property
    def reservations(self) -> Reservations:
        """Who makes a cached result."""
        return Reservations(self.settings, self.clients, self.now)

    @cached_property
    def executions(self) -> Executions:
        """Executions of the action state machine."""
        return Executions(self.settings, self.clients)

    @cached_property
    def projects(self) -> Projects:
        """Projects and domains."""
        return Projects(self.settings, self.clients)

    @cached_property
    def registry(self) -> Registry:
        """Deployed tasks."""
        return Registry(self.settings, self.clients, self.now)

    @cached_property
    def rollbacks(self) -> Rollbacks:
        """Making a version the latest again."""
        return Rollbacks(self.settings, self.clients, self.registry, self.declared_triggers)

    @cached_property
    def open_actions(self) -> OpenActions:
        """What runs in progress need."""
        return OpenActions(self.settings, self.clients)

    @cached_property
    def version_pruning(self) -> VersionPruning:
        """Deleting old versions."""
        return VersionPruning(self.settings, self.clients, self.registry, self.open_actions, self.triggers)

    @cached_property
    def artifact_pruning(self) -> ArtifactPruning:
        """Deleting what no version names."""
        return ArtifactPruning(self.settings, self.clients, self.open_actions, self.now)

    @cached_property
    def secrets(self) -> Secrets:
        """Secrets by name."""
        return Secrets(self.settings, self.clients)

    @cached_property
    def secret_values(self) -> SecretValues:
        """What secrets hold, for tasks that run."""
        return SecretValues(self.settings, self.clients)

    @cached_property
    def runs(self) -> Runs:
        """Starting runs."""
        return Runs(
            settings=self.settings,
            registry=self.registry,
            artifacts=self.artifacts,
            payloads=self.payloads,
            actions=self.actions,
            executions=self.executions,
            recoveries=self.recoveries,
            lookup=self.lookup,
            now=self.now,
        )

    @cached_property
    def traces(self) -> Traces:
        """Calls of traced functions."""
        return Traces(self.settings, self.clients, self.payloads, self.now)

    @cached_property
    def conditions(self) -> Conditions:
        """What tasks wait for that people say."""
        return Conditions(self.settings, self.clients, self.actions, self.now)

    @cached_property
    def wakeups(self) -> Wakeups:
        """Waking parked actions."""
        return Wakeups(self.settings, self.clients, self.now)

    @cached_property
    def child_records(self) -> ChildRecords:
        """Children as their parent sees them."""
        return ChildRecords(self.settings, self.clients)

    @cached_property
    def recoveries(self) -> Recoveries:
        """What need not be run again."""
        return Recoveries(self.lookup, self.child_records, self.payloads)

    @cached_property
    def listing(self) -> Listing:
        """Lists of runs and actions."""
        return Listing(self.settings, self.clients, self.now)

    @cached_property
    def last_runs(self) -> LastRuns:
        """The newest runs of tasks."""
        return LastRuns(self.listing)

    @cached_property
    def costs(self) -> Costs:
        """What runs cost."""
        return Costs(self.listing)

    @cached_property
    def deployments(self) -> Deployments:
        """Deploying environments."""
        return Deployments(self.registry, self.artifacts, self.declared_triggers)

    @cached_property
    def schedules(self) -> Schedules:
        """Schedules of triggers."""
        return Schedules(self.settings, self.clients)

    @cached_property
    def triggers(self) -> Triggers:
        """What starts tasks on a schedule."""
        return Triggers(self.settings, self.clients, self.registry, self.schedules, self.now)

    @cached_property
    def declared_triggers(self) -> DeclaredTriggers:
        """Triggers that code declares."""
        return DeclaredTriggers(self.settings, self.clients, self.triggers, self.now)

    @cached_property
    def trigger_firing(self) -> TriggerFiring:
        """Starting runs that are due."""
        return TriggerFiring(self.triggers, self.schedules, self.runs)

    @cached_property
    def aborts(self) -> Aborts:
        """Ending actions on request."""
        return Aborts(self.actions, self.listing, self.executions)

    @cached_property
    def deaths(self) -> Deaths:
        """Closing attempts whose runner died."""
        return Deaths(self.actions, self.aborts, self.logs, self.now)

    @cached_property
    def closing(self) -> Closing:
        """Closing actions whose execution is over."""
        return Closing(self.actions, self.executions, self.aborts, self.now)

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Comparing what is open with Step Functions."""
        return Reconciliation(self.settings, self.clients, self.closing, self.now)

    @cached_property
    def logs(self) -> Logs:
        """Log lines of attempts."""
        return Logs(self.clients, self.actions, self.now)

    @cached_property
    def lookup(self) -> Lookup:
        """Single runs and actions."""
        return Lookup(self.actions, self.listing, self.payloads)
