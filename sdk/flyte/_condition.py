"""Conditions: a run waits until a person, or another system, says how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Literal, TypeVar, cast

from . import _context
from ._expect import expect
from ._syncify import syncify

ConditionType = TypeVar("ConditionType", bool, int, float, str)
PromptType = Literal["text", "markdown"]

DATA_TYPES: tuple[type, ...] = (bool, int, float, str)
_TEXT_CHARS, _NAME_CHARS = 8_000, 200
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class ConditionWebhook:
    """Where to tell that a condition waits: by one POST with a JSON body, from the task that makes the condition.

    Args:
        url: An address of HTTP or HTTPS.
        payload: The body. In its texts, `{callback_uri}` stands for the path of the API's route that signals the
            condition. Without it, the body tells run, action, name, prompt and that path.
    """

    url: str
    payload: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        expect("url", self.url, str)
        expect("payload", self.payload, dict)
        if not self.url.lower().startswith(("https://", "http://")):
            raise ValueError(f"url={self.url!r}: a webhook is an address that begins with https:// or http://")


@dataclass(frozen=True)
class Condition(Generic[ConditionType]):
    """What a run waits for. Made by `flyte.new_condition`."""

    name: str
    prompt: str = "Approve?"
    prompt_type: PromptType = "text"
    data_type: type[ConditionType] = bool  # type: ignore[assignment] # without it, the answer is a bool
    description: str = ""
    timeout: timedelta | float | None = None
    webhook: ConditionWebhook | None = None

    def __post_init__(self) -> None:
        for name in ("name", "prompt", "description"):
            value = getattr(self, name)
            expect(name, value, str)
            if len(value) > (limit := _NAME_CHARS if name == "name" else _TEXT_CHARS):
                raise ValueError(
                    f"{name}: {len(value):,} characters are more than a condition's {name} may have: {limit:,}"
                )
        if not self.name or self.name != self.name.strip() or not self.name.isprintable():
            raise ValueError(f"name={self.name!r}: a condition needs a name, in one line, without spaces around it")
        if self.prompt_type not in {"text", "markdown"}:
            raise ValueError(f"prompt_type={self.prompt_type!r}: 'text' or 'markdown'")
        if self.data_type not in DATA_TYPES:
            raise TypeError(f"data_type={self.data_type!r}: bool, int, float or str")
        expect("timeout", self.timeout, int, float, timedelta)
        if self.timeout_s is not None and not 0 < self.timeout_s <= _LONGEST.total_seconds():
            raise ValueError(f"timeout={self.timeout!r}: more than 0, and at most {_LONGEST.days} days")
        expect("webhook", self.webhook, ConditionWebhook)

    @property
    def timeout_s(self) -> float | None:
        """Seconds from its creation until it ends by itself; None for never."""
        return self.timeout.total_seconds() if isinstance(self.timeout, timedelta) else self.timeout

    @syncify
    async def wait(self) -> ConditionType:
        """Waits for the answer. Asked again, it gives the same.

        Raises:
            ConditionTimedoutError: Nobody has answered in time.
            ConditionFailedError: It ended otherwise without an answer.
            NotInTaskContextError: No task runs.
        """
        context = _context.current()
        if context is None:
            from .errors import NotInTaskContextError

            raise NotInTaskContextError(
                "NotInTaskContextError",
                f"the condition {self.name!r} is waited for outside of a task: there is no run that could be signalled",
            )
        return cast("ConditionType", await context.state.conditions.wait(context, self))


@syncify
async def new_condition(
    name: str,
    /,
    prompt: str = "Approve?",
    prompt_type: PromptType = "text",
    data_type: type[ConditionType] = bool,  # type: ignore[assignment] # without it, the answer is a bool
    description: str = "",
    timeout: timedelta | float | None = None,  # noqa: ASYNC109 - Flyte's signature
    webhook: ConditionWebhook | None = None,
) -> Condition[ConditionType]:
    """Makes a condition of the running task: from now on it can be signalled, and `wait` gives the answer.

    Args:
        name: What people know it by. A task makes each of its conditions once.
        prompt: The question.
        prompt_type: How the question is to be shown: `text` or `markdown`.
        data_type: The type of the answer: bool, int, float or str.
        description: More for whoever answers.
        timeout: How long it can be answered, as timedelta or in seconds; None for ever.
        webhook: Where to tell of it. If that fails, the task's log says so, and the condition waits all the same.

    Raises:
        ConditionAlreadyExistsError: The task has made one of that name.
        TraceDoesNotAllowNestedTasksError: It is called inside a function with `@flyte.trace`.
        TypeError: An argument is of the wrong type.
        ValueError: An argument is out of its bounds.
    """
    made = Condition(name, prompt, prompt_type, data_type, description, timeout, webhook)
    context = _context.current()
    if context is not None:
        if context.in_trace:
            from .errors import TraceDoesNotAllowNestedTasksError

            raise TraceDoesNotAllowNestedTasksError(
                f"the condition {name!r} is made inside a function with @flyte.trace: only the task itself can wait"
            )
        if context.state.call_number(f"condition:{name}"):
            from .errors import ConditionAlreadyExistsError

            raise ConditionAlreadyExistsError(
                f"the task has made a condition {name!r} already: wait for that one, or give this one another name"
            )
        await context.state.conditions.begin(context, made)
    return made
