"""`flyte.types.FlytePickle`: Flyte's hint for a value that only pickle can describe. Here it says what `Any` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

T = TypeVar("T")


class FlytePickle(Generic[T]):
    """A hint for values of any class: `FlytePickle`, or `FlytePickle[Engine]`.

    Values that JSON can describe travel as JSON, others pickled. What is pickled knows its own class.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As `Any`."""
        return handler.generate_schema(Any)
