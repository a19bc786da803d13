"""Specifications of tasks, with just enough in them."""

from __future__ import annotations

from typing import Any

from flyte.protocol.tasks import ArtifactKind, ArtifactRef, EnvironmentSpec, Interface, Loader, Parameter, TaskSpec

TEXT = {"type": "string"}


def greet(version: str = "v1", name: str = "greet", environment: str = "greeting_env", **changes: Any) -> TaskSpec:
    """The task of greeting.py."""
    values: dict[str, Any] = {
        "name": f"{environment}.{name}",
        "environment": environment,
        "version": version,
        "loader": Loader(module="greeting", attribute=name),
        "interface": Interface(
            inputs=(Parameter(name="message", json_schema=TEXT),), outputs=(Parameter(name="o0", json_schema=TEXT),)
        ),
        "short_name": name,
    }
    return TaskSpec(**(values | changes))


def environment(*tasks: TaskSpec, name: str = "greeting_env", version: str = "v1") -> EnvironmentSpec:
    """An environment of these tasks, or of `greet`."""
    return EnvironmentSpec(name=name, version=version, tasks=tasks or (greet(version, environment=name),))


def code(digit: str = "a", size_bytes: int = 3) -> ArtifactRef:
    """A code artifact whose digest is one digit, repeated."""
    return ArtifactRef(kind=ArtifactKind.CODE, sha256=digit * 64, size_bytes=size_bytes)


def dependencies(digit: str = "d", size_bytes: int = 3) -> ArtifactRef:
    """A dependency artifact, likewise."""
    return ArtifactRef(kind=ArtifactKind.DEPENDENCIES, sha256=digit * 64, size_bytes=size_bytes)
