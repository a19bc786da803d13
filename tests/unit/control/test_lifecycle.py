from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flyte.protocol.phases import TERMINAL_PHASES, ActionPhase
from functions.control import lifecycle


class Life(RuleBasedStateMachine):
    """An action that anybody tries to bring anywhere, as late events and duplicates do."""

    def __init__(self) -> None:
        super().__init__()
        self.phases = [ActionPhase.QUEUED]

    @rule(phase=st.sampled_from(ActionPhase))
    def try_to_enter(self, phase: ActionPhase) -> None:
        if self.phases[-1] in lifecycle.sources(phase):
            self.phases.append(phase)

    @precondition(lambda self: not self.phases[-1].is_terminal)
    @rule()
    def abort(self) -> None:
        assert lifecycle.allows(self.phases[-1], ActionPhase.ABORTED)
        self.phases.append(ActionPhase.ABORTED)

    @invariant()
    def it_ends_at_most_once_and_stays_so(self) -> None:
        ends = [phase for phase in self.phases if phase.is_terminal]
        assert len(ends) <= 1
        assert not ends or self.phases[-1] is ends[0]


TestLife = Life.TestCase


def test_every_phase_has_its_row() -> None:
    assert set(lifecycle.TRANSITIONS) == set(ActionPhase)


@pytest.mark.parametrize("phase", sorted(TERMINAL_PHASES))
def test_terminal_phases_have_no_way_out(phase: ActionPhase) -> None:
    assert not lifecycle.TRANSITIONS[phase]


@pytest.mark.parametrize("phase", [phase for phase in ActionPhase if not phase.is_terminal])
def test_what_is_open_can_always_end_badly(phase: ActionPhase) -> None:
    endings = {ActionPhase.FAILED, ActionPhase.ABORTED, ActionPhase.TIMED_OUT}
    assert endings <= lifecycle.TRANSITIONS[phase]


@pytest.mark.parametrize("phase", ActionPhase)
def test_every_phase_but_the_first_can_be_reached(phase: ActionPhase) -> None:
    reached = {ActionPhase.QUEUED}
    while True:
        further = reached.union(*(lifecycle.TRANSITIONS[known] for known in reached))
        if further == reached:
            break
        reached = further
    assert phase in reached


def test_only_a_running_action_and_a_condition_succeed() -> None:
    assert lifecycle.sources(ActionPhase.SUCCEEDED) == (ActionPhase.RUNNING, ActionPhase.PAUSED)


@pytest.mark.parametrize("code", ["ValueError", "OOMError", "WorkerCrashedError", ""])
def test_errors_that_are_no_timeouts_end_as_failed(code: str) -> None:
    assert lifecycle.ending_of(code) is ActionPhase.FAILED
