"""Every command and option of Flyte's is here, or is left out for a reason that the command line itself tells."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click
import pytest

from flyte_cli.absent import ABSENT
from flyte_cli.entry import run
from flyte_cli.root import flyte

COMMANDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("commands.toml").read_text())
OPTIONS_LEFT_OUT = {
    "flyte create secret --from-docker-config": "images are not pulled on Lambda",
    "flyte create secret --docker-config-path": "images are not pulled on Lambda",
    "flyte create secret --registries": "images are not pulled on Lambda",
    "flyte create secret --registry": "images are not pulled on Lambda",
    "flyte create secret --username": "images are not pulled on Lambda",
    "flyte create secret --password": "images are not pulled on Lambda",
}


def found(words: str) -> tuple[click.Command, click.Context] | None:
    """The command of those words, or None."""
    command: click.Command = flyte
    context = click.Context(flyte, info_name="flyte")
    for word in words.split()[1:]:
        if not isinstance(command, click.Group) or (below := command.get_command(context, word)) is None:
            return None
        command, context = below, click.Context(below, info_name=word, parent=context)
    return command, context


def absent_reason(words: str) -> str | None:
    """Why there is no such command, from the longest of its words that has a reason."""
    parts = words.split()[1:]
    return next((ABSENT[name] for n in range(len(parts), 0, -1) if (name := " ".join(parts[:n])) in ABSENT), None)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_of_flytes_is_here_with_its_options_or_says_why_not(words):
    here = found(words)
    if here is None:
        assert absent_reason(words)
        return
    command, context = here
    known = {name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)}
    wanted = {name for word in COMMANDS[words].split() if word.startswith("-") for name in word.split("/")}
    assert {name for name in wanted - known if f"{words} {name}" not in OPTIONS_LEFT_OUT} == set()


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_absent_is_not_there_by_now_and_says_why(name, capsys):
    assert found(f"flyte {name}") is None
    assert run(name.split()) == 2
    assert ABSENT[name] in " ".join(capsys.readouterr().err.split())


def test_options_left_out_are_not_there_by_now():
    for each in OPTIONS_LEFT_OUT:
        words, _, option = each.rpartition(" ")
        command, context = found(words) or pytest.fail(words)
        assert option not in {name for param in command.get_params(context) for name in param.opts}
