"""When a task's result may stand for another run of it."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
import types
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte.protocol.tasks import CacheSettings

Behavior = Literal["auto", "override", "disable"]
_ALIASES: dict[str, Behavior] = {
    "auto": "auto",
    "enable": "auto",
    "enabled": "auto",
    "on": "auto",
    "true": "auto",
    "yes": "auto",
    "override": "override",
    "overwrite": "override",
    "disable": "disable",
    "disabled": "disable",
    "off": "disable",
    "false": "disable",
    "no": "disable",
    "none": "disable",
}


@dataclass(frozen=True)
class VersionParameters:
    """What a cache policy may look at."""

    func: Callable[..., Any] | None = None
    image: Any = None
    code_bundle: Any = None


@runtime_checkable
class CachePolicy(Protocol):
    """Gives a word that changes when cached results must not be used any more."""

    def get_version(self, salt: str, params: VersionParameters) -> str:
        """The word."""
        ...


class FunctionBodyPolicy:
    """The version is a digest of the function's source, blind to comments and layout."""

    def get_version(self, salt: str, params: VersionParameters) -> str:
        """A sha256 of the syntax tree and the salt."""
        if params.func is None:
            return ""
        return hashlib.sha256(f"{_body(params.func)}\n{salt}".encode()).hexdigest()


def _body(function: Callable[..., Any]) -> str:
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, SyntaxError, TypeError):  # no source: a REPL, or code made at run time
        return _bytecode(function.__code__) if hasattr(function, "__code__") else repr(function)


def _bytecode(code: types.CodeType) -> str:
    """What the code does, as text: its instructions with the constants and names that these only number."""
    return f"{code.co_code.hex()} {[_constant(each) for each in code.co_consts]} {code.co_names} {code.co_varnames}"


def _constant(value: Any) -> str:
    if isinstance(value, types.CodeType):
        return _bytecode(value)
    # A set's order differs between processes.
    return f"frozenset({sorted(map(repr, value))})" if isinstance(value, frozenset) else repr(value)


@dataclass
class Cache:
    """Whether and how a task's results are reused.

    Args:
        behavior: `auto` (reuse), `override` (run, and keep the new result), `disable`.
        version_override: A version of your own instead of the policies'.
        serialize: One at a time: others with the same key wait for its result.
        ignored_inputs: Names of inputs that do not count.
        salt: Goes into the policies' versions.
        policies: What the version is made from; by default the function's source.
        max_age: Seconds or timedelta after which a result is not used any more.
    """

    behavior: Behavior = "auto"
    version_override: str | None = None
    serialize: bool = False
    ignored_inputs: tuple[str, ...] | str = field(default_factory=tuple)
    salt: str = ""
    policies: list[CachePolicy] | CachePolicy | None = None
    max_age: timedelta | int | None = None

    def __post_init__(self) -> None:
        behavior = _ALIASES.get(self.behavior.lower()) if isinstance(self.behavior, str) else None
        if behavior is None:
            raise ValueError(f"cache behavior {self.behavior!r}: one of {', '.join(_ALIASES)}")
        self.behavior = behavior
        if isinstance(self.ignored_inputs, str):
            self.ignored_inputs = (self.ignored_inputs,)
        else:
            self.ignored_inputs = tuple(self.ignored_inputs)
        if self.policies is None:
            self.policies = [FunctionBodyPolicy()]
        elif not isinstance(self.policies, list):
            self.policies = [self.policies]

    def is_enabled(self) -> bool:
        """Whether results are kept at all."""
        return self.behavior in {"auto", "override"}

    def get_ignored_inputs(self) -> tuple[str, ...]:
        """Names of inputs that do not count."""
        return tuple(self.ignored_inputs)

    @property
    def max_age_s(self) -> float | None:
        """How old a result may be, in seconds; None for any age."""
        return self.max_age if isinstance(self.max_age, int | float | None) else self.max_age.total_seconds()

    def get_version(self, params: VersionParameters | None = None) -> str:
        """The word that must be equal for a result to be reused.

        Raises:
            ValueError: There is no `version_override`, and nothing to make a version from.
        """
        if not self.is_enabled():
            return ""
        if self.version_override is not None:
            return self.version_override
        if params is None:
            raise ValueError("the policies need VersionParameters; without them give version_override")
        policies = self.policies if isinstance(self.policies, list) else []
        words = [policy.get_version(self.salt, params) for policy in policies]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def cache_of(settings: CacheSettings, behavior: Behavior) -> Cache:
    """The cache that a specification tells of; `behavior` is the word for one that is enabled."""
    return Cache(
        behavior=behavior if settings.enabled else "disable",
        version_override=settings.version or None,
        serialize=settings.serialize,
        ignored_inputs=settings.ignored_inputs,
        max_age=None if settings.max_age_s is None else timedelta(seconds=settings.max_age_s),
    )


CacheRequest = Literal["auto", "override", "disable", "enabled", "disabled"] | Cache


def as_cache(request: CacheRequest | str) -> Cache:
    """The cache that `cache=` stands for.

    Raises:
        ValueError: An unknown word.
        TypeError: Neither a word nor a Cache.
    """
    if isinstance(request, Cache):
        return request
    if not isinstance(request, str):
        raise TypeError(f"cache={request!r}: a word or a flyte.Cache")
    return Cache(behavior=cast("Behavior", request))
