"""Text to values, by hint and by the JSON schema of the same hint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, NewType, Optional, TypedDict
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from flyte.io import DataFrame, Dir, File
from flyte.types import codec_for
from flyte_cli.arguments.hints import shape_of_hint
from flyte_cli.arguments.schemas import shape_of_schema

if TYPE_CHECKING:
    from pathlib import Path

Meters = NewType("Meters", float)


class Grade(Enum):
    LOW = "l"
    HIGH = "h"


@dataclass
class Weight:
    amount: float
    grade: Grade = Grade.LOW


@dataclass
class Parcel:
    label: str
    weight: Weight = field(default_factory=lambda: Weight(1.0))
    tags: dict[str, int] = field(default_factory=dict)


class Item(BaseModel):
    sku: str
    count: int = Field(default=1, ge=0)


class Place(TypedDict):
    city: str
    floor: int


class Span(NamedTuple):
    low: int
    high: int = 10


GOOD: list[tuple[Any, str, Any]] = [
    (int, "-7", -7),
    (int, "9007199254740993", 9007199254740993),
    (float, "1e-3", 0.001),
    (float, "64", 64.0),
    (Meters, "2", 2.0),
    (str, "", ""),
    (str, "007", "007"),
    (bool, "true", True),
    (bool, "no", False),
    (Grade, "HIGH", Grade.HIGH),
    (Grade, "h", Grade.HIGH),
    (Literal["fast", "slow"], "fast", "fast"),
    (Literal["fast", "slow"], "FAST", "fast"),
    (Literal[1, 2], "2", 2),
    (Literal["only"], "only", "only"),
    (Optional[int], "12", 12),
    (Optional[int], "None", None),
    (int | str, "42", 42),
    (int | str, "4x", "4x"),
    (str | float, "2.5", 2.5),
    (bool | int, "1", 1),
    (bool | int, "true", True),
    (int | str | list[int], "[1, 2]", [1, 2]),
    (datetime, "2024-03-05T06:07:08+02:00", datetime(2024, 3, 5, 4, 7, 8, tzinfo=UTC)),
    (date, "2024-02-29", date(2024, 2, 29)),
    (timedelta, "P1DT2H", timedelta(days=1, hours=2)),
    (timedelta, "1h", timedelta(hours=1)),
    (timedelta, "1h30m", timedelta(minutes=90)),
    (timedelta, "1d 2h, 3 minutes", timedelta(days=1, hours=2, minutes=3)),
    (timedelta, "250ms", timedelta(milliseconds=250)),
    (timedelta, "90", timedelta(seconds=90)),
    (timedelta, "-1.5", timedelta(seconds=-1.5)),
    (Optional[bool], "no", False),
    (Optional[bool], "None", None),
    (list[Grade], '["HIGH", "LOW"]', [Grade.HIGH, Grade.LOW]),
    (dict[str, Grade], '{"a": "h"}', {"a": Grade.HIGH}),
    (list[int], "[1, 2]", [1, 2]),
    (list[datetime], '["2024-03-05T00:00:00Z"]', [datetime(2024, 3, 5, tzinfo=UTC)]),
    (dict[str, float], '{"a": 1}', {"a": 1.0}),
    (tuple[int, str], '[3, "east"]', (3, "east")),
    (dict, '{"n": 3}', {"n": 3}),
    (Parcel, '{"label": "box", "weight": {"amount": 2}}', Parcel("box", Weight(2.0))),
    (Parcel, '{"label": "b", "weight": {"amount": 2, "grade": "h"}}', Parcel("b", Weight(2.0, Grade.HIGH))),
    (Optional[Parcel], '{"label": "box"}', Parcel("box")),
    (Item, '{"sku": "a"}', Item(sku="a")),
    (list[Item], '[{"sku": "a", "count": 2}]', [Item(sku="a", count=2)]),
    (Place, '{"city": "Bonn", "floor": 2}', {"city": "Bonn", "floor": 2}),
    (Span, '{"low": 3}', Span(3)),
    (Span, "[3, 9]", Span(3, 9)),
    (dict[str, Span], '{"a": {"low": 1}}', {"a": Span(1)}),
    (Optional[list[Span]], '[{"low": 1, "high": 2}]', [Span(1, 2)]),
    (Annotated[int, Field(ge=0)], "3", 3),
    (UUID, "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
    (bytes, "aGk=", b"hi"),
    (Any, '{"a": [1]}', {"a": [1]}),
]

BAD: list[tuple[Any, str, tuple[str, ...]]] = [
    (int, "many", ("'many' is not a valid integer.",)),
    (float, "far", ("'far' is not a valid float.",)),
    (bool, "maybe", ("'maybe'", "true or false")),
    (Grade, "MEDIUM", ("'MEDIUM' is not one of LOW, HIGH",)),
    (Grade, "HIHG", ("Did you mean 'HIGH'?",)),
    (Literal["fast", "slow"], "warp", ("'warp' is not one of fast, slow",)),
    (Optional[int], "x", ("'x' is not a valid integer.",)),
    (int | date, "x", ("'x' is none of integer|date",)),
    (date, "2024-02-30", ("'2024-02-30' is not a valid date",)),
    (timedelta, "1 fortnight", ("'1 fortnight' is not a valid duration", "10 days")),
    (list[int], "[1,", ("'[1,' is not valid JSON", "column 4")),
    (list[int], '["a"]', ("[0]",)),
    (Item, '{"sku": "a", "count": -2}', ("count", "0")),
    (Item, '{"count": 1}', ("sku",)),
    (Span, '{"lo": 3}', ("lo",)),
    (Annotated[int, Field(ge=0)], "-3", ("0",)),
    (list[int], "missing.json", ("'missing.json' cannot be read",)),
]


@pytest.mark.parametrize(("hint", "text", "value"), GOOD, ids=str)
def test_text_becomes_the_value_of_a_hint(hint: Any, text: str, value: Any) -> None:
    found = shape_of_hint(hint).convert(text, None, None)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("hint", "text", "value"), GOOD, ids=str)
def test_text_becomes_json_that_a_deployed_task_decodes_to_the_same_value(hint: Any, text: str, value: Any) -> None:
    codec = codec_for(hint)
    found = codec.decode(shape_of_schema(codec.schema()).convert(text, None, None))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("hint", "text", "said"), BAD, ids=str)
def test_wrong_text_is_refused_by_a_hint(hint: Any, text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as refusal:
        shape_of_hint(hint).parse(text)
    assert all(part in str(refusal.value) for part in said)


@pytest.mark.parametrize(("hint", "text", "said"), BAD, ids=str)
def test_wrong_text_is_refused_by_a_schema(hint: Any, text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as refusal:
        shape_of_schema(codec_for(hint).schema()).parse(text)
    assert all(part in str(refusal.value) for part in said)


@pytest.mark.parametrize("suffix", ["json", "yaml", "yml"])
def test_a_value_may_stand_in_a_file(suffix: str, folder: Path) -> None:
    (folder / f"value.{suffix}").write_text('{"label": "tin", "weight": {"amount": 3}}')
    assert shape_of_hint(Parcel).parse(f"value.{suffix}") == Parcel("tin", Weight(3.0))


def test_dates_in_yaml_are_those_of_the_type(folder: Path) -> None:
    (folder / "days.yaml").write_text("- 2024-02-29\n")
    assert shape_of_hint(list[date]).parse("days.yaml") == [date(2024, 2, 29)]


@pytest.mark.parametrize("content", ["{", "- a\n b: ["])
def test_a_file_that_cannot_be_parsed_is_named(content: str, folder: Path) -> None:
    for name in ("value.json", "value.yaml"):
        (folder / name).write_text(content)
        with pytest.raises(ValueError, match=f"'{name}' is not valid"):
            shape_of_hint(list[str]).parse(name)


def test_a_part_of_a_record_is_merged_over_its_default() -> None:
    default = Parcel("box", Weight(5.0, Grade.HIGH), {"a": 1})
    given = '{"weight": {"amount": 7}, "tags": {"b": 2}}'
    wanted = Parcel("box", Weight(7.0, Grade.HIGH), {"b": 2})
    codec = codec_for(Parcel)
    assert shape_of_hint(Parcel, default).parse(given) == wanted
    assert codec.decode(shape_of_schema(codec.schema(), codec.encode(default)).parse(given)) == wanted


def test_a_mapping_replaces_its_default_whole() -> None:
    assert shape_of_hint(dict[str, int], {"z": 26}).parse('{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("flavour", ["hint", "schema"])
class TestLocations:
    def parse(self, hint: Any, text: str, flavour: str) -> Any:
        codec = codec_for(hint)
        if flavour == "hint":
            return shape_of_hint(hint).parse(text)
        return codec.decode(shape_of_schema(codec.schema()).parse(text))

    def test_a_path_is_a_file_or_folder_of_this_machine(self, flavour: str, folder: Path) -> None:
        (folder / "a.txt").touch()
        assert self.parse(File, "a.txt", flavour) == File(path=str(folder / "a.txt"), name="a.txt")
        assert self.parse(Optional[File], "a.txt", flavour).path == str(folder / "a.txt")
        assert self.parse(Dir, ".", flavour).path == str(folder)
        assert self.parse(list[File], '["a.txt"]', flavour)[0].path == str(folder / "a.txt")

    def test_a_uri_is_taken_as_it_is(self, flavour: str) -> None:
        assert self.parse(File, "s3://bucket/a.txt", flavour).path == "s3://bucket/a.txt"
        frame = self.parse(DataFrame, "s3://bucket/a.csv", flavour)
        assert (frame.uri, frame.format) == ("s3://bucket/a.csv", "csv")

    def test_fields_may_be_given_too(self, flavour: str) -> None:
        assert self.parse(File, '{"path": "s3://b/x", "hash": "h"}', flavour).hash == "h"

    @pytest.mark.parametrize(
        ("hint", "text", "said"),
        [(File, "gone.txt", "does not exist"), (File, ".", "is a folder"), (Dir, "a.txt", "is a file")],
    )
    def test_what_is_not_there_is_refused(self, flavour: str, folder: Path, hint: Any, text: str, said: str) -> None:
        (folder / "a.txt").touch()
        with pytest.raises(ValueError, match=said):
            self.parse(hint, text, flavour)


def test_an_object_of_a_class_is_named_by_module_and_object(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "odd_counter.py").write_text("class Counter:\n  pass\nclass Box:\n  inner = Counter()\nONE = Counter()\n")
    monkeypatch.syspath_prepend(str(folder))
    import odd_counter  # type: ignore[import-not-found]

    shape = shape_of_hint(odd_counter.Counter)
    assert shape.parse("odd_counter:ONE") is odd_counter.ONE
    assert shape.parse("odd_counter:Box.inner") is odd_counter.Box.inner
    for text, said in [
        ("odd_counter", "write module:object"),
        ("odd_counter:TWO", "has no 'TWO'"),
        ("no_such_thing:ONE", "cannot be imported"),
        ("odd_counter:Box", "not an instance of Counter"),
    ]:
        with pytest.raises(ValueError, match=said):
            shape.parse(text)


def test_an_object_for_a_deployed_task_travels_pickled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "odd_token.py").write_text("class Token:\n  pass\nONE = Token()\n")
    monkeypatch.syspath_prepend(str(folder))
    import odd_token  # type: ignore[import-not-found]

    codec = codec_for(odd_token.Token)
    found = codec.decode(shape_of_schema(codec.schema()).parse("odd_token:ONE"))
    assert isinstance(found, odd_token.Token)
