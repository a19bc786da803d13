"""Commands and hooks of another distribution, installed for real in a folder of its own on `sys.path`."""

from __future__ import annotations

import sys

import pytest

from flyte_cli import plugins

ENTRY_POINTS = """
[flyte.plugins.cli.commands]
brew = cafe_plugin:brew
get.beans = cafe_plugin:beans
get.broken = cafe_plugin:missing

[flyte.plugins.cli.hooks]
run = cafe_plugin:announced
get.project = cafe_plugin:no_command
"""
MODULE = """
import click


@click.command()
def brew():
    click.echo("brewed")


@click.command()
def beans():
    click.echo("arabica")


def announced(command):
    invoke = command.invoke

    def announcing(ctx):
        click.echo("before", err=True)
        return invoke(ctx)

    command.invoke = announcing
    return command


def no_command(command):
    return None
"""


@pytest.fixture
def installed(tmp_path_factory, monkeypatch):
    site = tmp_path_factory.mktemp("site")
    (site / "cafe_plugin.py").write_text(MODULE)
    metadata = site / "cafe_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: cafe-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(site))
    plugins._entry_points.cache_clear()
    run = _run_command()
    monkeypatch.setattr(run, "invoke", run.invoke)  # what the hook replaces comes back
    yield
    plugins._entry_points.cache_clear()
    sys.modules.pop("cafe_plugin", None)


def _run_command():
    from flyte_cli.run import run

    return run


@pytest.mark.usefixtures("installed")
def test_a_plugins_verbs_and_nouns_are_commands_among_ours(flyte):
    assert flyte("brew").stdout == "brewed\n"
    assert flyte("get", "beans").stdout == "arabica\n"
    assert "brew" in flyte("--help").stdout
    assert "beans" in flyte("get", "--help").stdout


@pytest.mark.usefixtures("installed")
def test_a_plugins_hook_wraps_our_command(flyte, menu):
    ended = flyte("run", "--local", menu.name, "coffee")
    assert (ended.code, ended.stdout.endswith("black\n")) == (0, True)
    assert "before\n" in ended.stderr


@pytest.mark.usefixtures("installed")
def test_a_plugin_that_cannot_be_used_is_named(flyte):
    assert "cafe_plugin:missing cannot be loaded" in flyte("get", "broken").stderr
    assert "cafe_plugin:no_command is no click command" in flyte("get", "project").stderr


def test_without_plugins_a_command_is_itself(flyte):
    plugins._entry_points.cache_clear()
    assert "No such command 'brew'" in flyte("brew").stderr
