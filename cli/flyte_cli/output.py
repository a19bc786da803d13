"""What goes to stdout: results, lists and details in the four output formats."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEPT_WHOLE = frozenset({"run", "action", "task", "project", "phase", "secret", "version", "trigger"})
"""Columns that a narrow terminal does not cut: names to copy, and what one looks for."""
JSON_FORMATS = frozenset({"json", "json-raw"})


@dataclass
class Output:
    """Prints results in one format."""

    output_format: str
    stream: TextIO

    @classmethod
    def open(cls, output_format: str) -> Output:
        """Takes stdout for results alone if they are JSON: prints of the user's code then go to stderr."""
        return cls(output_format, _claimed_stdout() if output_format in JSON_FORMATS else sys.stdout)

    @property
    def is_json(self) -> bool:
        """Whether stdout holds one JSON document."""
        return self.output_format in JSON_FORMATS

    @property
    def is_simple(self) -> bool:
        """Whether stdout is for other programs, or asked to be plain."""
        return self.output_format == "table-simple" or not self.stream.isatty()

    def text(self, text: str) -> None:
        """Prints text as it is, without its colours where they would not show."""
        click.echo(text, file=self.stream)

    def document(self, data: Any) -> None:
        """Prints the JSON document."""
        indent = 2 if self.output_format == "json" else None
        self.text(json.dumps(data, indent=indent, ensure_ascii=False, default=str))

    def rows(self, rows: Sequence[Mapping[str, str]], data: Any, empty: str) -> None:
        """Prints a list.

        Args:
            rows: The cells by column, the same columns in all.
            data: The same for JSON.
            empty: What to say where there are none.
        """
        if self.is_json:
            self.document(data)
        elif not rows:
            self.text(empty)
        elif self.is_simple:
            self.text(_aligned(rows))
        else:
            self._rich_table(rows)

    def details(self, fields: Mapping[str, str], data: Any) -> None:
        """Prints one thing: a line for each field that has a value."""
        if self.is_json:
            self.document(data)
            return
        width = max(map(len, fields), default=0)
        lines = (f"{name:<{width}}  {value}".replace("\n", "\n" + " " * (width + 2)) for name, value in fields.items())
        self.text("\n".join(lines))

    def value(self, value: Any) -> None:
        """Prints a task's result for people: text bare, other values as Python writes them."""
        if isinstance(value, str) or self.is_simple:
            self.text(str(value))
            return
        from rich.console import Console
        from rich.pretty import Pretty

        Console(file=self.stream).print(Pretty(value))

    def _rich_table(self, rows: Sequence[Mapping[str, str]]) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in rows[0]:
            width = max(len(row[column]) for row in rows)
            table.add_column(column, no_wrap=True, min_width=width if column in _KEPT_WHOLE else None)
        for row in rows:
            table.add_row(*map(_one_line, row.values()))
        Console(file=self.stream, markup=False, highlight=False).print(table)


def _aligned(rows: Sequence[Mapping[str, str]]) -> str:
    lines = [list(rows[0]), *(list(map(_one_line, row.values())) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _one_line(cell: str) -> str:
    """A cell without line breaks; its indentation stays."""
    text = " ".join(cell.split())
    return " " * (len(cell) - len(cell.lstrip(" "))) + text if text else ""


def _claimed_stdout() -> TextIO:
    """The real stdout for us; everyone else's, also child processes', becomes stderr."""
    real = sys.stdout
    try:
        is_first = real.fileno() == 1
    except (OSError, ValueError):  # no file at all, as in click's test runner
        is_first = False
    if not is_first:
        sys.stdout = sys.stderr
        return real
    real.flush()
    claimed = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return claimed
