"""The packages that the environments share: one artifact, uploaded and unpacked once."""

import flyte

image = flyte.Image.from_debian_base(name="forecast").with_pip_packages("numpy>=2.2,<3", "orjson>=3.10,<4")
