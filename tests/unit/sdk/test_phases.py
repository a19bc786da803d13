"""`flyte.models.ActionPhase` as programs meet it. Source: Flyte 2.12.1's own class, asked."""

from __future__ import annotations

import json

import pytest

from flyte.models import ActionPhase

PHASES = {
    "QUEUED": "queued",
    "WAITING_FOR_RESOURCES": "waiting_for_resources",
    "INITIALIZING": "initializing",
    "RUNNING": "running",
    "PAUSED": "paused",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "aborted",
    "TIMED_OUT": "timed_out",
    "RECOVERED": "recovered",
}


def test_the_phases_are_flytes_in_its_order():
    assert [(each.name, each.value) for each in ActionPhase] == list(PHASES.items())


@pytest.mark.parametrize("phase", ActionPhase)
def test_a_phase_is_printed_by_its_class_and_name(phase):
    full = f"ActionPhase.{phase.name}"
    assert str(phase) == full
    assert f"{phase}" == full
    assert f"{phase:>40}" == full.rjust(40)
    assert "{} {}".format(phase, "%s" % phase) == f"{full} {full}"  # noqa: UP031 - what programs write
    assert repr(phase) == f"<{full}: {phase.value!r}>"


@pytest.mark.parametrize("phase", ActionPhase)
def test_a_phase_is_its_text_everywhere_else(phase):
    text = PHASES[phase.name]
    assert phase == text
    assert {phase: 1}[text] == 1
    assert ActionPhase(text) is phase
    assert ActionPhase[phase.name] is phase
    assert json.loads(json.dumps([phase, {phase: 1}])) == [text, {text: 1}]
    parts = [phase, phase]
    assert ", ".join(parts) == f"{text}, {text}"
    assert phase.upper() == phase.name


def test_what_is_final():
    final = {each.value for each in ActionPhase if each.is_terminal}
    assert final == {"succeeded", "failed", "aborted", "timed_out", "recovered"}
