"""What the stack shows of itself: alarms, a dashboard, saved queries. docs/logs.md and docs/metrics.md tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from cdk.alarms import Alarms
from cdk.dashboard import Dashboard
from cdk.saved_queries import SavedQueries

if TYPE_CHECKING:
    from cdk.api import Api
    from cdk.notifications import Notifications
    from cdk.parameters import Parameters
    from cdk.runner import Runner
    from cdk.schedules import Schedules
    from cdk.storage import Storage
    from cdk.tracking import Tracking


class Observability(Construct):
    """Everything in CloudWatch that is there to be looked at."""

    def __init__(
        self,
        scope: Construct,
        parameters: Parameters,
        storage: Storage,
        runner: Runner,
        tracking: Tracking,
        schedules: Schedules,
        notifications: Notifications,
        api: Api,
    ) -> None:
        super().__init__(scope, "Observability")
        alarms = Alarms(self, parameters, runner, tracking, schedules, notifications, api)
        Dashboard(self, storage, runner, tracking, api, alarms.unconditional)
        SavedQueries(self)
