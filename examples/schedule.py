"""A task on a schedule: flyte deploy examples/schedule.py env

From then on it runs every weekday at 7 in Berlin, and every ten minutes while that trigger is active:

    flyte get trigger
    flyte update trigger often schedule_env.report --activate
    flyte get run --task-name schedule_env.report
"""

from datetime import datetime, timedelta

import flyte

env = flyte.TaskEnvironment(name="schedule_env")

weekdays = flyte.Trigger(
    "weekdays",
    flyte.Cron("0 7 * * 1-5", timezone="Europe/Berlin"),
    description="What happened since yesterday morning, before people come in",
    inputs={"until": flyte.TriggerTime, "hours": 24},
    labels={"report": "daily"},
)
often = flyte.Trigger(
    "often",
    flyte.FixedRate(interval_minutes=10),
    description="For the day of a launch",
    auto_activate=False,
    inputs={"until": flyte.TriggerTime, "hours": 1},
)


@env.task(triggers=(weekdays, often))
async def report(until: datetime, hours: int = 24) -> str:
    """Reports on the hours before a moment."""
    since = until - timedelta(hours=hours)
    return f"from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    flyte.init_from_config()
    flyte.deploy(env)
    nightly = flyte.remote.Trigger.get(name="weekdays", task_name="schedule_env.report")
    print(f"Result: {flyte.run(nightly, hours=2)}")
