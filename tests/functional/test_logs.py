"""Log lines: the attempt's own, in order, page by page, also while they are still coming."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from flyte.protocol import limits
from flyte.protocol.identity import ActionId
from flyte.protocol.phases import ActionPhase
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.tasks import RetryPolicy
from functions.control.claims import ClaimedAction, Invoked
from functions.control.clock import to_milliseconds
from functions.control.failure import Failure
from tests.fakes.specs import greet

if TYPE_CHECKING:
    from functions.control.backend import Backend
    from tests.fakes.clock import FakeClock
    from tests.fakes.http_api import FakeHttpApi

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
GROUP = "/aws/lambda/runner-1024"


@pytest.fixture
def printer(backend: Backend, clock: FakeClock) -> Printer:
    clock.moment = datetime.now(UTC)  # CloudWatch Logs refuses events of long ago
    asked = RunSpec(name="r1", spec=greet(retry=RetryPolicy(count=1)), inputs={"message": "hi"})
    backend.runs.create("flytesnacks", "development", asked)
    backend.clients.logs.create_log_group(logGroupName=GROUP)
    for stream in ("stream-1", "stream-2"):
        backend.clients.logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    return Printer(backend, clock)


class Printer:
    """A runner that claims attempts, and prints to the stream of the attempt."""

    def __init__(self, backend: Backend, clock: FakeClock) -> None:
        self._backend = backend
        self._clock = clock
        self._attempt = 1
        self._given: str | None = None

    def use(self, stream: str) -> None:
        """Print to this stream from now on."""
        self._given = stream

    def claim(self, attempt: int = 1, *, told: str | None = None) -> ClaimedAction:
        self._attempt = attempt
        invoked = Invoked(self.request_id, GROUP, told or self._stream)
        claimed = self._backend.actions.claim(ACTION, attempt, invoked)
        assert isinstance(claimed, ClaimedAction)
        return claimed

    @property
    def request_id(self) -> str:
        return f"request-{self._attempt}"

    def say(self, *texts: str, **changes: object) -> None:
        for text in texts:
            self._clock.advance(0.01)
            fields = {"timestamp": self._clock().isoformat(), "message": text, "source": "user", "stream": "stdout"}
            self.raw(json.dumps({**fields, **ACTION.model_dump(), "attempt": self._attempt, **changes}))

    def raw(self, *lines: str) -> None:
        now = to_milliseconds(self._clock())
        self._backend.clients.logs.put_log_events(
            logGroupName=GROUP,
            logStreamName=self._stream,
            logEvents=[{"timestamp": now, "message": line} for line in lines],
        )

    def end(self) -> None:
        self.raw(f"END RequestId: {self.request_id}", f"REPORT RequestId: {self.request_id}\tDuration: 1 ms")

    @property
    def _stream(self) -> str:
        return self._given or f"stream-{self._attempt}"


def read(api: FakeHttpApi, limit: int = 100, **query: int) -> list[str]:
    """All that is there now: pages until one is empty or the last."""
    found: list[str] = []
    page = api.get("runs/r1/actions/a0/logs", limit=limit, **query).body
    while True:
        assert len(page["lines"]) <= limit
        found += [line["message"] for line in page["lines"]]
        if page["cursor"] is None or not page["lines"]:
            return found
        page = api.get("runs/r1/actions/a0/logs", limit=limit, cursor=page["cursor"], **query).body


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_lines_come_in_order_whatever_the_page(
    api: FakeHttpApi, backend: Backend, printer: Printer, limit: int
) -> None:
    claimed = printer.claim()
    printer.raw("INIT_START Runtime Version: python", f"START RequestId: {printer.request_id}")
    printer.say("one", "two")
    printer.say("three", source="system", stream="stderr")
    printer.end()
    backend.actions.finish_succeeded(claimed, "{}")
    assert read_all(api, limit) == ["one", "two", "three"]


class Wanderer:
    """An attempt that is suspended and resumed, in whichever sandbox has room; each has a stream of its own."""

    def __init__(self, backend: Backend, printer: Printer, clock: FakeClock) -> None:
        self._backend = backend
        self._printer = printer
        self._clock = clock
        self._visits = 0

    def visit(self, stream: str, *texts: str, last: bool = False) -> None:
        """An invocation in that sandbox: the attempt prints there, and is suspended again."""
        self._visits += 1
        request = f"visit-{self._visits}"
        claimed = self._backend.actions.claim(ACTION, 1, Invoked(request, GROUP, stream))
        assert isinstance(claimed, ClaimedAction)
        self._printer.use(stream)
        self._printer.say("theirs", run="r2")
        self._printer.say(*texts)
        if last:
            self._backend.actions.finish_succeeded(claimed, "{}")
        else:
            self._backend.actions.park(claimed, ["c1"], 60, None)
        self._printer.raw(f"END RequestId: {request}")
        self._clock.advance(1)


@pytest.fixture
def wanderer(backend: Backend, printer: Printer, clock: FakeClock) -> Wanderer:
    return Wanderer(backend, printer, clock)


A, B = "stream-1", "stream-2"
JOURNEYS = {"A": [A, A, A], "AB": [A, B], "ABA": [A, B, A], "BABAB": [B, A, B, A, B], "AABBA": [A, A, B, B, A]}


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("streams", JOURNEYS.values(), ids=JOURNEYS)
def test_an_attempt_that_goes_on_elsewhere_and_comes_back_loses_no_line_and_repeats_none(
    api: FakeHttpApi, wanderer: Wanderer, limit: int, streams: list[str]
) -> None:
    said: list[str] = []
    for number, stream in enumerate(streams):
        texts = [f"{number} begins", f"{number} ends"]
        wanderer.visit(stream, *texts, last=number == len(streams) - 1)
        said += texts
    assert read_all(api, limit) == said


@pytest.mark.parametrize("streams", JOURNEYS.values(), ids=JOURNEYS)
def test_who_follows_an_attempt_that_moves_gets_each_line_once(
    api: FakeHttpApi, wanderer: Wanderer, clock: FakeClock, streams: list[str]
) -> None:
    page = api.get("runs/r1/actions/a0/logs").body
    seen: list[str] = []
    for number, stream in enumerate(streams):
        wanderer.visit(stream, f"{number}", last=number == len(streams) - 1)
        clock.advance(20)
        for _ in range(2 * number % 3):
            page = api.get("runs/r1/actions/a0/logs", cursor=page["cursor"]).body
            seen += [line["message"] for line in page["lines"]]
    while page["cursor"] is not None:
        page = api.get("runs/r1/actions/a0/logs", cursor=page["cursor"]).body
        seen += [line["message"] for line in page["lines"]]
    assert seen == [str(number) for number in range(len(streams))]


def test_of_an_attempt_that_moves_without_end_the_latest_streams_are_kept(
    api: FakeHttpApi, backend: Backend, wanderer: Wanderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOG_STREAMS_KEPT", 2)
    for number in range(6):
        wanderer.visit((A, B)[number % 2], str(number), last=number == 5)
    assert len(backend.lookup.run(ACTION).attempts[0].earlier_streams) == 2
    assert read_all(api, 100)[-3:] == ["3", "4", "5"]


def read_all(api: FakeHttpApi, limit: int) -> list[str]:
    """Until the list says that it is over."""
    found: list[str] = []
    page = api.get("runs/r1/actions/a0/logs", limit=limit).body
    for _ in range(50):
        found += [line["message"] for line in page["lines"]]
        if page["cursor"] is None:
            return found
        page = api.get("runs/r1/actions/a0/logs", limit=limit, cursor=page["cursor"]).body
    raise AssertionError("the list has no end")


def test_a_line_tells_what_it_is(api: FakeHttpApi, printer: Printer, clock: FakeClock) -> None:
    printer.claim()
    printer.say("oops", source="system", stream="stderr")
    line = api.get("runs/r1/actions/a0/logs").body["lines"][0]
    assert (line["source"], line["stream"], line["attempt"]) == ("system", "stderr", 1)
    assert line["at"].startswith(clock().isoformat()[:22])


def test_following_gets_what_comes_later(api: FakeHttpApi, backend: Backend, printer: Printer) -> None:
    assert api.get("runs/r1/actions/a0/logs").body["lines"] == []
    claimed = printer.claim()
    first = api.get("runs/r1/actions/a0/logs").body
    printer.say("one")
    second = api.get("runs/r1/actions/a0/logs", cursor=first["cursor"]).body
    printer.say("two")
    backend.actions.finish_succeeded(claimed, "{}")
    printer.end()
    third = api.get("runs/r1/actions/a0/logs", cursor=second["cursor"]).body
    assert [[line["message"] for line in page["lines"]] for page in (first, second, third)] == [[], ["one"], ["two"]]
    assert api.get("runs/r1/actions/a0/logs", cursor=third["cursor"]).body == {"lines": [], "cursor": None}


def test_a_stream_without_an_end_is_over_after_a_while(
    api: FakeHttpApi, backend: Backend, printer: Printer, clock: FakeClock
) -> None:
    claimed = printer.claim()
    printer.say("one")
    backend.actions.finish_succeeded(claimed, "{}")
    page = api.get("runs/r1/actions/a0/logs").body
    assert page["cursor"] is not None  # Lambda may still deliver lines
    clock.advance(20)
    assert api.get("runs/r1/actions/a0/logs", cursor=page["cursor"]).body == {"lines": [], "cursor": None}


def test_lines_of_others_in_the_same_stream_are_left_out(api: FakeHttpApi, printer: Printer) -> None:
    printer.claim()
    printer.say("theirs", run="r2")
    printer.say("theirs", attempt=2)
    printer.say("ours")
    printer.raw("not json", '{"broken": ', "[1]")
    assert read(api) == ["ours"]


def test_what_lambda_says_of_the_invocation_is_a_line_of_the_system(api: FakeHttpApi, printer: Printer) -> None:
    printer.claim()
    printer.raw("RequestId: request-1 Error: Runtime exited with error: exit status 1")
    line = api.get("runs/r1/actions/a0/logs").body["lines"][0]
    assert (line["source"], line["message"].endswith("exit status 1")) == ("system", True)


def test_attempts_are_read_one_after_the_other_or_alone(api: FakeHttpApi, backend: Backend, printer: Printer) -> None:
    first = printer.claim()
    printer.say("try one")
    printer.end()
    backend.actions.finish_failed(first, Failure(ErrorRecord(code="E", kind="user", message="m")))
    second = printer.claim(2)
    printer.say("try two")
    printer.end()
    backend.actions.finish_succeeded(second, "{}")

    assert read_all(api, 100) == ["try one", "attempt 1 failed: E: m", "try two"]
    assert read(api, attempt=1) == ["try one", "attempt 1 failed: E: m"]
    assert read(api, attempt=2) == ["try two"]
    refused = api.get("runs/r1/actions/a0/logs", attempt=3)
    assert (refused.status, refused.code) == (400, "BadRequest")


def test_a_stream_of_another_name_is_found_by_the_request(api: FakeHttpApi, printer: Printer) -> None:
    printer.claim(told="not-the-name")
    printer.raw(f"START RequestId: {printer.request_id}")
    printer.say("here")
    assert read(api) == ["here"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_log_of_an_action_that_failed_ends_with_the_whole_reason(
    api: FakeHttpApi, backend: Backend, printer: Printer, limit: int
) -> None:
    for attempt in (1, 2):
        claimed = printer.claim(attempt)
        printer.say(f"try {attempt}")
        error = ErrorRecord(code="E", kind="user", message="no\nway", traceback="Traceback\n  of mine")
        backend.actions.finish_failed(claimed, Failure(error))
        printer.end()
    verdict = ["Traceback", "  of mine", "a0 failed: E: no", "way"]
    assert read_all(api, limit) == ["try 1", "attempt 1 failed: E: no", "way", "try 2", *verdict]
    assert read(api, attempt=2) == ["try 2", *verdict]
    assert read(api, attempt=1) == ["try 1", "attempt 1 failed: E: no", "way"]


def test_why_an_action_was_never_tried_is_in_its_log(api: FakeHttpApi, backend: Backend, printer: Printer) -> None:
    error = ErrorRecord(code="RuntimeSystemError", kind="system", message="Lambda is gone")
    backend.actions.close(backend.actions.get(ACTION), ActionPhase.FAILED, error)
    page = api.get("runs/r1/actions/a0/logs").body
    assert [(line["source"], line["message"]) for line in page["lines"]] == [
        ("system", "a0 failed: RuntimeSystemError: Lambda is gone")
    ]
    assert api.get("runs/r1/actions/a0/logs", cursor=page["cursor"]).body == {"lines": [], "cursor": None}


@pytest.mark.parametrize(("reason", "said"), [("too slow", "too slow"), ("", "Aborted by arn:")])
def test_why_a_running_action_was_aborted_is_in_its_log(
    api: FakeHttpApi, printer: Printer, reason: str, said: str
) -> None:
    printer.claim()
    printer.say("one")
    printer.end()
    api.post("runs/r1/abort", {"reason": reason})
    assert read_all(api, 100)[0] == "one"
    assert said in read_all(api, 100)[-1]


def test_a_death_is_told_with_the_last_lines(backend: Backend, printer: Printer) -> None:
    printer.claim()
    printer.say(*(f"line {number}" for number in range(20)))
    printer.say("of the system", source="system")
    backend.deaths.close_attempt(ACTION, 1, "Runtime.ExitError", "gone")
    error = backend.lookup.run(ACTION).attempts[0].error
    assert error is not None
    assert error.message.splitlines()[1:] == ["Its last lines of output:", *(f"line {n}" for n in range(10, 20))]
