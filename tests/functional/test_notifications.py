"""Notifications of runs: kept with the run, due once it has ended, delivered through SNS or by a request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Logger

from flyte.protocol.identity import ActionId
from flyte.protocol.limits import NOTIFICATION_ATTEMPTS
from flyte.protocol.notifications import Delivery, EmailNotification, WebhookNotification
from flyte.protocol.placeholders import values_of
from flyte.protocol.runs import ErrorRecord, RunSpec
from flyte.protocol.triggers import CronSchedule, ScheduledEvent, TriggerId, TriggerSpec
from functions.api.application import build
from functions.control.attributes import to_attributes
from functions.control.backend import Backend
from functions.control.claims import ClaimedAction, Invoked
from functions.control.errors import InvalidRequestError, RunNotFoundError
from functions.control.failure import Failure
from functions.control.settings import NotificationSettings
from functions.notifier.delivering import Deliveries
from functions.notifier.notifying import Notifier
from tests.fakes.aws_stack import ACCOUNT, REGION, SETTINGS
from tests.fakes.http_api import FakeHttpApi
from tests.fakes.listener import Listener, listening
from tests.fakes.specs import environment, greet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.control.clients import Clients
    from tests.fakes.clock import FakeClock
    from tests.fakes.executions import FakeExecutions

ACTION = ActionId(project="flytesnacks", domain="development", run="r1")
ENDS = ("succeeded", "failed", "aborted", "timed_out")
VALUES = values_of("flytesnacks", "development", "r1", "succeeded", "")
ERROR = ErrorRecord(code="ValueError", kind="user", message="3 is odd")


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def backend(aws: Clients, clock: FakeClock, executions: FakeExecutions) -> Backend:
    topic = aws.sns.create_topic(Name="notifications")["TopicArn"]
    queue = aws.sqs.create_queue(QueueName="notifications")["QueueUrl"]
    settings = replace(SETTINGS, notifications=NotificationSettings(queue, topic), is_emulated=True)
    made = Backend(settings, aws, clock)
    made.executions = executions
    return made


@pytest.fixture
def inbox(backend: Backend) -> str:
    """A queue that gets everything that the topic gets."""
    url = backend.clients.sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox"
    backend.clients.sns.subscribe(TopicArn=backend.settings.notifications.topic_arn, Protocol="sqs", Endpoint=arn)
    return url


def email(*recipients: str, on_phase: Any = ENDS) -> EmailNotification:
    return EmailNotification(
        on_phase=on_phase,
        recipients=recipients,
        subject="{{.Run.Name}} {{.Phase}}",
        body="{{.Run.Project}}/{{.Run.Domain}}: {{.Error}}",
    )


def webhook(url: str, **changes: Any) -> WebhookNotification:
    return WebhookNotification(**{"on_phase": ENDS, "url": url, "body": {"text": "{{.Phase}} {{.Error}}"}, **changes})


def start(backend: Backend, *notifications: Any) -> ClaimedAction:
    asked = RunSpec(name="r1", spec=greet(), inputs={"message": "hi"}, notifications=notifications)
    backend.runs.create("flytesnacks", "development", asked)
    claimed = backend.actions.claim(ACTION, 1, Invoked("request-1"))
    assert isinstance(claimed, ClaimedAction)
    return claimed


def end_of(backend: Backend) -> dict[str, Any]:
    """What the stream tells of the action's end."""
    item = to_attributes(backend.actions.get(ACTION))
    return {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": item}}]}


def queued(backend: Backend) -> list[dict[str, Any]]:
    """The queue's messages as Lambda gives them to the function."""
    answer = backend.clients.sqs.receive_message(
        QueueUrl=backend.settings.notifications.queue_url,
        MaxNumberOfMessages=10,
        AttributeNames=["ApproximateReceiveCount"],
    )
    return [
        {
            "eventSource": "aws:sqs",
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": each["Attributes"],
        }
        for each in answer.get("Messages", [])
    ]


def received(backend: Backend, inbox: str) -> list[dict[str, Any]]:
    answer = backend.clients.sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in answer.get("Messages", [])]


def test_a_run_without_notifications_keeps_nothing_of_them(backend: Backend) -> None:
    start(backend)
    assert "notifications" not in backend.actions.get(ACTION)


def test_who_is_to_hear_is_not_shown_with_the_run(backend: Backend) -> None:
    """A webhook's address is a secret between who starts the run and the backend."""
    start(backend, webhook("https://hooks.example.com/secret"))
    assert "hooks.example.com" in backend.actions.get(ACTION)["notifications"]
    assert "hooks.example.com" not in backend.lookup.action(ACTION).to_json()


def again(backend: Backend, run: str = "r1", **asked: Any) -> dict[str, Any]:
    """What is kept of a run that repeats another."""
    spec = RunSpec(name="r2", spec=greet(), inputs={"message": "hi"}, notifications_of=run, **asked)
    backend.runs.create("flytesnacks", "development", spec)
    return backend.actions.get(ACTION.model_copy(update={"run": "r2"}))


def test_a_run_that_repeats_another_tells_whom_that_told(backend: Backend) -> None:
    start(backend, webhook("https://hooks.example.com/secret"), email("a@x.org"))
    assert again(backend)["notifications"] == backend.actions.get(ACTION)["notifications"]


def test_one_that_names_whom_to_tell_tells_those_alone(backend: Backend) -> None:
    start(backend, email("a@x.org"))
    kept = again(backend, notifications=(email("b@x.org"),))["notifications"]
    assert "b@x.org" in kept
    assert "a@x.org" not in kept


def test_one_that_repeats_a_run_which_tells_nobody_tells_nobody(backend: Backend) -> None:
    start(backend)
    assert "notifications" not in again(backend)


def test_a_run_can_only_repeat_one_that_there_is(backend: Backend) -> None:
    start(backend)
    with pytest.raises(RunNotFoundError, match="no run 'r0'"):
        again(backend, "r0")


def test_a_run_that_was_repeated_is_sent_again_as_the_same_request(backend: Backend) -> None:
    start(backend, email("a@x.org"))
    spec = RunSpec(name="r2", spec=greet(), inputs={"message": "hi"}, notifications_of="r1")
    first, second = (backend.runs.create("flytesnacks", "development", spec, idempotency_key="k") for _ in range(2))
    assert first.id == second.id


def test_each_receiver_is_a_message_of_its_own(backend: Backend) -> None:
    claimed = start(
        backend, email("a@x.org", "b@x.org"), webhook("https://x.org/y"), email("c@x.org", on_phase=ENDS[1:])
    )
    backend.actions.finish_succeeded(claimed, "{}")
    assert Notifier(backend).handle(end_of(backend)) == {}
    bodies = [json.loads(each["body"]) for each in queued(backend)]
    assert [each["notification"].get("recipients") for each in bodies] == [["a@x.org"], ["b@x.org"], None]


def test_more_than_one_batch_of_messages_is_put_into_the_queue(backend: Backend) -> None:
    claimed = start(backend, email(*(f"n{number}@x.org" for number in range(23))))
    backend.actions.finish_succeeded(claimed, "{}")
    Notifier(backend).handle(end_of(backend))
    assert sum(len(queued(backend)) for _ in range(4)) == 23


def test_what_the_queue_does_not_take_is_asked_for_again(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = start(backend, email("a@x.org"))
    backend.actions.finish_succeeded(claimed, "{}")
    monkeypatch.setattr(backend.clients.sqs, "send_message_batch", lambda **_: {"Failed": [{"Message": "busy"}]})
    with pytest.raises(RuntimeError, match="did not take 1 notifications: busy"):
        Notifier(backend).handle(end_of(backend))


def test_an_e_mail_goes_through_the_topic_to_its_address_alone(backend: Backend, inbox: str) -> None:
    claimed = start(backend, email("a@x.org"))
    backend.actions.finish_failed(claimed, Failure(ERROR))
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    assert notifier.handle({"Records": queued(backend)}) == {"batchItemFailures": []}
    (mail,) = received(backend, inbox)
    assert mail["Subject"] == "r1 failed"
    assert mail["Message"] == "flytesnacks/development: ValueError: 3 is odd"
    assert mail["MessageAttributes"]["recipient"]["Value"] == "a@x.org"
    sns, topic = backend.clients.sns, backend.settings.notifications.topic_arn
    (arn,) = [
        each["SubscriptionArn"]
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if each["Endpoint"] == "a@x.org"
    ]
    policy = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicy"]
    assert json.loads(policy) == {"recipient": ["a@x.org"]}


def test_an_address_that_has_not_confirmed_is_asked_once_and_waited_for(
    backend: Backend, inbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = start(backend, email("a@x.org"))
    backend.actions.finish_succeeded(claimed, "{}")
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    asked: list[str] = []
    states: list[str | None] = [None, "PendingConfirmation", "PendingConfirmation", "arn:aws:sns:confirmed"]
    monkeypatch.setattr(Deliveries, "_subscription_of", lambda *_: states.pop(0))
    monkeypatch.setattr(backend.clients.sns, "subscribe", lambda **given: asked.append(given["Endpoint"]))
    (message,) = queued(backend)
    for _ in range(2):
        assert notifier.handle({"Records": [message]})["batchItemFailures"]
    assert (asked, received(backend, inbox)) == (["a@x.org"], [])
    assert not notifier.handle({"Records": [message]})["batchItemFailures"]
    assert len(received(backend, inbox)) == 1


def test_a_webhook_is_called_with_what_happened(backend: Backend, listener: Listener) -> None:
    hook = webhook(listener.url + "/{{.Error}}", method="PUT", headers={"X-Error": "{{.Error}}"})
    claimed = start(backend, hook)
    backend.actions.finish_failed(claimed, Failure(ErrorRecord(code="E", kind="user", message='a "b"\n/ü')))
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    assert notifier.handle({"Records": queued(backend)}) == {"batchItemFailures": []}
    (told,) = listener.told
    assert (told.method, told.path) == ("PUT", "/hook/E%3A%20a%20%22b%22%0A%2F%C3%BC")
    assert told.headers["X-Error"] == 'E: a "b" /?'
    assert told.headers["Content-Type"] == "application/json"
    assert told.body == {"text": 'failed E: a "b"\n/ü'}


def test_one_that_is_not_delivered_comes_again_later_each_time(backend: Backend, listener: Listener) -> None:
    claimed = start(backend, webhook(listener.url))
    backend.actions.finish_succeeded(claimed, "{}")
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    listener.status = 503
    (message,) = queued(backend)
    for count, pause_s in ((1, 30), (2, 120), (6, 30_720), (7, 0)):
        message["attributes"]["ApproximateReceiveCount"] = str(count)
        hidden: list[int] = []
        backend.clients.sqs.meta.events.register(
            "provide-client-params.sqs.ChangeMessageVisibility",
            lambda params, hidden=hidden, **_: hidden.append(params["VisibilityTimeout"]),
            unique_id="pause",
        )
        failed = notifier.handle({"Records": [message]})["batchItemFailures"]
        backend.clients.sqs.meta.events.unregister(
            "provide-client-params.sqs.ChangeMessageVisibility", unique_id="pause"
        )
        assert failed == [{"itemIdentifier": message["messageId"]}]
        assert hidden == [pause_s]


def test_an_error_without_a_message_is_told_by_its_class(backend: Backend, listener: Listener) -> None:
    claimed = start(backend, webhook(listener.url))
    backend.actions.finish_failed(claimed, Failure(ErrorRecord(code="ValueError", kind="user", message="")))
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    notifier.handle({"Records": queued(backend)})
    assert [each.body["text"] for each in listener.told] == ["failed ValueError"]


def test_an_abort_tells_its_reason(backend: Backend, listener: Listener) -> None:
    start(backend, webhook(listener.url, on_phase=["aborted"]))
    backend.aborts.abort(ACTION, "enough")
    notifier = Notifier(backend)
    notifier.handle(end_of(backend))
    notifier.handle({"Records": queued(backend)})
    assert [each.body["text"] for each in listener.told] == ["aborted enough"]


def test_a_trigger_hands_its_notifications_to_its_runs(backend: Backend) -> None:
    trigger = TriggerSpec(
        name="nightly",
        schedule=CronSchedule(expression="0 2 * * *"),
        inputs={"message": "hi"},
        notifications=(email("a@x.org"),),
    )
    deployed = environment(greet(triggers=(trigger,)))
    backend.clients.scheduler.create_schedule_group(Name=SETTINGS.schedules.group)
    backend.registry.register("flytesnacks/development", deployed, "me")
    backend.declared_triggers.follow_environment("flytesnacks/development", deployed, "me")
    due = TriggerId(project="flytesnacks", domain="development", task="greeting_env.greet", name="nightly")
    record = backend.trigger_firing.fire(ScheduledEvent(trigger=due, scheduled_at="2026-07-31T02:00:00Z"))
    assert record is not None
    assert "a@x.org" in backend.actions.get(record.id)["notifications"]


def end_with(backend: Backend, *kept: Any, text: str | None = None) -> dict[str, Any]:
    """What the stream tells of a run whose item another version wrote."""
    event = end_of(backend)
    image = event["Records"][0]["dynamodb"]["NewImage"]
    image["notifications"] = {"S": json.dumps(kept) if text is None else text}
    return event


PAGER = {"kind": "pager", "on_phase": ["succeeded"], "number": "secret-1", "url": "https://x.org/secret-2"}


def test_one_that_this_version_does_not_know_keeps_no_other_back(backend: Backend, listener: Listener) -> None:
    backend.actions.finish_succeeded(start(backend), "{}")
    notifier = Notifier(backend)
    known = webhook(listener.url).to_dict()
    assert notifier.handle(end_with(backend, PAGER, known, {**PAGER, "on_phase": ["failed"]})) == {}
    messages = queued(backend)
    assert [json.loads(each["body"])["notification"] for each in messages] == [PAGER, known]
    assert notifier.handle({"Records": messages}) == {
        "batchItemFailures": [{"itemIdentifier": messages[0]["messageId"]}]
    }
    assert len(listener.told) == 1


def test_what_cannot_be_read_goes_to_the_dead_letters_at_once_and_says_so(
    backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    """The alarm of the dead letters tells of it; a version that knows it delivers it when they are sent again."""
    backend.actions.finish_succeeded(start(backend), "{}")
    notifier = Notifier(backend)
    notifier.handle(end_with(backend, PAGER))
    for _ in range(NOTIFICATION_ATTEMPTS):  # it is there again at once, each time
        assert len(notifier.handle({"Records": queued(backend)})["batchItemFailures"]) == 1
    assert "notification" in caplog.records[-1].getMessage()
    assert "cannot be read" in caplog.records[-1].getMessage()
    assert caplog.records[-1].levelname == "ERROR"
    assert caplog.records[-1].run == "r1"  # type: ignore[attr-defined]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("text", ["no JSON", '{"kind": "email"}', "[3]", "null", '"text"'])
def test_what_is_no_list_of_notifications_holds_nothing_up(backend: Backend, text: str) -> None:
    backend.actions.finish_succeeded(start(backend), "{}")
    notifier = Notifier(backend)
    assert notifier.handle(end_with(backend, text=text)) == {}
    assert len(notifier.handle({"Records": queued(backend)})["batchItemFailures"]) == 1


def test_a_record_that_is_of_no_action_holds_nothing_up(
    backend: Backend, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    backend.actions.finish_succeeded(start(backend, webhook(listener.url)), "{}")
    odd = {"eventSource": "aws:dynamodb", "dynamodb": {"Keys": {"pk": {"S": "odd"}}, "NewImage": {"pk": {"S": "odd"}}}}
    notifier = Notifier(backend)
    assert notifier.handle({"Records": [odd, *end_of(backend)["Records"]]}) == {}
    messages = queued(backend)
    assert len(messages) == 2
    assert len(notifier.handle({"Records": messages})["batchItemFailures"]) == 1
    assert len(listener.told) == 1
    assert "odd" in caplog.text


def test_an_email_that_was_passed_on_unread_is_delivered_to_all_once_it_can_be_read(
    backend: Backend, inbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deliveries, "_subscription_of", lambda *_: "arn:aws:sns:confirmed")
    backend.actions.finish_succeeded(start(backend), "{}")
    message = Delivery(run=ACTION.key, notification=email("a@x.org", "b@x.org"), values=VALUES)
    record = {
        "eventSource": "aws:sqs",
        "messageId": "1",
        "receiptHandle": "1",
        "body": message.to_json(),
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    assert Notifier(backend).handle({"Records": [record]}) == {"batchItemFailures": []}
    told = received(backend, inbox)
    assert sorted(each["MessageAttributes"]["recipient"]["Value"] for each in told) == ["a@x.org", "b@x.org"]


@pytest.mark.parametrize("url", ["http://localhost:1/", "https://127.0.0.1/"])
def test_on_aws_a_webhook_on_the_machine_itself_is_refused(backend: Backend, url: str) -> None:
    api = FakeHttpApi(build(Backend(SETTINGS, backend.clients), Logger(service="api", level="CRITICAL")).resolve)
    body = RunSpec(name="r1", spec=greet(), inputs={"message": "hi"}, notifications=(webhook(url),)).to_dict()
    answer = api.post("runs", body)
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert "is the machine itself" in answer.message


def test_a_triggers_webhook_on_the_machine_itself_is_refused(backend: Backend) -> None:
    triggers = (TriggerSpec(name="t", inputs={"message": "hi"}, notifications=(webhook("http://localhost:1/"),)),)
    on_aws = Backend(SETTINGS, backend.clients)
    with pytest.raises(InvalidRequestError, match="is the machine itself"):
        on_aws.declared_triggers.check([environment(greet(triggers=triggers))])
