"""`flyte.remote.Condition`: finding what a run waits for, and answering it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from flyte import errors
from flyte.protocol.api import ActionPage
from flyte.protocol.conditions import ConditionDetails
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ActionRecord
from flyte.remote import Condition
from tests.fakes.api import NOW, problem, respond

if TYPE_CHECKING:
    from flyte.remote._transport import Request, Response
    from tests.fakes.api import FakeApi

RUN = ActionId(project="flytesnacks", domain="development", run="r1")


def action(name: str, condition: str | None, phase: ActionPhase = ActionPhase.PAUSED, **more: Any) -> ActionRecord:
    details = None if condition is None else ConditionDetails(name=condition, data_type=more.pop("data_type", "bool"))
    return ActionRecord(
        id=RUN.action_id(name),
        kind="task" if details is None else "condition",
        parent=more.pop("parent", "a0"),
        task_name="env.task",
        task_version="v1",
        phase=phase,
        created_at=NOW,
        updated_at=NOW,
        condition=details,
        **more,
    )


class Waiting:
    """A run's conditions behind the API, two a page as others are; signals end them."""

    def __init__(self, *actions: ActionRecord) -> None:
        self.actions = {each.id.action: each for each in actions}
        self.asked: list[dict[str, list[str]]] = []

    def __call__(self, request: Request) -> Response | None:
        parts = urlsplit(request.url)
        if parts.path.endswith("/actions"):
            query = parse_qs(parts.query)
            self.asked.append(query)
            start = int(query.get("cursor", ["0"])[0])
            fits = [each for each in self.actions.values() if query.get("parent", [each.parent])[0] == each.parent]
            cursor = str(start + 2) if start + 2 < len(fits) else None
            return respond(ActionPage(actions=tuple(fits[start : start + 2]), cursor=cursor))
        name = parts.path.split("/")[-2]
        if self.actions[name].phase.is_terminal:
            return problem(409, "ConditionAlreadyEnded", f"The condition {name!r} has ended already.")
        assert isinstance(request.body, bytes)
        self.signalled = json.loads(request.body)["value"]
        self.actions[name] = self.actions[name].model_copy(update={"phase": ActionPhase.SUCCEEDED})
        return respond(self.actions[name])


@pytest.fixture
def waiting(api: FakeApi) -> Waiting:
    found = Waiting(
        action("c1", "approve", ActionPhase.TIMED_OUT),
        action("c2", "approve"),
        action("c3", "rate", data_type="float", parent="a1"),
        action("c4", "name", data_type="str"),
        action("c5", "approve", ActionPhase.SUCCEEDED),
    )
    api.intercept = found
    return found


def test_all_are_listed_page_by_page_in_their_order(waiting: Waiting) -> None:
    assert [each.action_name for each in Condition.listall("r1")] == ["c1", "c2", "c3", "c4", "c5"]
    assert {query["kind"][0] for query in waiting.asked} == {"condition"}
    assert len(waiting.asked) == 3


def test_no_more_are_listed_than_asked_for(waiting: Waiting) -> None:
    assert [each.action_name for each in Condition.listall("r1", limit=2)] == ["c1", "c2"]
    assert list(Condition.listall("r1", limit=0)) == []


def test_those_of_one_action_are_listed(waiting: Waiting) -> None:
    assert [each.name for each in Condition.listall("r1", action_name="a1")] == ["rate"]


def test_of_several_of_a_name_the_open_one_is_found(waiting: Waiting) -> None:
    found = Condition.get("approve", "r1")
    assert found is not None
    assert (found.action_name, found.phase, found.run_name, found.parent_name) == (
        "c2",
        "ACTION_PHASE_PAUSED",
        "r1",
        "a0",
    )


def test_where_none_is_open_the_first_is_found(waiting: Waiting) -> None:
    del waiting.actions["c2"]
    found = Condition.get("approve", "r1")
    assert found is not None
    assert found.action_name == "c1"


def test_one_is_found_by_its_actions_name(waiting: Waiting) -> None:
    found = Condition.get("c4", "r1")
    assert found is not None
    assert (found.name, found.expected_type) == ("name", str)


def test_one_that_is_not_there_is_none(waiting: Waiting) -> None:
    assert Condition.get("reject", "r1") is None
    assert Condition.get("rate", "r1", "a0") is None


@pytest.mark.parametrize(("name", "answer"), [("approve", False), ("rate", 0.5), ("rate", 1), ("name", "Ann")])
def test_an_answer_ends_it(waiting: Waiting, name: str, answer: Any) -> None:
    found = Condition.get(name, "r1")
    assert found is not None
    found.signal(answer)
    assert (waiting.signalled, found.record.phase) == (answer, ActionPhase.SUCCEEDED)
    assert found.details.name == name


@pytest.mark.parametrize(("name", "answer"), [("approve", "yes"), ("approve", None), ("rate", "1"), ("name", 1)])
def test_an_answer_of_another_type_is_refused_and_not_sent(waiting: Waiting, name: str, answer: Any) -> None:
    found = Condition.get(name, "r1")
    assert found is not None
    with pytest.raises(TypeError, match="payload"):
        found.signal(answer)
    assert not hasattr(waiting, "signalled")
    assert found.record.phase is ActionPhase.PAUSED


def test_a_second_answer_is_refused_by_the_backend(waiting: Waiting) -> None:
    first, second = Condition.get("approve", "r1"), Condition.get("approve", "r1")
    assert first is not None
    assert second is not None
    first.signal(payload=True)
    with pytest.raises(errors.RuntimeUserError, match="has ended already") as raised:
        second.signal(payload=True)
    assert raised.value.code == "ConditionAlreadyEnded"


def test_what_is_no_condition_is_told_apart() -> None:
    with pytest.raises(errors.ConditionNotFoundError, match="the action c9 of r1 is a task, not a condition"):
        Condition(action("c9", None))


def test_it_is_shown_as_its_record(waiting: Waiting) -> None:
    found = Condition.get("c2", "r1")
    assert found is not None
    assert json.loads(found.to_json()) == found.to_dict() == found.record.to_dict()
    assert repr(found) == "Condition(name='approve', run_name='r1', phase='paused')"
