"""Readings of stations, brought to sea level with what a data file beside the code says about each station."""

from pathlib import Path

import flyte
from forecast.packages import image

STATIONS = Path(__file__).with_name("stations.json")

env = flyte.TaskEnvironment(
    "readings", image=image, include=("stations.json",), resources=flyte.Resources(memory="512Mi")
)


@env.task
async def at_sea_level(station: str, celsius: list[float]) -> list[float]:
    """Brings readings to sea level.

    Args:
        station: A name in stations.json.
        celsius: Readings, the oldest first.
    """
    import orjson  # noqa: PLC0415 - whoever deploys need not have it

    known = orjson.loads(STATIONS.read_bytes())
    height = known[station]["height_m"] * known[station]["lapse"]
    return [round(reading + height, 2) for reading in celsius]
