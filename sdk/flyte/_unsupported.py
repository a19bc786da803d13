"""Names of Flyte's that Lambda cannot give a meaning: they can be imported, and say what is wrong when they are used.

So a program that only mentions them runs, and one that needs them learns why it cannot.
"""

from __future__ import annotations

from typing import Any, NoReturn

from ._both import Both
from .errors import NotSupportedError


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
    """A class that raises when it is called or anything of it is asked for. Sub-classes can be defined.

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

    return Refusing(name.rpartition(".")[2], (), {"__doc__": f"Not supported: {reason}", "__module__": __name__})
