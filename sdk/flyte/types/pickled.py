"""The fallback for values that JSON cannot describe: cloudpickle, labelled with the Python that made it."""

from __future__ import annotations

import base64
import functools
import io
import math
import sys
from typing import Any

MOST_BITS = 14_284
"""Of an integer that has at most 4,300 digits. Source: sys.int_info.default_max_str_digits."""
MOST_LEVELS = 250
"""Of lists and dicts in each other. Source: pydantic writes 255 levels."""
PICKLE_KEY = "$pickle"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_SENTINELS = ("MISSING", "KW_ONLY", "_HAS_DEFAULT_FACTORY")
"""Of `dataclasses`; those of `_FIELD` are known to cloudpickle."""


@functools.cache
def _pickler() -> Any:
    import dataclasses

    import cloudpickle

    sentinels = {id(getattr(dataclasses, name)): name for name in _SENTINELS}

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc] # cloudpickle has no types
        """Takes the sentinels of `dataclasses` by name: as copies they would not be what its code compares with."""

        def reducer_override(self, value: Any) -> Any:
            return sentinels.get(id(value)) or super().reducer_override(value)

    return Pickler


def dumps(value: Any) -> bytes:
    """The value pickled, with classes and functions of `__main__` by value."""
    out = io.BytesIO()
    _pickler()(out).dump(value)
    return out.getvalue()


def encode_pickle(value: Any) -> dict[str, str]:
    """The value as `{"$pickle": base64, "python": "3.13", "type": name}`."""
    try:
        data = dumps(value)
    except Exception as error:
        raise ValueError(f"a {type(value).__name__} cannot be pickled: {error}") from error
    kind = type(value)
    return {
        PICKLE_KEY: base64.b64encode(data).decode("ascii"),
        "python": PYTHON,
        "type": f"{kind.__module__}.{kind.__qualname__}",
    }


def decode_pickle(json: dict[str, Any]) -> Any:
    """The value. A pickle of another Python version is refused: it may load as something else, or crash."""
    import cloudpickle

    made_by = json.get("python")
    if made_by != PYTHON:
        raise ValueError(
            f"a pickled {json.get('type', 'value')} was made by Python {made_by} and is read by Python {PYTHON}: "
            "use the same version on both sides, or a type that JSON can describe (a dataclass, a pydantic model)"
        )
    try:
        return cloudpickle.loads(base64.b64decode(json[PICKLE_KEY]))
    except Exception as error:
        raise ValueError(
            f"a pickled {json.get('type', 'value')} cannot be loaded: {type(error).__name__}: {error}"
        ) from error


def encode_any(value: Any) -> Any:
    """A value of any type: as JSON where that loses nothing, else pickled."""
    return value if is_native_json(value) else encode_pickle(value)


def decode_any(json: Any) -> Any:
    """The value that `encode_any` wrote."""
    return decode_pickle(json) if isinstance(json, dict) and PICKLE_KEY in json else json


def is_native_json(value: Any, levels: int = MOST_LEVELS) -> bool:
    """Whether the value is JSON that comes back as exactly itself.

    Raises:
        RecursionError: It is nested deeper than `levels`.
    """
    kind = type(value)
    if kind in {str, bool, type(None)}:
        return True
    if kind is int:
        return value.bit_length() <= MOST_BITS  # type: ignore[no-any-return]
    if kind is float:
        return math.isfinite(value)  # NaN and the infinities would come back as text
    if kind not in {list, dict}:
        return False
    if levels == 0:
        raise RecursionError(f"nested deeper than {MOST_LEVELS} levels")
    if kind is list:
        return all(is_native_json(each, levels - 1) for each in value)
    reserved = PICKLE_KEY in value or not all(type(key) is str for key in value)
    return not reserved and all(is_native_json(each, levels - 1) for each in value.values())
