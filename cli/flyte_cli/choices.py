"""Parameter types of the verbs' own options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    PairType = click.ParamType[tuple[str, str]]
else:
    PairType = click.ParamType  # older versions of click cannot be subscripted


class CopyStyle(click.Choice[str]):
    """Which files of the user's go along."""

    def __init__(self) -> None:
        super().__init__(["loaded_modules", "all", "none", "custom"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """`custom` is for programs only."""
        return "[loaded_modules|all|none]"


class KeyValue(PairType):
    """`KEY=VALUE`, the value may be empty."""

    name = "KEY=VALUE"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The form to write."""
        return self.name

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Both halves."""
        if isinstance(value, tuple):
            return value
        key, equals, rest = value.partition("=")
        if not key or not equals:
            self.fail(f"{value!r} is not of the form {self.name}.", param, ctx)
        return key, rest
