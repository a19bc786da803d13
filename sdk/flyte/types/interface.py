"""A task's inputs and outputs as Python sees them: bound, encoded and decoded by their hints.

Loads no library: pydantic comes with the first codec that needs it.
"""

from __future__ import annotations

import functools
import inspect
import json
import types
import typing
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, get_args, get_origin

from .codec import Codec, ValueMismatch, codec_for

if TYPE_CHECKING:
    import collections
    from collections.abc import Callable, Mapping

    from flyte.protocol.tasks import Interface

    from .texts import TextReader

MISSING: Any = inspect.Parameter.empty
"""Stands where an input has no default."""

Json = Any

DEEPEST_DEFAULT = 180
"""Levels of lists and objects in a default. pydantic reads 200 of JSON, of which a specification needs some."""


@dataclass(frozen=True)
class NativeInterface:
    """Inputs by name as (hint, default or MISSING), and outputs by `o0`, `o1`, … as hints.

    A task that gives nothing back has one output, `o0`, which is None.
    """

    inputs: dict[str, tuple[Any, Any]]
    outputs: dict[str, Any]
    positional: tuple[str, ...] = ()
    """Inputs that may be given by position, in order."""
    named_tuple: type | None = None
    """The NamedTuple class that the task returns, if it does."""
    descriptions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_callable(cls, function: Callable[..., Any]) -> NativeInterface:
        """Reads a function's signature.

        Raises:
            TypeError: It takes `*args` or `**kwargs`, or a hint cannot be resolved.
        """
        signature = inspect.signature(function)
        hints = resolved_hints(function)
        inputs: dict[str, tuple[Any, Any]] = {}
        positional: list[str] = []
        for name, parameter in signature.parameters.items():
            if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
                raise TypeError(
                    f"task {function.__qualname__}: *{name} cannot be an input, because its names are not known "
                    "before it is called; name each input"
                )
            given_by_trigger = getattr(parameter.default, "is_given_by_trigger", False)
            inputs[name] = (hints.get(name, Any), MISSING if given_by_trigger else parameter.default)
            if parameter.kind is not parameter.KEYWORD_ONLY:
                positional.append(name)
        outputs, named_tuple = output_hints(hints.get("return", types.NoneType))
        return cls(inputs, outputs, tuple(positional), named_tuple, described_inputs(function))

    # -- calling ---------------------------------------------------------------------------------------------------

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Values of all inputs by name, defaults applied.

        Raises:
            TypeError: One is missing, unknown, or given twice; the message names it.
        """
        if len(args) > len(self.positional):
            wanted = ", ".join(self.positional) or "none"
            raise TypeError(f"{len(args)} positional arguments given, {len(self.positional)} taken ({wanted})")
        values = dict(zip(self.positional, args, strict=False))
        for name, value in kwargs.items():
            if name not in self.inputs:
                known = ", ".join(self.inputs) or "none"
                raise TypeError(f"unknown argument {name!r}; the inputs are: {known}")
            if name in values:
                raise TypeError(f"argument {name!r} is given by position and by name")
            values[name] = value
        bound: dict[str, Any] = {}
        for name, (hint, default) in self.inputs.items():
            if name in values:
                bound[name] = values[name]
            elif default is not MISSING:
                bound[name] = default
            elif takes_none(hint):
                bound[name] = None
            else:
                raise TypeError(f"missing argument {name!r}")
        return bound

    def encode_inputs(self, values: Mapping[str, Any]) -> dict[str, Json]:
        """Bound values as JSON.

        Raises:
            ValueMismatch: A value is not of its hint's type; the path begins with the input's name.
        """
        return {
            name: None if self._is_absent(name, value) else _encode(name, codec_for(self.inputs[name][0]), value)
            for name, value in values.items()
        }

    def _is_absent(self, name: str, value: Any) -> bool:
        """Whether it is the None of an input such as `x: int = None`."""
        return value is None and self.inputs[name][1] is None

    def decode_inputs(self, payload: Mapping[str, Json]) -> dict[str, Any]:
        """The values for which the payload stands. Inputs that it lacks take their defaults."""
        missing = [name for name in self.inputs if name not in payload]
        decoded = {name: self._decode_input(name, json) for name, json in payload.items()}
        return decoded if not missing else self.bind((), decoded)

    def inputs_from_text(self, text: str) -> dict[str, Any]:
        """As `decode_inputs`, of the payload's text; in one pass where that can be."""
        values = self._reader.read(text)
        if values is None:
            return self.decode_inputs(json.loads(text))
        return values if len(values) == len(self.inputs) else self.bind((), values)

    @functools.cached_property
    def _reader(self) -> TextReader:
        from .texts import TextReader

        return TextReader({name: hint for name, (hint, _) in self.inputs.items()})

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # no codecs, which cannot be pickled

    def _decode_input(self, name: str, json: Json) -> Any:
        if name not in self.inputs:
            raise ValueMismatch(f".{name}", "no such input")
        if self._is_absent(name, json):
            return None
        return _decode(name, codec_for(self.inputs[name][0]), json)

    # -- results ---------------------------------------------------------------------------------------------------

    def encode_outputs(self, result: Any) -> dict[str, Json]:
        """What the task returned, as JSON by `o0`, `o1` and so on.

        Raises:
            ValueMismatch: It is not what the annotation says.
        """
        return {name: json.loads(text) for name, text in self.outputs_to_texts(result).items()}

    def outputs_to_texts(self, result: Any) -> dict[str, str]:
        """As `encode_outputs`, each as text."""
        only = self._only_output
        if only is not None:
            return {"o0": only.to_text(result)}
        if not self.has_outputs():
            if result is not None:
                raise ValueMismatch("", f"returned {result!r:.200}, but no return type is annotated")
            return {"o0": "null"}
        codecs = [codec_for(hint) for hint in self.outputs.values()]
        if not isinstance(result, tuple | list) or len(result) != len(codecs):
            wanted = ", ".join(_name(hint) for hint in self.outputs.values())
            raise ValueMismatch("", f"returned {result!r:.200}, wanted {len(codecs)} values ({wanted})")
        every = zip(self.outputs, codecs, result, strict=True)
        return {name: _to_text(name, codec, value) for name, codec, value in every}

    @functools.cached_property
    def _only_output(self) -> Codec[Any] | None:
        """The codec of what is returned, if that is one value and no NamedTuple of one."""
        is_one = len(self.outputs) == 1 and self.named_tuple is None and self.has_outputs()
        return codec_for(self.outputs["o0"]) if is_one else None

    def decode_outputs(self, payload: Mapping[str, Json]) -> Any:
        """What the task returned: the bare value, a tuple, or the NamedTuple."""
        values = tuple(_decode(name, codec_for(hint), payload.get(name)) for name, hint in self.outputs.items())
        if self.named_tuple is not None:
            return self.named_tuple(*values)
        return values[0] if len(values) == 1 else values

    # -- what programs ask of it -----------------------------------------------------------------------------------

    def has_outputs(self) -> bool:
        """Whether the task gives anything back."""
        return list(self.outputs.values()) != [types.NoneType]

    def required_inputs(self) -> list[str]:
        """Inputs without a default."""
        return [name for name, (_, default) in self.inputs.items() if default is MISSING]

    def num_required_inputs(self) -> int:
        """How many inputs have no default."""
        return len(self.required_inputs())

    def get_input_types(self) -> dict[str, Any]:
        """The inputs' hints by name."""
        return {name: hint for name, (hint, _) in self.inputs.items()}

    def convert_to_kwargs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The values given, by name."""
        if len(args) > len(self.inputs):
            raise ValueError(f"{len(args)} positional arguments given, {len(self.inputs)} taken")
        return dict(zip(self.inputs, args, strict=False)) | kwargs

    # -- description -----------------------------------------------------------------------------------------------

    def describe(self) -> Interface:
        """The interface as the backend keeps it: names, JSON schemas, defaults, descriptions."""
        from flyte.protocol.tasks import Interface, Parameter

        def described(name: str, hint: Any, default: Any) -> Parameter:
            codec = codec_for(hint)
            optional = default is not MISSING or takes_none(hint)
            encoded = None if default is MISSING or default is None else _encode(name, codec, default)
            if _is_deeper(encoded, DEEPEST_DEFAULT):
                reason = f"the default is nested deeper than {DEEPEST_DEFAULT} levels, which no specification holds"
                raise ValueMismatch(f".{name}", f"{reason}; make it in the task, or pass it as an input")
            return Parameter(
                name=name,
                json_schema=codec.schema(),
                required=not optional,
                default=encoded,
                description=self.descriptions.get(name, ""),
            )

        return Interface(
            inputs=tuple(described(name, hint, default) for name, (hint, default) in self.inputs.items()),
            outputs=tuple(
                Parameter(name=name, json_schema=codec_for(hint).schema()) for name, hint in self.outputs.items()
            ),
        )

    @property
    def json_schema(self) -> dict[str, Json]:
        """The JSON schema of the inputs as one object."""
        described = self.describe().inputs
        properties: dict[str, Json] = {}
        definitions: dict[str, Json] = {}
        for parameter in described:
            schema = dict(parameter.json_schema)
            definitions |= schema.pop("$defs", {})
            if parameter.default is not None:
                schema["default"] = parameter.default
            if parameter.description:
                schema["description"] = parameter.description
            properties[parameter.name] = schema
        made: dict[str, Json] = {"type": "object", "properties": properties}
        made["required"] = [parameter.name for parameter in described if parameter.required]
        if definitions:
            made["$defs"] = definitions
        return made


def takes_none(hint: Any) -> bool:
    """Whether None is a value of the hint: such an input may be left out."""
    if get_origin(hint) is typing.Annotated:
        return takes_none(get_args(hint)[0])
    if hint in {None, types.NoneType}:
        return True
    return get_origin(hint) in {typing.Union, types.UnionType} and types.NoneType in get_args(hint)


def resolved_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The function's hints as types, also where they are text (`from __future__ import annotations`).

    Raises:
        TypeError: A name in them is not known where the function is defined.
    """
    closure = inspect.getclosurevars(function).nonlocals if getattr(function, "__closure__", None) else {}
    try:
        return typing.get_type_hints(function, localns=dict(closure) or None, include_extras=True)
    except NameError as error:
        raise TypeError(
            f"task {function.__qualname__}: the annotation's name {error.name!r} is not known in "
            f"{function.__module__}; import it at run time (not only under TYPE_CHECKING), at the module's top"
        ) from error


def output_hints(returned: Any) -> tuple[dict[str, Any], type | None]:
    """The outputs that a return annotation stands for, and its NamedTuple class if it is one."""
    if get_origin(returned) is tuple and get_args(returned) and Ellipsis not in get_args(returned):
        return {f"o{i}": hint for i, hint in enumerate(get_args(returned))}, None
    if isinstance(returned, type) and issubclass(returned, tuple) and hasattr(returned, "_fields"):
        hints = typing.get_type_hints(returned, include_extras=True) or {}
        names = typing.cast("collections.abc.Sequence[str]", returned._fields)
        return {f"o{i}": hints.get(name, Any) for i, name in enumerate(names)}, returned
    return {"o0": types.NoneType if returned is None else returned}, None


def described_inputs(function: Callable[..., Any]) -> dict[str, str]:
    """Descriptions of inputs from the docstring (Google, NumPy or reST style)."""
    if not function.__doc__ or not any(mark in function.__doc__ for mark in (":", "---")):
        return {}
    import docstring_parser

    parsed = docstring_parser.parse(function.__doc__)
    return {p.arg_name: " ".join(p.description.split()) for p in parsed.params if p.description}


def _name(hint: Any) -> str:
    return getattr(hint, "__name__", str(hint))


def _encode(name: str, codec: Codec[Any], value: Any) -> Json:
    try:
        return codec.encode(value)
    except ValueMismatch as error:
        raise ValueMismatch(f".{name}{error.path}" if name else error.path, error.reason) from None


def _to_text(name: str, codec: Codec[Any], value: Any) -> str:
    try:
        return codec.to_text(value)
    except ValueMismatch as error:
        raise ValueMismatch(f".{name}{error.path}" if name else error.path, error.reason) from None


def _decode(name: str, codec: Codec[Any], json: Json) -> Any:
    try:
        return codec.decode(json)
    except ValueMismatch as error:
        raise ValueMismatch(f".{name}{error.path}", error.reason) from None


def _is_deeper(value: Json, levels: int) -> bool:
    """Whether lists and objects lie in each other more often than that."""
    level = [value]
    for _ in range(levels + 1):
        containers = [each for each in level if isinstance(each, dict | list)]
        if not containers:
            return False
        level = [item for each in containers for item in (each.values() if isinstance(each, dict) else each)]
    return True
