"""What shells offer when TAB is pressed, through click's completion (`_FLYTE_COMPLETE`).

Looking up names may import the user's file or ask the backend: what they print must not reach the shell, and what
fails in them offers nothing, because a shell has no place for messages.
"""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from flyte_cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import click

INSTRUCTIONS = {
    "bash": 'eval "$(_FLYTE_COMPLETE=bash_source flyte)"    in ~/.bashrc',
    "zsh": 'eval "$(_FLYTE_COMPLETE=zsh_source flyte)"    in ~/.zshrc',
    "fish": "_FLYTE_COMPLETE=fish_source flyte | source    in ~/.config/fish/config.fish",
}
"""The line that each shell needs."""


def offered(ctx: click.Context, look_up: Callable[[], list[CompletionItem]]) -> list[CompletionItem]:
    """What `look_up` gives, with the context in force that a command that runs would have."""
    if ctx.find_object(Settings) is None:
        root = ctx.find_root()
        root.obj = ctx.obj = Settings.of_options(root.params)
    with ctx.scope(cleanup=False), silenced():
        try:
            return look_up()
        except (Exception, SystemExit):  # noqa: BLE001 - of the user's code, too
            return []


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Nothing is printed in the block."""
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield


def paths(folder: Path, incomplete: str, names: Callable[[Path], Iterable[str]]) -> list[CompletionItem]:
    """Files and folders whose path begins with what was typed; folders with a slash, so that one can go on.

    Args:
        folder: What paths are relative to.
        incomplete: What was typed.
        names: The names that are worth offering in a folder.
    """
    typed, slash, start = incomplete.rpartition("/")
    within = folder / (typed + slash)
    if not within.is_dir():
        return []
    found = [name for name in names(within) if name.startswith(start)]
    return [CompletionItem(typed + slash + name + ("/" if (within / name).is_dir() else "")) for name in found]
