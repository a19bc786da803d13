"""The kept template, read as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

CDK = Path(__file__).resolve().parents[3] / "cdk"


@dataclass(frozen=True, slots=True)
class Template:
    """The template with the few questions that tests ask of it."""

    text: str
    body: dict[str, Any]

    @classmethod
    def kept(cls) -> Self:
        """The one in the repository."""
        text = (CDK / "template" / "flyte.template.json").read_text(encoding="utf-8")
        return cls(text, json.loads(text))

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Resources of a type such as `AWS::S3::Bucket`, by logical id."""
        return {name: resource for name, resource in self.body["Resources"].items() if resource["Type"] == kind}

    def only(self, kind: str, like: str = "") -> dict[str, Any]:
        """The properties of the one resource of that type whose logical id contains `like`."""
        found = [resource["Properties"] for name, resource in self.resources(kind).items() if like in name]
        assert len(found) == 1, f"{len(found)} resources of type {kind} like {like!r}"
        return found[0]

    def functions(self) -> dict[str, dict[str, Any]]:
        """Properties of the functions, by what follows the stack's name in theirs."""
        return {
            plain(resource["Properties"]["FunctionName"]).removeprefix("<AWS::StackName>-"): resource["Properties"]
            for resource in self.resources("AWS::Lambda::Function").values()
        }

    def statements(self, role: str) -> list[dict[str, Any]]:
        """All statements of the inline policies of the one role whose logical id starts with `role`."""
        (role_id,) = [name for name in self.resources("AWS::IAM::Role") if name.startswith(role)]
        return [
            statement
            for policy in self.resources("AWS::IAM::Policy").values()
            if {"Ref": role_id} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]


def plain(value: Any, **conditions: bool) -> str:
    """A value with intrinsics as one line, such as `<DataBucket.Arn>/runs/*`, under conditions given by name."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(plain(part, **conditions) for part in parts)
        case {"Fn::Select": [index, {"Fn::Split": [separator, text]}]}:
            return plain(text, **conditions).split(separator)[index]
        case {"Fn::If": [condition, then, otherwise]}:
            return plain(then if conditions[condition] else otherwise, **conditions)
    raise AssertionError(f"unexpected in the template: {value!r}")


def as_list(value: Any) -> list[Any]:
    """IAM writes a list of one without the list."""
    return value if isinstance(value, list) else [value]
