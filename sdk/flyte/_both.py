"""A call in two forms: plain code blocks on it, async code awaits it as `.aio`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Both(Generic[T]):
    """Two functions that do the same, each in a way of its own. Where one async form is enough: `_syncify`.

    Args:
        blocking: For plain code.
        aio: For async code.
    """

    def __init__(self, blocking: Callable[..., T], aio: Callable[..., Coroutine[Any, Any, T]]) -> None:
        self._blocking = blocking
        self.aio = aio
        self.__doc__ = blocking.__doc__

    def __call__(self, /, *args: Any, **kwargs: Any) -> T:
        return self._blocking(*args, **kwargs)
