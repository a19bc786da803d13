"""Recovering a run: what succeeded in it serves, the rest is run, and what is forced is run with all above it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, Recovery, RunSpec
from flyte.protocol.tasks import RetryPolicy
from flyte.runtime.naming import digest
from functions.control.claims import ClaimedAction, Invoked
from functions.control.errors import ActionNotFoundError, RunNotFoundError, SourceOutputsMissingError
from functions.control.failure import Failure
from functions.runner.services import BackendServices
from tests.fakes.aws_stack import BUCKET
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flyte.protocol.identity import RunId
    from functions.control.attributes import Item
    from functions.control.backend import Backend

CHILD = greet().to_json()
LARGE = f'{{"o0":"{"x" * limits.INLINE_IO_BYTES}"}}'


class Program:
    """The runs of one program, whose tasks the test plays."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._services: list[BackendServices] = []

    def start(self, name: str, /, *, retries: int = 0, **recovery: Any) -> BackendServices:
        """A run whose first action is claimed; with `run=…`, one that recovers from that run."""
        asked = RunSpec(
            name=name,
            spec=greet(retry=RetryPolicy(count=retries)),
            inputs={"message": "p"},
            recover_from=Recovery(**recovery) if recovery else None,
        )
        self.backend.runs.create("flytesnacks", "development", asked)
        return self.work(name, "a0")

    def work(self, run: str, action: str, attempt: int = 1) -> BackendServices:
        """The services of an action's attempt."""
        services = BackendServices(self.claim(run, action, attempt), self.backend)
        self._services.append(services)
        return services

    def claim(self, run: str, action: str, attempt: int = 1) -> ClaimedAction:
        claim = self.backend.actions.claim(action_of(run, action), attempt, Invoked(f"{run}-{action}-{attempt}"))
        assert isinstance(claim, ClaimedAction)
        return claim

    def succeed(self, run: str, action: str, outputs: str = '{"o0":1}') -> None:
        self.backend.actions.finish_succeeded(self.claim(run, action), outputs)

    def fail(self, run: str, action: str) -> None:
        error = ErrorRecord(code="KeyError", kind="user", message="'b'")
        self.backend.actions.finish_failed(self.claim(run, action), Failure(error))

    def phase(self, run: str, action: str) -> ActionPhase:
        return self.backend.actions.phase(action_of(run, action))

    def close(self) -> None:
        for services in self._services:
            services.close(has_ended=False)


def action_of(run: str, action: str) -> ActionId:
    return ActionId(project="flytesnacks", domain="development", run=run, action=action)


def begin(services: BackendServices, name: str, **params: Any) -> Future[Any]:
    """A call of a child, as its parent's worker makes it."""
    answer = services.methods["run_child"]({"name": name, "spec": CHILD, "inputs": {"message": name}, **params})
    assert isinstance(answer, Future)
    return answer


@pytest.fixture
def program(backend: Backend) -> Iterator[Program]:
    made = Program(backend)
    yield made
    made.close()


@pytest.fixture
def failed(program: Program) -> Program:
    """The run `first`: `c1` succeeded, `c2` failed, of those below `c3` one succeeded and one never ran."""
    services = program.start("first")
    for name in ("c1", "c2", "c3"):
        begin(services, name)
    program.succeed("first", "c1", '{"o0":"kept"}')
    program.fail("first", "c2")
    below = program.work("first", "c3")
    for name in ("g1", "g2"):
        begin(below, name)
    program.succeed("first", "g1")
    return program


def test_only_what_did_not_succeed_is_run(failed: Program) -> None:
    services = failed.start("second", run="first")
    assert begin(services, "c1").result(10) == {"phase": "recovered", "outputs": '{"o0":"kept"}', "error": None}
    assert not begin(services, "c2").done()
    assert not begin(services, "c3").done()
    below = failed.work("second", "c3")
    assert begin(below, "g1").result(10)["phase"] == "recovered"
    begin(below, "g2")
    phases = {name: failed.phase("second", name).value for name in ("c1", "c2", "c3", "g1", "g2")}
    assert phases == {"c1": "recovered", "c2": "queued", "c3": "running", "g1": "recovered", "g2": "queued"}


def test_a_recovered_action_says_where_it_ran(failed: Program) -> None:
    begin(failed.start("second", run="first"), "c1")
    begin(failed.start("third", run="second"), "c1")
    for run in ("second", "third"):
        record = failed.backend.lookup.action(action_of(run, "c1"))
        assert record.recovered_from == action_of("first", "c1")
        assert (record.parent, record.attempts, record.cache_hit) == ("a0", (), False)
        assert [each.phase.value for each in record.transitions] == ["queued", "recovered"]


def test_a_recovered_action_starts_no_execution(failed: Program) -> None:
    begin(failed.start("second", run="first"), "c1")
    started = failed.backend.executions.started  # type: ignore[attr-defined]
    assert action_of("second", "a0").execution_name in started
    assert action_of("second", "c1").execution_name not in started


def test_outputs_outlive_the_run_that_they_came_from(program: Program) -> None:
    begin(program.start("first"), "c1")
    program.succeed("first", "c1", LARGE)
    begin(program.start("second", run="first"), "c1").result(10)
    delete(program, "first", "c1")
    assert begin(program.start("third", run="second"), "c1").result(10)["outputs"] == LARGE


def test_a_parent_that_is_run_again_finds_what_it_recovered(program: Program) -> None:
    begin(program.start("first"), "c1")
    program.succeed("first", "c1")
    begin(program.start("second", retries=1, run="first"), "c1").result(10)
    error = ErrorRecord(code="KeyError", kind="user", message="'b'")
    program.backend.actions.finish_failed(program.claim("second", "a0"), Failure(error))
    delete(program, "first", "c1")
    assert begin(program.work("second", "a0", 2), "c1").result(10)["phase"] == "recovered"


def test_what_an_earlier_attempt_of_the_parent_repeated_is_found(program: Program) -> None:
    repeated = digest("c1", "2")
    services = program.start("first", retries=1)
    begin(services, "c1")
    program.fail("first", "c1")
    begin(services, repeated)
    program.succeed("first", repeated, '{"o0":"second try"}')
    answer = begin(program.start("second", retries=1, run="first"), "c1").result(10)
    assert answer["outputs"] == '{"o0":"second try"}'


@pytest.mark.parametrize(
    ("forced", "recorded", "recovered"),
    [
        (["c1"], ("c1",), {"c1": False, "c3": True}),
        (["g1"], ("g1", "c3"), {"c1": True, "c3": False}),
        (["a0"], ("a0",), {"c1": True, "c3": True}),
    ],
    ids=["an action", "one below another", "the first"],
)
def test_what_is_forced_is_run_with_all_above_it(
    failed: Program, forced: list[str], recorded: tuple[str, ...], recovered: dict[str, bool]
) -> None:
    claim = failed.claim("first", "c3")
    failed.backend.actions.finish_succeeded(claim, '{"o0":3}')
    services = failed.start("second", run="first", forced=forced)
    record = failed.backend.lookup.action(action_of("second", "a0"))
    assert record.recover_from is not None
    assert record.recover_from.forced == recorded
    assert {name: begin(services, name).done() for name in recovered} == recovered
    if not recovered["c3"]:
        below = failed.work("second", "c3")
        assert not begin(below, "g1").done()


def test_what_is_forced_is_not_taken_from_the_cache_either(program: Program) -> None:
    key = {"key": "k"}
    begin(program.start("first"), "c1", cache=key)
    claim = program.claim("first", "c1")
    program.backend.actions.finish_succeeded(claim, '{"o0":1}')
    BackendServices(claim, program.backend).keep('{"o0":1}')
    begin(program.start("second", run="first", forced=["c1"]), "c1", cache=key)
    assert program.phase("second", "c1") is ActionPhase.QUEUED


@pytest.mark.parametrize("allowed", [False, True])
def test_outputs_that_are_gone_are_an_error_unless_that_is_allowed(program: Program, *, allowed: bool) -> None:
    begin(program.start("first"), "c1")
    program.succeed("first", "c1", LARGE)
    delete_outputs(program, "first", "c1")
    services = program.start("second", run="first", allow_missing_outputs=allowed)
    if allowed:
        begin(services, "c1")
        assert program.phase("second", "c1") is ActionPhase.QUEUED
    else:
        with pytest.raises(SourceOutputsMissingError, match=r"c1.*'first'.*--allow-missing-outputs"):
            begin(services, "c1")


def test_traces_are_recovered(program: Program) -> None:
    first = program.start("first")
    first.methods["keep_trace"]({"name": "t1", "function": "shop.price", "value": '{"o0":12}'})
    second = program.start("second", run="first")
    assert program.claim("second", "a0").may_find_traces
    assert second.methods["find_trace"]({"name": "t1"}) == '{"o0":12}'
    assert second.methods["find_trace"]({"name": "t2"}) is None
    assert second.can_go_on
    delete(program, "first", "t1")
    item = program.backend.actions.get(action_of("second", "t1"))
    assert (item["phase"], item["kind"], item["task_name"]) == ("recovered", "trace", "shop.price")
    assert item["recovered_from"]["run"] == "first"


def test_the_earlier_run_is_read_once_a_child_and_only_by_one_that_recovers(
    failed: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = failed.backend.child_records
    read: list[tuple[str, ...]] = []
    look_at = records.look_at

    def counted(run: RunId, names: Sequence[str]) -> dict[str, Item]:
        read.append((run.run, *names))
        return look_at(run, names)

    monkeypatch.setattr(records, "look_at", counted)
    begin(failed.start("second"), "n1")
    recovering = failed.start("third", run="first")
    for name in ("n2", "c1"):
        begin(recovering, name)
    assert [each for each in read if each[0] == "first" and each[1:] in {("n1",), ("n2",), ("c1",)}] == [
        ("first", "n2"),
        ("first", "c1"),
    ]


def test_there_must_be_a_run_and_actions_of_it(failed: Program) -> None:
    with pytest.raises(RunNotFoundError, match="'frist'"):
        failed.start("second", run="frist")
    with pytest.raises(ActionNotFoundError, match=r"'c9' in the run 'first'.*flyte get action first"):
        failed.start("second", run="first", forced=["c1", "c9"])


def test_a_client_recovers_through_the_api(api: Any, failed: Program) -> None:
    body = {"name": "second", "spec": greet().to_dict(), "inputs": {"message": "p"}}
    answer = api.post("runs", {**body, "recover_from": {"run": "first", "forced": ["g1"]}})
    assert (answer.status, answer.body["recover_from"]["forced"]) == (201, ["g1", "c3"])
    missing = api.post("runs", {**body, "name": "third", "recover_from": {"run": "nothing"}})
    assert (missing.status, missing.code) == (404, "RunNotFound")


def delete(program: Program, run: str, action: str) -> None:
    """As when the run's retention is over."""
    delete_outputs(program, run, action)
    key = {"pk": {"S": f"flytesnacks/development/{run}"}, "sk": {"S": action}}
    program.backend.clients.dynamodb.delete_item(TableName="Runs", Key=key)


def delete_outputs(program: Program, run: str, action: str) -> None:
    item = program.backend.actions.get(action_of(run, action))
    if "outputs_uri" in item:
        key = program.backend.payloads.key(item["outputs_uri"])
        program.backend.clients.s3.delete_object(Bucket=BUCKET, Key=key)
