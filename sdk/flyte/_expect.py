"""Checks of settings that users give: what is refused is named with the parameter, its value and what was wanted."""

from __future__ import annotations

from typing import Any


def expect(name: str, value: Any, *types: type, optional: bool = True) -> None:
    """Checks that a setting has one of the types. `True` and `False` are no numbers.

    Args:
        name: The parameter.
        value: What was given for it.
        types: What it may be.
        optional: Whether None stands for "not given".

    Raises:
        TypeError: It is something else.
    """
    if value is None and optional:
        return
    if isinstance(value, types) and not (isinstance(value, bool) and bool not in types):
        return
    wanted = " or ".join(_WORDS.get(each, each.__name__) for each in types)
    raise TypeError(f"{name}={value!r}: wanted {wanted}")


def expect_texts(name: str, values: Any) -> None:
    """Checks that a setting is a dict of texts by text.

    Raises:
        TypeError: It is something else.
    """
    if values is None:
        return
    if not isinstance(values, dict):
        raise TypeError(f"{name}={values!r}: wanted a dict of texts")
    for key, value in values.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"{name}: {key!r} is {value!r}, wanted text")


_WORDS = {str: "text", bool: "True or False", int: "a whole number", float: "a number"}
