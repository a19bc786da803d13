"""Checks of settings that users give: what is refused is named with the parameter, its value and what was wanted."""

from __future__ import annotations

from typing import Any

_LEAST_ACTIONS = 2


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


def bound_of_actions(value: int | None) -> int | None:
    """The bound that `max_action_concurrency` sets; None, which 0 stands for as well, is no bound.

    Raises:
        ValueError: A parent could start no child.
    """
    if value is not None and value != 0 and value < _LEAST_ACTIONS:
        raise ValueError(f"max_action_concurrency={value}: at least {_LEAST_ACTIONS}, for a parent and a child of it")
    return value or None


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
