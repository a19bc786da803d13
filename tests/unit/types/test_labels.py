"""A value that names its type is given to a deployed task as it is: so the console's Python code has it."""

from dataclasses import dataclass

from flyte.types import codec_for
from flyte.types.by_schema import encode_by_schema


@dataclass
class Cat:
    """Alike in JSON to a mapping."""

    lives: int


def test_a_value_that_names_its_type_is_not_taken_for_a_mapping() -> None:
    codec = codec_for(Cat | dict[str, int])
    labelled = {"$variant": "Cat", "value": {"lives": 9}}

    assert encode_by_schema(labelled, codec.schema()) == labelled
    assert codec.decode(labelled) == Cat(9)


def test_a_mapping_of_the_same_keys_stays_one_where_no_type_has_that_name() -> None:
    codec = codec_for(Cat | dict[str, int | str])
    mapping = {"$variant": "Dog", "value": 1}

    assert codec.decode(encode_by_schema(mapping, codec.schema())) == mapping
