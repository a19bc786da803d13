"""Tomorrow's temperature, as the trend of the last days has it."""

import flyte
from forecast.packages import image
from forecast.readings import at_sea_level
from forecast.readings import env as readings

env = flyte.TaskEnvironment(
    "trend",
    image=image,
    depends_on=[readings],
    resources=flyte.Resources(cpu=1, memory="1Gi"),
    env_vars={"OMP_NUM_THREADS": "1"},
)


@env.task(retries=2, timeout=120)
async def tomorrow(station: str = "north", celsius: tuple[float, float, float] = (10.0, 11.0, 12.0)) -> float:
    """Fits a line to the readings, and follows it for one more day.

    Args:
        station: A name in stations.json.
        celsius: Readings of the last three days, the oldest first.
    """
    import numpy as np  # noqa: PLC0415 - whoever deploys need not have it

    readings = await at_sea_level(station, list(celsius))
    slope, start = np.polyfit(range(len(readings)), readings, deg=1)
    return round(float(start + slope * len(readings)), 2)
