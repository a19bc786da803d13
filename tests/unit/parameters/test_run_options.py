"""Every option of `flyte.with_runcontext`, found by the signature: a new one without a row fails."""

from __future__ import annotations

import inspect
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import flyte
from flyte._deploy._without_effect import _tell_once
from flyte._runcontext import RunOptions
from flyte.remote._launch import DryRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flyte.protocol.runs import RunSpec
    from tests.fakes.api import FakeApi
    from tests.fakes.programs import Program

PROGRAM = """
    import flyte

    env = flyte.TaskEnvironment("plain", cache="auto")
    bodies = []


    @env.task
    def work(text: str = "") -> str:
        context = flyte.ctx()
        bodies.append(context)
        return f"{context.run_base_dir} {context.run_start_time.year}"
"""
STARTED = datetime(2001, 2, 3, tzinfo=UTC)


@dataclass
class Made:
    """What a run with an option comes to."""

    run: Any
    sent: RunSpec | None
    """What the backend was asked for."""
    path: str
    """Of that request."""
    warned: str
    folder: Path
    files: list[str]
    """Names of files in the bundle that was uploaded."""
    bodies: list[Any]
    """Contexts of the bodies that ran in this process."""


@dataclass(frozen=True)
class Option:
    """A value that is accepted, one that is refused, and what the accepted one does."""

    accepted: Any
    refused: Any
    does: Callable[[Made], object]
    beside: tuple[tuple[str, Any], ...] = ()
    """Other options that it is seen with."""


def sent(name: str, value: Any) -> Callable[[Made], object]:
    """Whether the backend is asked for it."""
    return lambda made: getattr(made.sent, name) == value


def sent_urls(sent: RunSpec) -> list[str]:
    """Where the backend is to tell of the run's end."""
    return [each.url for each in sent.notifications if each.kind == "webhook"]


def warned_of(name: str) -> Callable[[Made], bool]:
    """Whether one line says that the option has no effect."""
    return lambda made: made.warned.count("Warning") == 1 and f"this run sets {name}:" in made.warned


HERE = (("mode", "local"),)
TOLD = flyte.notify.Slack(on_phase=flyte.models.ActionPhase.FAILED, webhook_url="https://example.com/hook")
RESET = (("reset_root_logger", True),)

OPTIONS: dict[str, Option] = {
    "mode": Option("local", "far", lambda made: made.sent is None and made.bodies),
    "name": Option("mine", 3, lambda made: made.run.name == "mine"),
    "service_account": Option("analyst", 3, sent("service_account", "analyst")),
    "version": Option("v7", 3, lambda made: made.sent and made.sent.spec and made.sent.spec.version == "v7"),
    "copy_style": Option("all", "some", lambda made: "data.txt" in made.files),
    "dry_run": Option(
        accepted=True, refused="yes", does=lambda made: isinstance(made.run, DryRun) and made.sent is None
    ),
    "copy_bundle_to": Option("copies", 3, lambda made: list((made.folder / "copies").iterdir())),
    "interactive_mode": Option(accepted=None, refused="yes", does=lambda made: not made.warned),
    "raw_data_path": Option("s3://mine/data", 3, sent("raw_data_path", "s3://mine/data")),
    "run_base_dir": Option("base", 3, lambda made: made.bodies[0].run_base_dir.startswith("base/"), HERE),
    "run_start_time": Option(STARTED, "2001", sent("run_start_time", STARTED)),
    "overwrite_cache": Option(accepted=True, refused="yes", does=sent("overwrite_cache", value=True)),
    "project": Option("other", 3, lambda made: "/projects/other/" in made.path),
    "domain": Option("production", 3, lambda made: "/domains/production/" in made.path),
    "env_vars": Option({"UNIT": "kg"}, {"UNIT": 3}, sent("env_vars", {"UNIT": "kg"})),
    "labels": Option({"team": "blue"}, {"team": 3}, sent("labels", {"team": "blue"})),
    "annotations": Option({"why": "test"}, {"why": 3}, sent("annotations", {"why": "test"})),
    "custom_context": Option({"trace": "1"}, {"trace": 3}, sent("custom_context", {"trace": "1"})),
    "log_level": Option(10, "debug", sent("env_vars", {"LOG_LEVEL": "10"})),
    "user_log_level": Option(10, "debug", sent("env_vars", {"USER_LOG_LEVEL": "10"})),
    "log_format": Option("json", "xml", lambda _: _writes_json(), RESET),
    "reset_root_logger": Option(accepted=True, refused="yes", does=lambda _: not logging.getLogger().handlers),
    "disable_run_cache": Option(accepted=True, refused="yes", does=sent("disable_run_cache", value=True)),
    "max_action_concurrency": Option(2, 1, sent("max_action_concurrency", 2)),
    "preserve_original_types": Option(accepted=True, refused="yes", does=lambda made: not made.warned),
    "interruptible": Option(accepted=True, refused="yes", does=warned_of("interruptible")),
    "queue": Option("fast", 3, warned_of("queue")),
    "notifications": Option(TOLD, ["me"], lambda made: made.sent and sent_urls(made.sent) == [TOLD.webhook_url]),
    "cache_lookup_scope": Option("project-domain", "galaxy", warned_of("cache_lookup_scope")),
    "debug": Option(accepted=True, refused="yes", does=warned_of("debug")),
    "tracked": Option(accepted=True, refused="yes", does=warned_of("tracked")),
    "tracked_strict": Option(accepted=True, refused="yes", does=warned_of("tracked_strict")),
}
UNSEEN = {"interactive_mode", "preserve_original_types"}
"""A file's task is sent as a file whether or not that is said; values keep their types in any case."""


def _writes_json() -> bool:
    (handler,) = logging.getLogger("flyte").handlers
    record = logging.LogRecord("flyte", logging.INFO, __file__, 1, "told", None, None)
    try:
        return json.loads(handler.format(record))["message"] == "told"
    except ValueError:
        return False


@pytest.fixture
def make(
    program: Program, api: FakeApi, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Made]]:
    """Runs a task with options on a backend in memory."""
    program.write("work.py", PROGRAM)
    program.write("data.txt", "1,2\n")
    monkeypatch.setenv("FLYTE_HOME", str(program.folder / "home"))
    module = program.load("work")
    loggers = [logging.getLogger(name) for name in ("", "flyte", "flyte.user")]
    before = [(each, each.level, list(each.handlers)) for each in loggers]
    for handler in logging.getLogger("flyte").handlers:
        monkeypatch.setattr(handler, "formatter", handler.formatter)

    def run(**options: Any) -> Made:
        _tell_once.cache_clear()
        runner = flyte.with_runcontext(**options)
        made = runner.run(module.work)

        specs = list(api.run_specs.values())
        return Made(
            made,
            specs[0] if specs else None,
            api.calls[0][1] if api.calls else "",
            capsys.readouterr().err,
            program.folder,
            _names(api),
            module.bodies,
        )

    yield run
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def _names(api: FakeApi) -> list[str]:
    import io
    import zipfile

    return [name for content in api.objects.values() for name in zipfile.ZipFile(io.BytesIO(content)).namelist()]


def test_every_option_has_a_row() -> None:
    assert inspect.signature(RunOptions).parameters.keys() == OPTIONS.keys()


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_does_what_it_says(name: str, make: Callable[..., Made]) -> None:
    option = OPTIONS[name]
    assert option.does(make(**{name: option.accepted}, **dict(option.beside)))


@pytest.mark.parametrize("name", sorted(OPTIONS.keys() - UNSEEN))
def test_without_the_option_nothing_of_it_is_seen(name: str, make: Callable[..., Made]) -> None:
    option = OPTIONS[name]
    made = make(**dict(option.beside))
    with pytest.raises((AssertionError, FileNotFoundError, ValueError)):
        assert option.does(made)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_wrong_value_is_refused_by_the_options_name(name: str) -> None:
    with pytest.raises((TypeError, ValueError), match=name):
        flyte.with_runcontext(**{name: OPTIONS[name].refused})


def test_an_option_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="colour"):
        flyte.with_runcontext(colour="red")
