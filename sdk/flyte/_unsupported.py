"""Names of Flyte's that Lambda cannot give a meaning: they can be imported, and say what is wrong when they are used.

So a program that only mentions them runs, and one that needs them learns why it cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ._both import Both
from .errors import NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def unsupported(name: str, reason: str) -> Both[Any]:
    """A function that raises, in both of its forms.

    Args:
        name: As programs write it, such as `flyte.serve`.
        reason: Why not, and what to do instead.
    """

    def refuse(*_args: Any, **_options: Any) -> NoReturn:
        raise NotSupportedError(f"{name}: {reason}")

    async def refuse_async(*args: Any, **options: Any) -> NoReturn:
        refuse(*args, **options)

    refuse.__doc__ = f"Not supported: {reason}"
    return Both(refuse, refuse_async)


def unsupported_class(name: str, reason: str) -> Any:
    """A class that raises when it is called or asked for anything. Sub-classes of it, and of `it[…]`, can be defined.

    Args:
        name: As programs write it, such as `flyte.remote.App`.
        reason: Why not, and what to do instead.
    """
    message = f"{name}: {reason}"

    class Refusing(type):
        def __getattr__(cls, attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            raise NotSupportedError(message)

        def __call__(cls, *_args: Any, **_options: Any) -> NoReturn:
            raise NotSupportedError(message)

        def __getitem__(cls, _of: Any) -> Any:
            return cls

    return Refusing(name.rpartition(".")[2], (), {"__doc__": f"Not supported: {reason}", "__module__": __name__})


def refusing(module: str, names: Iterable[str], reason: str) -> Callable[[str], Any]:
    """The `__getattr__` of a module all of whose names are refused: classes by their capital letter, else functions.

    Args:
        module: Its name.
        names: What can be imported from it.
        reason: Why not, and what to do instead.
    """
    known = frozenset(names)

    def load(name: str) -> Any:
        if name not in known:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        refused = unsupported_class if name[0].isupper() else unsupported
        return refused(f"{module}.{name}", reason)

    return load


def refused_module(
    module: str, names: Iterable[str], reason: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and the `__dir__` of a module that has nothing else: see `refusing`."""
    known = sorted(names)
    return refusing(module, known, reason), lambda: known
